// The gates of an API that policies and signatures stand at (apigateway.md 5, 6).
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

/// Every endpoint has full access, so far.
ExecuteApi::Visit::Step ExecuteApi::Visit::endpoint_policy() {
  return std::nullopt;
}

/// The ARN of an unmatched path ends after the method (apigateway.md 5.1).
std::string_view ExecuteApi::Visit::method_resource() {
  if (!method_resource_.empty()) return method_resource_;
  std::string_view path = selection_.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (!route_) path = {};
  constexpr std::string_view kSlash = "/";
  return method_resource_ = response_.arena.join(api_->stage, kSlash, method_, kSlash, path);
}

RequestContext ExecuteApi::Visit::policy_view(std::string_view resource,
                                              std::string_view arn) const {
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  return {.resource = resource,
          .vpc_source_ip = caller_.source_ip,
          .source_vpc = known(caller_.vpc_id),
          .source_vpce = known(caller_.vpce_id),
          .referer = facts_.referer,
          .user_agent = facts_.user_agent,
          .secure_transport = true,
          .now = arrival_.at,
          .arn = arn};
}

ExecuteApi::Visit::Step ExecuteApi::Visit::refuse_by_policy(PolicyDecision decision) {
  if (decision == PolicyDecision::allowed) return std::nullopt;
  const bool explicit_deny = decision == PolicyDecision::explicit_deny;
  const auto body = access_denied_body({api_->region, api_->account, api_->id, method_resource()},
                                       explicit_deny, service_.options_.denial_wording);
  return fail({GatewayResponseType::access_denied, body}, kAccessDeniedType,
              explicit_deny ? Outcome::explicit_deny : Outcome::implicit_deny);
}

ExecuteApi::Visit::Step ExecuteApi::Visit::resource_policy_first() {
  if (api_->arn_prefix.size() + method_resource().size() > kMaxMethodArnBytes) {
    return refuse(GatewayError::uri_too_long, Outcome::uri_too_long);
  }
  using enum model::AuthorizationType;
  const auto authorization = route_ ? api_->methods[*route_].authorization : none;
  if (authorization == cognito_user_pools) return std::nullopt;
  const auto decision = api_->policy.evaluate(policy_view(method_resource(), {}));
  if (authorization == custom && decision != PolicyDecision::explicit_deny) return std::nullopt;
  return refuse_by_policy(decision);
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
  using enum model::AuthorizationType;
  if (reached_->authorization == custom) return combine_with_authorizer();
  if (reached_->authorization != cognito_user_pools) return std::nullopt;
  return refuse_by_policy(api_->policy.evaluate(policy_view(method_resource(), {})));
}

/// What an authorizer denies has words of its own (apigateway-features.md 2.3).
ExecuteApi::Visit::Step ExecuteApi::Visit::combine_with_authorizer() {
  const auto own = authorizer_decision_.value_or(PolicyDecision::implicit_deny);
  const auto of_api = api_->policy.evaluate(policy_view(method_resource(), {}));
  const AccessDecision decision = decide_within_account(own, of_api);
  if (decision.allowed) return std::nullopt;
  if (decision.policy != DenyingPolicy::identity) return refuse_by_policy(of_api);
  detail_ = "the authorizer's policy";
  if (!decision.explicit_deny) {
    return fail(GatewayResponseType::access_denied, GatewayError::access_denied_no_statement,
                Outcome::implicit_deny);
  }
  return fail(GatewayResponseType::access_denied, GatewayError::access_denied_explicit,
              Outcome::explicit_deny);
}

}  // namespace hoplab::aws
