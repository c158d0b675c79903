// The event that an AWS_PROXY integration makes of a private call for its function
// (apigateway-features.md 1.1, apigateway.md 8.4).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/caller.h"
#include "aws/iam/access_keys.h"
#include "base/clock.h"
#include "http/message.h"
#include "model/rest_api.h"

namespace hoplab::aws {

/// What an event is made of. Views outlive the call.
struct ProxyCall {
  const http::Request& request;
  std::string_view method;          // after X-HTTP-Method-Override
  std::string_view body;            // empty: none
  std::string_view query;           // without '?', as received
  std::string_view path;            // without the stage, but with a custom domain's base path
  std::string_view own_path;        // as the client sent it: requestContext.path
  std::string_view resource;        // the template, "/widgets/{id}"
  std::string_view operation_name;  // empty: there is none
  std::vector<std::pair<std::string_view, std::string_view>> path_parameters;
  std::string_view api_id, account, stage;
  std::string_view resource_id, deployment_id;
  std::string_view request_id, extended_request_id;
  const model::Texts* stage_variables = nullptr;  // null: there are none
  std::string_view api_key, api_key_id;           // empty: the method requires none
  Time at;                                        // by the calendar
  const Caller& caller;
  bool binary = false;                // the body is, so that it is passed on in base64
  bool decompressed = false;          // it came compressed: Content-Encoding is not true any more
  const AccessKey* signer = nullptr;  // of a method with AWS_IAM authorization
  bool signed_with_sigv4 = false;     // so the function does not get the Authorization
  std::string_view authorizer = {};   // requestContext.authorizer in JSON; empty: there is none
};

/// In JSON, in the order in which AWS has it. What is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string proxy_event(const ProxyCall& call);

/// What an authorizer of the type REQUEST is asked (apigateway-features.md 2.1): the same without a
/// body, and what is empty is {} and not null.
[[nodiscard]] std::string request_authorizer_event(const ProxyCall& call,
                                                   std::string_view method_arn);
/// What one of the type TOKEN is asked.
[[nodiscard]] std::string token_authorizer_event(std::string_view token,
                                                 std::string_view method_arn);

/// What the parts in braces of `resource` stand for in `path`, which matches it; neither is
/// decoded.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> path_parameters(
    std::string_view resource, std::string_view path);

}  // namespace hoplab::aws
