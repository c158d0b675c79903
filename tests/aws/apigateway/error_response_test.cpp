// Golden texts of API Gateway's own answers (apigateway.md 5.3, 7, 9, 11).
#include "aws/apigateway/error_response.h"

#include <gtest/gtest.h>

#include "aws/iam/signature_failure.h"

namespace hoplab::aws {
namespace {

struct Row {
  GatewayError error;
  int status;
  const char* type;
  const char* body;
};

TEST(ErrorResponse, FixedTexts) {
  using E = GatewayError;
  const Row rows[] = {
      {E::forbidden, 403, "ForbiddenException", R"({"message":"Forbidden"})"},
      {E::missing_authentication_token, 403, "MissingAuthenticationTokenException",
       R"({"message":"Missing Authentication Token"})"},
      {E::unauthorized, 401, "UnauthorizedException", R"({"message":"Unauthorized"})"},
      {E::invalid_api_key, 403, "ForbiddenException", R"({"message":"Forbidden"})"},
      {E::waf_filtered, 403, "ForbiddenException", R"({"message":"Forbidden"})"},
      {E::expired_token, 403, "ExpiredTokenException",
       R"({"message":"The security token included in the request is expired"})"},
      {E::unrecognized_client, 403, "UnrecognizedClientException",
       R"({"message":"The security token included in the request is invalid."})"},
      {E::bad_request_body, 400, "BadRequestException", R"({"message":"Invalid request body"})"},
      {E::unsupported_media_type, 415, "BadRequestException",
       R"({"message":"Unsupported Media Type"})"},
      {E::throttled, 429, "TooManyRequestsException", R"({"message":"Too Many Requests"})"},
      {E::quota_exceeded, 429, "LimitExceededException", R"({"message":"Limit Exceeded"})"},
      {E::api_configuration_error, 500, "InternalServerErrorException",
       R"({"message":"Internal server error"})"},
      {E::authorizer_configuration_error, 500, "AuthorizerConfigurationException",
       R"({"message":null})"},
      {E::integration_failure, 504, "InternalServerErrorException",
       R"({"message":"Network error communicating with endpoint"})"},
      {E::integration_timeout, 504, "InternalServerErrorException",
       R"({"message": "Endpoint request timed out"})"},
      {E::integration_malformed, 502, "InternalServerErrorException",
       R"({"message": "Internal server error"})"},
      {E::request_too_long, 413, "RequestEntityTooLargeException",
       R"({"message":"Request Too Long"})"},
      {E::access_denied_no_statement, 403, "AccessDeniedException",
       R"({"Message":"User is not authorized to access this resource"})"},
      {E::access_denied_explicit, 403, "AccessDeniedException",
       R"({"Message":"User is not authorized to access this resource with an explicit deny"})"},
      {E::authorizer_failure, 500, "AuthorizerFailureException", R"({"message":null})"},
      {E::resource_not_found, 404, "NotFoundException", R"({"message":"Not Found"})"},
      {E::request_too_large, 413, "", "HTTP content length exceeded 10485760 bytes."},
      {E::header_too_large, 431, "", "HTTP header is larger than 8000 bytes."},
      {E::uri_too_long, 414, "", "Request URI too long"},
  };
  for (const Row& row : rows) {
    const ErrorText& text = error_text(row.error);
    EXPECT_EQ(text.status, row.status) << row.body;
    EXPECT_EQ(text.error_type, row.type) << row.body;
    EXPECT_EQ(text.body, row.body);
    const bool json = std::string_view(row.body).starts_with("{");
    EXPECT_EQ(text.content_type, json ? "application/json" : "text/plain");
  }
}

TEST(ErrorResponse, TheForbiddenBodyHasTheObservedLength) {
  EXPECT_EQ(error_text(GatewayError::forbidden).body.size(), 23U);
}

AccessDecision refusal(bool explicit_deny) {
  const auto decision =
      explicit_deny ? PolicyDecision::explicit_deny : PolicyDecision::implicit_deny;
  return decide_alone(decision, DenyingPolicy::resource);
}

TEST(ErrorResponse, AccessDeniedMasksTheAccountAndComesInTwoWordings) {
  const DeniedResource denied{"us-east-1", "111122221234", "abcde12345", "prod/GET/widgets"};
  const std::string head =
      R"({"Message":"User: anonymous is not authorized to perform: execute-api:Invoke )"
      R"(on resource: )"
      "arn:aws:execute-api:us-east-1:********1234:abcde12345/prod/GET/widgets";
  EXPECT_EQ(access_denied_body(denied, refusal(false), DenialWording::classic), head + "\"}");
  EXPECT_EQ(access_denied_body(denied, refusal(true), DenialWording::classic),
            head + " with an explicit deny\"}");
  EXPECT_EQ(access_denied_body(denied, refusal(false), DenialWording::names_policy),
            head + " because no resource-based policy allows the execute-api:Invoke action\"}");
  EXPECT_EQ(access_denied_body(denied, refusal(true), DenialWording::names_policy),
            head + " with an explicit deny in a resource-based policy\"}");
}

TEST(ErrorResponse, AccessDeniedEscapesThePath) {
  const DeniedResource denied{"r", "111122221234", "a", "prod/GET/\"\\\x01\xff"};
  EXPECT_NE(access_denied_body(denied, refusal(false), DenialWording::classic)
                .find(R"(prod/GET/\"\\\u0001\u00ff"})"),
            std::string::npos);
}

SignatureFailure signature_error(std::string_view authorization, bool has_date) {
  return *lacking_authorization(authorization, read_authorization(authorization), has_date);
}

TEST(ErrorResponse, AuthorizationWithoutEqualSignIsHashed) {
  const auto error = signature_error("Bearer token", true);
  EXPECT_EQ(error.error_type, "IncompleteSignatureException");
  EXPECT_EQ(error.body,
            R"({"message":"Invalid key=value pair (missing equal-sign) in Authorization header )"
            "(hashed with SHA-256 and encoded with Base64): "
            "'sirDDmH2JNXZ7PrsYu3JMpduFdLxWZgJKX9UIu07OWs='.\"}");
}

TEST(ErrorResponse, AuthorizationWithoutSigV4ParametersNamesWhatIsMissing) {
  const auto basic = signature_error("Basic Zm9vOmJhcg==", false);
  EXPECT_EQ(basic.error_type, "IncompleteSignatureException");
  EXPECT_EQ(basic.body.find(R"({"message":"Authorization header requires 'Credential' parameter. )"
                            "Authorization header requires 'Signature' parameter. "
                            "Authorization header requires 'SignedHeaders' parameter. "
                            "Authorization header requires existence of either a 'X-Amz-Date' or a "
                            "'Date' header. (Hashed with SHA-256 and encoded with Base64) "
                            "Authorization="),
            0U);
  const auto dated = signature_error("AWS4-HMAC-SHA256 Credential=a, Signature=b", true);
  EXPECT_EQ(dated.body.find(R"({"message":"Authorization header requires 'SignedHeaders' )"
                            "parameter. (Hashed"),
            0U);
  EXPECT_EQ(signature_error("token", true).error_type, "IncompleteSignatureException");
}

TEST(ErrorResponse, MissingParametersAreListed) {
  EXPECT_EQ(missing_parameters_body("a, b"),
            R"({"message":"Missing required request parameters: [a, b]"})");
}

}  // namespace
}  // namespace hoplab::aws
