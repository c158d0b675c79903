// Bodies of an API with a minimumCompressionSize (apigateway.md 13).
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
#include "aws/apigateway/content_coding.h"
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

/// A payload that is smaller passes as it came, in both directions (MinimumCompressionSize in AWS's
/// API reference).
ExecuteApi::Visit::Step ExecuteApi::Visit::decompress_body() {
  const auto& least = api_->minimum_compression_size;
  if (!least || arrival_.body.size() < static_cast<std::size_t>(*least)) return std::nullopt;
  const std::string_view* const field = request_.headers.find("Content-Encoding");
  if (!field) return std::nullopt;
  const auto coding = parse_content_coding(*field);
  Decompressed result;
  if (coding) result = decompressed(*coding, arrival_.body, kMaxPayloadBytes);
  switch (result.verdict) {
    case Decompressed::Verdict::done: decompressed_ = std::move(result.bytes); return std::nullopt;
    case Decompressed::Verdict::too_large:
      return refuse(GatewayError::request_too_large, Outcome::body_too_large);
    case Decompressed::Verdict::malformed: break;
  }
  detail_ = coding ? "the body is no " + std::string(*field)
                   : "Content-Encoding " + std::string(*field) + " is not supported";
  return fail(GatewayResponseType::unsupported_media_type, GatewayError::unsupported_media_type,
              Outcome::unsupported_media_type);
}

void ExecuteApi::Visit::compress_answer(bool encoded) {
  const auto& least = api_->minimum_compression_size;
  if (!least || encoded || response_.head_only || response_.headers.find("Content-Encoding")) {
    return;
  }
  const ContentCoding coding = preferred_coding(request_.headers.get("Accept-Encoding"));
  const std::uint64_t size = response_.body ? *response_.body->remaining() : response_.text.size();
  if (coding == ContentCoding::identity || size == 0 || size < static_cast<std::uint64_t>(*least)) {
    return;
  }
  std::string generated;
  if (response_.body) {
    generated.resize(static_cast<std::size_t>(size));
    response_.body->try_read(generated);  // gives all that there is room for
    response_.body.reset();
    response_.text = generated;
  }
  response_.text = response_.arena.copy(compressed(coding, response_.text));
  response_.headers.add("Content-Encoding", to_text(coding));
}

}  // namespace hoplab::aws
