#include "aws/apigateway/integration_fields.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace hoplab::aws {

namespace {

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) noexcept {
  return std::ranges::any_of(names, [&](std::string_view one) { return iequals(name, one); });
}

}  // namespace

bool reaches_integration(model::IntegrationType type, std::string_view name,
                         bool signed_with_sigv4) noexcept {
  static constexpr std::array<std::string_view, 12> kNever = {
      "Connection",   "Content-Length",     "Content-MD5", "Expect",
      "Max-Forwards", "Proxy-Authenticate", "Server",      "TE",
      "Trailer",      "Transfer-Encoding",  "Upgrade",     "WWW-Authenticate"};
  static constexpr std::array<std::string_view, 3> kNotToHttp = {"Content-Encoding", "Host", "Via"};
  if (is_one_of(name, kNever)) return false;
  if (signed_with_sigv4 && iequals(name, "Authorization")) return false;
  return type != model::IntegrationType::http_proxy || !is_one_of(name, kNotToHttp);
}

FieldFate fate_of_answer_field(model::IntegrationType type, std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 4> kRemappedOfAll = {"Connection", "Content-Length",
                                                                     "Date", "Server"};
  static constexpr std::array<std::string_view, 2> kDroppedOfHttpProxy = {"Content-Encoding",
                                                                          "Via"};
  const bool http_proxy = type == model::IntegrationType::http_proxy;
  if (iequals(name, "Transfer-Encoding")) return FieldFate::dropped;
  if (http_proxy && is_one_of(name, kDroppedOfHttpProxy)) return FieldFate::dropped;
  if (is_one_of(name, kRemappedOfAll)) return FieldFate::remapped;
  if (http_proxy && iequals(name, "x-amzn-RequestId")) return FieldFate::remapped;
  return FieldFate::passes;
}

std::vector<std::pair<std::string_view, std::string>> fields_of_endpoint(
    const http::Headers& headers, const Caller& caller) {
  std::string forwarded;
  for (const http::Field& field : headers.fields()) {
    if (iequals(field.name, "X-Forwarded-For")) forwarded.append(field.value).append(", ");
  }
  forwarded += caller.source_ip;
  const bool usual = caller.policy_url.empty();
  std::vector<std::pair<std::string_view, std::string>> fields = {
      {"X-Forwarded-For", std::move(forwarded)},
      {"x-amzn-cipher-suite", std::string(caller.tls.cipher_suite)},
      {"x-amzn-tls-version", std::string(caller.tls.version)},
      {"x-amzn-vpc-id", caller.vpc_id},
      {"x-amzn-vpce-config", usual ? "1" : "0"},
      {"x-amzn-vpce-id", caller.vpce_id}};
  if (!usual) fields.emplace_back("x-amzn-vpce-policy-url", caller.policy_url);
  return fields;
}

}  // namespace hoplab::aws
