#include "aws/apigateway/error_response.h"

#include <iterator>

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
    {401, "UnauthorizedException", kJson, R"({"message":"The incoming token has expired"})"},
    {403, "ForbiddenException", kJson, R"({"message":"Forbidden"})"},
    {403, "ForbiddenException", kJson, R"({"message":"Forbidden"})"},
    {403, "ExpiredTokenException", kJson,
     R"({"message":"The security token included in the request is expired"})"},
    {403, "UnrecognizedClientException", kJson,
     R"({"message":"The security token included in the request is invalid."})"},
    {400, kBadRequestType, kJson, R"({"message":"Invalid request body"})"},
    {415, kBadRequestType, kJson, R"({"message":"Unsupported Media Type"})"},
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
}  // namespace

const ErrorText& error_text(GatewayError error) noexcept {
  return kTexts[static_cast<std::size_t>(error)];
}

std::string missing_parameters_body(std::string_view names) {
  std::string body = R"({"message":"Missing required request parameters: [)";
  append_json_text(body, names);
  return body.append("]\"}");
}

}  // namespace hoplab::aws
