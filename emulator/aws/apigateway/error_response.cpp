#include "aws/apigateway/error_response.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <utility>
#include <vector>

#include "aws/stub/json_text.h"

namespace hoplab::aws {

namespace {
constexpr std::string_view kJson = "application/json";
// UNDOCUMENTED for the plain-text answers; the body is known to be text (apigateway.md 11).
constexpr std::string_view kText = "text/plain";

constexpr ErrorText kTexts[] = {
    {403, "ForbiddenException", kJson, R"({"message":"Forbidden"})"},
    {403, "MissingAuthenticationTokenException", kJson,
     R"({"message":"Missing Authentication Token"})"},
    {401, "UnauthorizedException", kJson, R"({"message":"Unauthorized"})"},
    {403, "ForbiddenException", kJson, R"({"message":"Forbidden"})"},
    {403, "ForbiddenException", kJson, R"({"message":"Forbidden"})"},
    {403, "ExpiredTokenException", kJson,
     R"({"message":"The security token included in the request is expired"})"},
    {403, "UnrecognizedClientException", kJson,
     R"({"message":"The security token included in the request is invalid."})"},
    {400, "BadRequestException", kJson, R"({"message":"Invalid request body"})"},
    {415, "BadRequestException", kJson, R"({"message":"Unsupported Media Type"})"},
    {429, "TooManyRequestsException", kJson, R"({"message":"Too Many Requests"})"},
    {429, "LimitExceededException", kJson, R"({"message":"Limit Exceeded"})"},
    {500, "InternalServerErrorException", kJson, R"({"message":"Internal server error"})"},
    {500, "AuthorizerConfigurationException", kJson, R"({"message":null})"},
    {504, "InternalServerErrorException", kJson,
     R"({"message":"Network error communicating with endpoint"})"},
    {504, "InternalServerErrorException", kJson, R"({"message": "Endpoint request timed out"})"},
    {502, "InternalServerErrorException", kJson, R"({"message": "Internal server error"})"},
    {413, "RequestEntityTooLargeException", kJson, R"({"message":"Request Too Long"})"},
    {403, kAccessDeniedType, kJson,
     R"({"Message":"User is not authorized to access this resource"})"},
    {403, kAccessDeniedType, kJson,
     R"({"Message":"User is not authorized to access this resource with an explicit deny"})"},
    {500, "AuthorizerFailureException", kJson, R"({"message":null})"},
    {404, "NotFoundException", kJson, R"({"message":"Not Found"})"},
    {413, "", kText, "HTTP content length exceeded 10485760 bytes."},
    // The known text says 10240, the Regional limit; the private one is 8000 (apigateway.md 11).
    {431, "", kText, "HTTP header is larger than 8000 bytes."},
    {414, "", kText, "Request URI too long"},
};
static_assert(std::size(kTexts) == static_cast<std::size_t>(GatewayError::uri_too_long) + 1);

std::string sha256_base64(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), SHA256_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

std::string_view trimmed(std::string_view text) noexcept {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// The parameters of SigV4 that the field has; false: one of them has no equal sign.
bool read_parameters(std::string_view authorization, std::array<bool, 3>& found) noexcept {
  static constexpr std::array<std::string_view, 3> kNames = {"Credential", "Signature",
                                                             "SignedHeaders"};
  const auto space = authorization.find(' ');
  if (space == std::string_view::npos) return true;  // an algorithm alone: no parameters
  auto rest = authorization.substr(space + 1);
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto part = trimmed(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const auto equal = part.find('=');
    if (equal == std::string_view::npos) return part.empty();
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      if (part.substr(0, equal) == kNames[i]) found[i] = true;
    }
  }
  return true;
}
}  // namespace

const ErrorText& error_text(GatewayError error) noexcept {
  return kTexts[static_cast<std::size_t>(error)];
}

std::string access_denied_body(const DeniedResource& denied, bool explicit_deny,
                               DenialWording wording) {
  std::string body =
      R"({"Message":"User: anonymous is not authorized to perform: execute-api:Invoke )"
      R"(on resource: )"
      "arn:aws:execute-api:";
  const auto shown = denied.account.size() > 4 ? denied.account.size() - 4 : 0;
  body.append(denied.region).append(":********").append(denied.account.substr(shown)).append(":");
  body.append(denied.api_id).append("/");
  append_json_text(body, denied.resource);
  const bool names_policy = wording == DenialWording::names_policy;
  if (explicit_deny) {
    body.append(" with an explicit deny");
    if (names_policy) body.append(" in a resource-based policy");
  } else if (names_policy) {
    body.append(" because no resource-based policy allows the execute-api:Invoke action");
  }
  return body.append("\"}");
}

SignatureError signature_error(std::string_view authorization, bool has_date) {
  std::array<bool, 3> found{};
  if (!read_parameters(authorization, found)) {
    // What exactly is hashed is not documented; the older wording quoted the whole field.
    return {kIncompleteSignatureType,
            R"({"message":"Invalid key=value pair (missing equal-sign) in Authorization header )"
            "(hashed with SHA-256 and encoded with Base64): '" +
                sha256_base64(authorization) + "'.\"}"};
  }
  std::string lacks;
  if (!found[0]) lacks += "Authorization header requires 'Credential' parameter. ";
  if (!found[1]) lacks += "Authorization header requires 'Signature' parameter. ";
  if (!found[2]) lacks += "Authorization header requires 'SignedHeaders' parameter. ";
  if (!has_date) {
    lacks +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!lacks.empty()) {
    return {kIncompleteSignatureType, R"({"message":")" + lacks +
                                          "(Hashed with SHA-256 and encoded with Base64) "
                                          "Authorization=" +
                                          sha256_base64(authorization) + "\"}"};
  }
  // Well-formed SigV4: the signature is looked at before the route (apigateway.md 7), and no
  // credentials exist here that could have made it.
  const ErrorText& unknown = error_text(GatewayError::unrecognized_client);
  return {unknown.error_type, std::string(unknown.body)};
}

std::string missing_parameters_body(std::string_view names) {
  std::string body = R"({"message":"Missing required request parameters: [)";
  append_json_text(body, names);
  return body.append("]\"}");
}

}  // namespace hoplab::aws
