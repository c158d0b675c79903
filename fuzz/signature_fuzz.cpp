// libFuzzer target: a request that says it is signed, by Signature Version 4 or 4A, in the
// Authorization field or in the query.
//
// Checks, beside memory safety: nobody is believed without the secret, and who has it always is;
// every refusal is a valid answer; the canonical request has its lines, and grows with the request
// only.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aws/iam/canonical_request.h"
#include "aws/iam/signature_check.h"
#include "check.h"

namespace {

using namespace hoplab;
using namespace hoplab::aws;
using namespace hoplab::fuzz;

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const Time kNow = *parse_basic_time("20260401T120000Z");

const AccessKeys& keys() {
  static const AccessKeys all = [] {
    Credentials credentials;
    credentials.access_key_id = "AKID";
    credentials.secret_access_key = kSecret;
    credentials.identity.arn = "arn:aws:iam::111122223333:user/fuzz";
    return AccessKeys::build({credentials}).value();
  }();
  return all;
}

/// Lines of a request: method, path, query, then fields up to an empty line, then the body.
struct Lines {
  SignedRequest request;
  http::FieldList fields;

  explicit Lines(std::string_view input) {
    const auto next = [&input] {
      const auto line = input.substr(0, input.find('\n'));
      input.remove_prefix(std::min(line.size() + 1, input.size()));
      return line;
    };
    request.method = next();
    request.path = next();
    request.query = next();
    while (!input.empty()) {
      const auto line = next();
      if (line.empty()) break;
      const auto colon = std::min(line.find(':'), line.size());
      fields.push_back({line.substr(0, colon), line.substr(std::min(colon + 1, line.size()))});
    }
    request.headers = fields;
    request.body = input;
    request.region = "eu-west-1";
    request.now = kNow;
  }
};

void fuzz_refusal(const SignatureFailure& failure) {
  saw(0x100u | static_cast<unsigned>(failure.fault));
  check(failure.status == 403 && !failure.error_type.empty() && !to_text(failure.fault).empty());
  const auto body = nlohmann::json::parse(failure.body, nullptr, false);
  check(body.is_object() && body.size() == 1 && body["message"].is_string());
}

/// Signs the request as it is, in a field of its own before all others.
void fuzz_signing(const Lines& lines, std::string_view signed_headers, SigningKeys& signing_keys) {
  SignatureParts parts;
  parts.signed_headers = signed_headers;
  parts.timestamp = "20260401T120000Z";
  parts.scope = "20260401/eu-west-1/execute-api/aws4_request";
  http::FieldList fields{{"Authorization", ""}, {"X-Amz-Date", parts.timestamp}};
  for (const http::Field& field : lines.fields) fields.push_back(field);
  SignedRequest request = lines.request;
  request.headers = fields;
  if (find_field(lines.fields, "x-amz-security-token") != nullptr) return;
  const auto to_sign = string_to_sign(parts, canonical_request(request, parts));
  const auto& key = signing_keys.hmac_key({kSecret, "20260401", "eu-west-1", "execute-api"});
  const std::string authorization = "AWS4-HMAC-SHA256 Credential=AKID/" + std::string(parts.scope) +
                                    ", SignedHeaders=" + std::string(signed_headers) +
                                    ", Signature=" + hex_text(hmac_sha256(as_text(key), to_sign));
  fields[0].value = authorization;
  const auto verdict = check_signature(request, keys(), signing_keys);
  check(std::holds_alternative<Signed>(verdict));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static SigningKeys signing_keys;
  const Lines lines(std::string_view(reinterpret_cast<const char*>(data), size));
  Arena arena;
  const auto parsed = parse_signature(lines.request, arena);
  saw(parsed.index());
  if (const auto* parts = std::get_if<SignatureParts>(&parsed)) {
    const std::string canonical = canonical_request(lines.request, *parts);
    // Method, path, query, an empty line, and the names of the fields that are signed, of which
    // each has a line as well.
    check(std::ranges::count(canonical, '\n') >= (parts->signed_headers.empty() ? 5 : 6));
    check(canonical.size() <= 8 * size + 200);
  }
  const auto verdict = check_signature(lines.request, keys(), signing_keys);
  saw(0x200u | verdict.index());
  check(!std::holds_alternative<Signed>(verdict));
  check(std::holds_alternative<Anonymous>(verdict) == (parsed.index() == 0));
  if (const auto* failure = std::get_if<SignatureFailure>(&verdict)) fuzz_refusal(*failure);
  fuzz_refusal(refuse_anonymous(lines.request));
  check(signing_keys.size() <= 2 * SigningKeys::kMost);
  fuzz_signing(lines, "host", signing_keys);
  fuzz_signing(lines, "accept;host;x-a;x-amz-date", signing_keys);
  return 0;
}
