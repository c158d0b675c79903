// libFuzzer target: the AWS API's codecs, and whole requests of its services.
//
// Checks, beside memory safety: every answer has a status that no SDK asks again for, answers in
// JSON are JSON, and answers in XML can be read.
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "awsapi/api.h"
#include "awsapi/cbor_codec.h"
#include "awsapi/s3/s3_request.h"
#include "awsapi/xml_reader.h"
#include "check.h"

namespace {

using namespace hoplab;
using namespace hoplab::fuzz;

/// By the first byte's low half; 6, 7 and 15 are no requests.
constexpr std::size_t kXml = 6, kChunks = 7, kCborMetrics = 14, kCbor = 15;
constexpr std::string_view kScopes[] = {"elasticloadbalancing",
                                        "ec2",
                                        "sts",
                                        "acm",
                                        "ssm",
                                        "s3",
                                        "",
                                        "",
                                        "apigateway",
                                        "route53",
                                        "acm-pca",
                                        "cloudformation",
                                        "monitoring",
                                        "logs",
                                        "monitoring"};
constexpr std::string_view kMethods[] = {"POST", "GET", "PATCH", "DELETE"};

/// What comes before the NUL that ends it.
std::string_view take(std::string_view& text) {
  const std::string_view one = text.substr(0, text.find('\0'));
  text.remove_prefix(std::min(one.size() + 1, text.size()));
  return one;
}

void fuzz_request(std::size_t kind, std::string_view method, std::string_view text) {
  const std::string_view scope = kScopes[kind];
  awsapi::ControlPlane plane;
  awsapi::Api api(plane, awsapi::Accounts());
  const std::string credential =
      "Credential=111111111111/20260101/eu-west-1/" + std::string(scope) + "/aws4_request";
  while (!text.empty()) {
    const std::string target = "/" + std::string(take(text));
    const std::string_view operation = take(text);
    awsapi::ApiRequest request{method, target, "127.0.0.1:1", {}, ""};
    request.headers = {{"Authorization", credential}, {"X-Amz-Target", operation}};
    if (kind == kCborMetrics) request.headers.emplace_back("smithy-protocol", "rpc-v2-cbor");
    request.body = take(text);
    const awsapi::ApiAnswer answer = api.answer(request, 0);
    check(answer.status < 500 || answer.status == 501);
    if (answer.content_type.find("json") != std::string::npos && !answer.body.empty()) {
      check(nlohmann::json::accept(answer.body));
    }
    if (answer.body.starts_with("<?xml")) {
      awsapi::XmlLimits limits;
      limits.elements = 1'000'000;
      check(awsapi::read_xml(answer.body, limits).ok());
    }
  }
}

}  // namespace

/// The first byte says what it is; parts end in a NUL.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t kind = data[0] % 16;
  if (kind == kXml) {
    (void)awsapi::read_xml(text, awsapi::XmlLimits());
  } else if (kind == kChunks) {
    (void)awsapi::s3::without_chunks(text);
  } else if (kind == kCbor) {
    (void)awsapi::read_cbor(text);
  } else {
    fuzz_request(kind, data[0] < 128 ? kMethods[data[0] / 16 % 4] : "PUT", text);
  }
  return 0;
}
