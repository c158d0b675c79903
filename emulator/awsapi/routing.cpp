#include "awsapi/routing.h"

#include <algorithm>

#include "aws/stub/query.h"
#include "base/percent.h"

namespace hoplab::awsapi {

namespace {

template <class Fits>
const Service* first(Fits&& fits) {
  for (const Service* const one : services()) {
    if (fits(*one)) return one;
  }
  return nullptr;
}

std::string parameter(std::string_view form, std::string_view name) {
  std::string_view found;
  aws::each_query_parameter(form, [&](std::string_view key, std::string_view value) {
    if (found.empty() && key == name) found = value;
  });
  return form_decoded(found);
}

bool is_form(const ApiRequest& request) {
  return request.header("Content-Type").starts_with("application/x-www-form-urlencoded") ||
         request.query().find("Action=") != std::string_view::npos;
}

const Service* by_path(std::string_view path) {
  constexpr std::string_view kApiGateway[] = {"/restapis",
                                              "/domainnames",
                                              "/domainnameaccessassociations",
                                              "/tags/arn:aws:apigateway",
                                              "/tags/arn%3Aaws%3Aapigateway",
                                              "/account"};
  const bool gateway = std::ranges::any_of(
      kApiGateway, [&](std::string_view begin) { return path.starts_with(begin); });
  const std::string_view scope = gateway                            ? "apigateway"
                                 : path.starts_with("/2013-04-01/") ? "route53"
                                                                    : "s3";
  return first([&](const Service& one) { return one.scope == scope; });
}

/// Of services that are there in several protocols, a request is in one.
bool speaks(const Service& service, const ApiRequest& request) {
  const bool cbor = request.header("smithy-protocol") == "rpc-v2-cbor";
  return cbor == (service.protocol == Protocol::cbor);
}

}  // namespace

std::string_view form_of(const ApiRequest& request) {
  return request.method == "POST" ? std::string_view(request.body) : request.query();
}

Route route(const ApiRequest& request, const Credential& credential) {
  const std::string_view target = request.header("X-Amz-Target");
  const std::string version = is_form(request) ? parameter(form_of(request), "Version") : "";
  if (!credential.scope.empty()) {
    const Service* const found = first([&](const Service& one) {
      return one.scope == credential.scope && (version.empty() || one.version == version) &&
             speaks(one, request);
    });
    return {found, credential.scope + (version.empty() ? "" : " of version " + version)};
  }
  if (!target.empty()) {
    const std::string_view prefix = target.substr(0, target.find('.'));
    const Service* const found =
        first([&](const Service& one) { return !one.target.empty() && one.target == prefix; });
    return {found, std::string(prefix)};
  }
  if (!version.empty()) {
    const Service* const found = first([&](const Service& one) { return one.version == version; });
    return {found, "a service of version " + version};
  }
  return {by_path(request.path()), "S3"};
}

}  // namespace hoplab::awsapi
