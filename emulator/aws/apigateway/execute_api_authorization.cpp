// The gates of an API that policies and signatures stand at (apigateway.md 5, 6).
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

/// Every endpoint has full access, so far.
ExecuteApi::Visit::Step ExecuteApi::Visit::endpoint_policy() {
  return std::nullopt;
}

ExecuteApi::Visit::Step ExecuteApi::Visit::resource_policy_first() {
  std::string_view path = selection_.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (!route_) path = {};  // the ARN of an unmatched path ends after the method (apigateway.md 5.1)
  const auto resource = response_.arena.join(api_->stage, std::string_view("/"), method_,
                                             std::string_view("/"), path);
  if (api_->arn_prefix_size + resource.size() > kMaxMethodArnBytes) {
    return refuse(GatewayError::uri_too_long, Outcome::uri_too_long);
  }
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  const auto decision = api_->policy.evaluate({.resource = resource,
                                               .vpc_source_ip = caller_.source_ip,
                                               .source_vpc = known(caller_.vpc_id),
                                               .source_vpce = known(caller_.vpce_id),
                                               .referer = facts_.referer,
                                               .user_agent = facts_.user_agent,
                                               .secure_transport = true,
                                               .now = arrival_.at});
  if (decision == PolicyDecision::allowed) return std::nullopt;
  const bool explicit_deny = decision == PolicyDecision::explicit_deny;
  const auto body = access_denied_body({api_->region, api_->account, api_->id, resource},
                                       explicit_deny, service_.options_.denial_wording);
  return fail({GatewayResponseType::access_denied, body}, kAccessDeniedType,
              explicit_deny ? Outcome::explicit_deny : Outcome::implicit_deny);
}

ExecuteApi::Visit::Step ExecuteApi::Visit::known_route() {
  if (route_) {
    reached_ = &api_->methods[*route_];
    return std::nullopt;
  }
  const auto& authorization = facts_.authorization;
  if (!authorization) {
    return fail(GatewayResponseType::missing_authentication_token,
                GatewayError::missing_authentication_token, Outcome::missing_authentication_token);
  }
  const auto error = signature_error(*authorization, facts_.has_date);
  return fail({GatewayResponseType::missing_authentication_token, error.body}, error.error_type,
              Outcome::incomplete_signature);
}

ExecuteApi::Visit::Step ExecuteApi::Visit::signature() {
  return std::nullopt;
}

ExecuteApi::Visit::Step ExecuteApi::Visit::resource_policy_second() {
  return std::nullopt;
}

}  // namespace hoplab::aws
