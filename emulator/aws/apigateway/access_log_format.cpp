#include "aws/apigateway/access_log_format.h"

#include <algorithm>
#include <vector>

#include "model/nearest.h"

namespace hoplab::aws {

namespace {

constexpr std::string_view kVariables[] = {
    "accountId",
    "apiId",
    "authenticate.error",
    "authenticate.latency",
    "authenticate.status",
    "authorize.error",
    "authorize.latency",
    "authorize.status",
    "authorizer.error",
    "authorizer.integrationLatency",
    "authorizer.integrationStatus",
    "authorizer.latency",
    "authorizer.principalId",
    "authorizer.requestId",
    "authorizer.status",
    "awsEndpointRequestId",
    "cipherSuite",
    "customDomain.basePathMatched",
    "customDomain.routingRuleIdMatched",
    "deploymentId",
    "domainName",
    "domainPrefix",
    "endpointType",
    "error.message",
    "error.messageString",
    "error.responseType",
    "error.validationErrorString",
    "extendedRequestId",
    "httpMethod",
    "identity.accountId",
    "identity.apiKey",
    "identity.apiKeyId",
    "identity.caller",
    "identity.clientCert.clientCertPem",
    "identity.clientCert.issuerDN",
    "identity.clientCert.serialNumber",
    "identity.clientCert.subjectDN",
    "identity.clientCert.validity.notAfter",
    "identity.clientCert.validity.notBefore",
    "identity.cognitoAuthenticationProvider",
    "identity.cognitoAuthenticationType",
    "identity.cognitoIdentityId",
    "identity.cognitoIdentityPoolId",
    "identity.principalOrgId",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "identity.vpcId",
    "identity.vpceId",
    "integration.error",
    "integration.integrationStatus",
    "integration.latency",
    "integration.requestId",
    "integration.responseTransferMode",
    "integration.status",
    "integration.timeToAllHeaders",
    "integration.timeToFirstContent",
    "integrationLatency",
    "integrationStatus",
    "isCanaryRequest",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "responseLatency",
    "responseLength",
    "stage",
    "status",
    "tlsVersion",
    "waf.error",
    "waf.latency",
    "waf.status",
    "wafResponseCode",
    "webaclArn",
    "xrayTraceId",
};

/// Below these any name may stand: an authorizer's properties and claims, fields that are set.
constexpr std::string_view kOpen[] = {"authorizer.", "requestOverride.", "responseOverride."};

bool is_known(std::string_view name) {
  return std::ranges::find(kVariables, name) != std::end(kVariables) ||
         std::ranges::any_of(kOpen, [&](std::string_view open) { return name.starts_with(open); });
}

Error unknown(std::string_view name) {
  std::string message = "there is no variable $context." + std::string(name);
  const std::string meant = model::nearest(name, {std::begin(kVariables), std::end(kVariables)});
  if (!meant.empty()) message += "; did you mean $context." + meant + "?";
  return Error{std::move(message)};
}

std::string quoted(std::string_view format) {
  return ": '" + std::string(format) + "'";
}

}  // namespace

Result<AccessLogFormat> AccessLogFormat::compile(std::string_view format) {
  if (format.size() > kLongest) {
    return Error{"an access log format has 3 KB at most, and this one " +
                 std::to_string(format.size()) + " bytes"};
  }
  std::string_view line = format;
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find_first_of("\r\n") != std::string_view::npos) {
    return Error{
        "Access Log format must be single line, new line character is allowed only at end of the "
        "format" +
        quoted(format)};
  }
  ContextText text(line);
  bool has_id = false;
  for (const std::string_view variable : text.variables()) {
    constexpr std::string_view kContext = "context.";
    if (!variable.starts_with(kContext)) {
      return Error{"an access log format takes $context variables, and not $" +
                   std::string(variable)};
    }
    const std::string_view name = variable.substr(kContext.size());
    if (!is_known(name)) return unknown(name);
    has_id = has_id || name == "requestId" || name == "extendedRequestId";
  }
  if (!has_id) {
    return Error{
        "Access Log format must include either $context.requestId or $context.extendedRequestId " +
        quoted(format)};
  }
  return AccessLogFormat(std::move(text));
}

}  // namespace hoplab::aws
