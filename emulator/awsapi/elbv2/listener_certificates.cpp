// Certificates of a listener beside its default one.
#include <algorithm>

#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/listener_parts.h"

namespace hoplab::awsapi::elbv2 {

namespace {

constexpr std::size_t kMostCertificates = 25;

/// One document a listener: all of its further certificates.
Document extra_of(const Call& call, const Document& listener) {
  const std::string id = listener.id + "#certificates";
  if (const Document* const found = call.plane.find(id, kListenerCertificateType)) return *found;
  Document made = call.plane.made(id, kListenerCertificateType, call.caller);
  made.properties = {{"ListenerArn", listener.id}, {"Certificates", Json::array()}};
  return made;
}

bool has_certificate(const Json& certificates, const std::string& arn) {
  return std::ranges::any_of(
      certificates, [&](const Json& one) { return text_of(one, "CertificateArn") == arn; });
}

Json default_of(const Document& listener) {
  return listener.properties.value("Certificates", Json::array());
}

}  // namespace

ApiResult<Json> add_listener_certificates(const Call& call, const Json& in) {
  const auto listener = find(call, kListenerType, in["ListenerArn"]);
  if (!listener) return listener.error();
  Document extra = extra_of(call, **listener);
  Json& certificates = extra.properties["Certificates"];
  Json answered = Json::array();
  for (const Json& one : in["Certificates"]) {
    const std::string arn = text_of(one, "CertificateArn");
    if (!call.plane.find(arn, "AWS::CertificateManager::Certificate")) {
      return ApiError{"CertificateNotFound", "Certificate '" + arn + "' not found"};
    }
    const bool is_default = has_certificate(default_of(**listener), arn);
    if (!is_default && !has_certificate(certificates, arn))
      certificates.push_back({{"CertificateArn", arn}});
    answered.push_back({{"CertificateArn", arn}, {"IsDefault", is_default}});
  }
  if (certificates.size() > kMostCertificates) {
    return ApiError{"TooManyCertificates", "A listener has at most 25 certificates"};
  }
  if (auto refused = call.plane.put(std::move(extra))) return *refused;
  return Json{{"Certificates", std::move(answered)}};
}

ApiResult<Json> remove_listener_certificates(const Call& call, const Json& in) {
  const auto listener = find(call, kListenerType, in["ListenerArn"]);
  if (!listener) return listener.error();
  Document extra = extra_of(call, **listener);
  Json left = Json::array();
  for (const Json& one : in["Certificates"]) {
    if (has_certificate(default_of(**listener), text_of(one, "CertificateArn"))) {
      return ApiError{"OperationNotPermitted", "The default certificate cannot be removed"};
    }
  }
  for (const Json& one : extra.properties["Certificates"]) {
    if (!has_certificate(in["Certificates"], text_of(one, "CertificateArn"))) left.push_back(one);
  }
  extra.properties["Certificates"] = std::move(left);
  const bool none = extra.properties["Certificates"].empty();
  auto refused = none ? call.plane.remove(extra.id) : call.plane.put(std::move(extra));
  if (refused) return *refused;
  return Json::object();
}

ApiResult<Json> describe_listener_certificates(const Call& call, const Json& in) {
  const auto listener = find(call, kListenerType, in["ListenerArn"]);
  if (!listener) return listener.error();
  std::vector<Json> items;
  for (const Json& one : default_of(**listener)) {
    items.push_back({{"CertificateArn", one["CertificateArn"]}, {"IsDefault", true}});
  }
  const Document extra = extra_of(call, **listener);
  for (const Json& one : extra.properties["Certificates"]) {
    items.push_back({{"CertificateArn", one["CertificateArn"]}, {"IsDefault", false}});
  }
  return paged(in, "Certificates", std::move(items));
}

}  // namespace hoplab::awsapi::elbv2
