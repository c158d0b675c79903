// API Gateway's own answers: every status, x-amzn-ErrorType and body, spelled here and nowhere else
// (apigateway.md 5.3, 7, 9, 11).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/iam/access_decision.h"

namespace hoplab::aws {

/// The fixed ones: gateway response types of apigateway.md 9.1, F1, and the plain-text limits.
enum class GatewayError : std::uint8_t {
  forbidden,  // F1: no API selected, or no such stage; not a gateway response
  missing_authentication_token,
  unauthorized,
  token_expired,  // of a user pool
  invalid_api_key,
  waf_filtered,
  expired_token,
  unrecognized_client,
  bad_request_body,
  unsupported_media_type,
  throttled,
  quota_exceeded,
  api_configuration_error,
  authorizer_configuration_error,
  integration_failure,
  integration_timeout,
  integration_malformed,       // a function failed, or returned what is no answer: 502
  request_too_long,            // for a function
  access_denied_no_statement,  // the authorizer's policy says nothing about the method
  access_denied_explicit,      // the authorizer's policy denies it
  authorizer_failure,          // no public copy of this and the next one is known but their status
  resource_not_found,
  request_too_large,  // plain text from here on
  header_too_large,
  uri_too_long,
};

/// x-amzn-ErrorType of BAD_REQUEST_PARAMETERS and BAD_REQUEST_BODY.
inline constexpr std::string_view kBadRequestType = "BadRequestException";

struct ErrorText {
  int status;
  std::string_view error_type;  // x-amzn-ErrorType; empty: the field is not sent
  std::string_view content_type;
  std::string_view body;
};

[[nodiscard]] const ErrorText& error_text(GatewayError error) noexcept;

/// BAD_REQUEST_PARAMETERS: `names` are in the order header, path, query, separated by ", ".
[[nodiscard]] std::string missing_parameters_body(std::string_view names);

}  // namespace hoplab::aws
