// The gates of an API that policies stand at (apigateway.md 4.1, 5, 6).
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

namespace {

/// A policy of its own may name an account as a whole; what that account's policies say is judged
/// at the API.
AccessDecision decide_by(PolicyDecision decision, DenyingPolicy policy) {
  const bool to_account = decision == PolicyDecision::allowed_to_account;
  return decide_alone(to_account ? PolicyDecision::allowed : decision, policy);
}

/// That of the account's root: everything that nobody denies.
PolicyDecision identity_policies(const AccessKey& key, const RequestContext& request) {
  const PolicyDecision decision = evaluate(key.policies, request);
  const bool root = key.credentials.identity.is_account_root();
  return root && decision == PolicyDecision::implicit_deny ? PolicyDecision::allowed : decision;
}

}  // namespace

/// The ARN of an unmatched path ends after the method (apigateway.md 5.1).
std::string_view ExecuteApi::Visit::method_resource() {
  if (!method_resource_.empty()) return method_resource_;
  std::string_view path = selection_.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (!route_) path = {};
  constexpr std::string_view kSlash = "/";
  return method_resource_ = response_.arena.join(api_->stage, kSlash, method_, kSlash, path);
}

std::string_view ExecuteApi::Visit::method_arn() {
  if (method_arn_.empty()) {
    method_arn_ = response_.arena.join(api_->arn_prefix, method_resource());
  }
  return method_arn_;
}

RequestContext ExecuteApi::Visit::policy_view(std::string_view resource, std::string_view arn,
                                              const Identity* caller) const {
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  const PrivateDomain* const domain = selection_.domain;
  return {.resource = resource,
          .vpc_source_ip = caller_.source_ip,
          .source_vpc = known(caller_.vpc_id),
          .source_vpce = known(caller_.vpce_id),
          .referer = facts_.referer,
          .user_agent = facts_.user_agent,
          .secure_transport = true,
          .now = arrival_.at,
          .arn = arn,
          .caller = caller,
          .via_domain_arn = domain ? known(domain->arn) : std::nullopt};
}

PolicyDecision ExecuteApi::Visit::resource_policy(const Identity* caller) {
  if (caller) return api_->policy.evaluate(policy_view(method_resource(), {}, caller));
  // Before an authorizer, and again with what that says.
  if (!anonymous_decision_) {
    anonymous_decision_ = api_->policy.evaluate(policy_view(method_resource(), {}, nullptr));
  }
  return *anonymous_decision_;
}

ExecuteApi::Visit::Step ExecuteApi::Visit::decide(const AccessDecision& decision,
                                                  const DeniedResource& denied,
                                                  std::string_view whose) {
  if (decision.allowed) return std::nullopt;
  detail_ = whose;
  const auto body = access_denied_body(denied, decision, service_.options_.denial_wording);
  return fail({GatewayResponseType::access_denied, body}, kAccessDeniedType,
              decision.explicit_deny ? Outcome::explicit_deny : Outcome::implicit_deny);
}

ExecuteApi::Visit::Step ExecuteApi::Visit::decide_for_method(const AccessDecision& decision,
                                                             const Identity* caller,
                                                             std::string_view whose) {
  const std::string_view arn = caller ? std::string_view(caller->arn) : std::string_view();
  return decide(decision, {api_->region, api_->account, api_->id, method_resource(), arn}, whose);
}

/// Of an endpoint with a policy of its own. A signature that does not do is refused there, whatever
/// the method's authorization (apigateway.md 6). By a private domain name, the policy is asked
/// about that as well.
ExecuteApi::Visit::Step ExecuteApi::Visit::endpoint_policy() {
  const Policy* const policy = service_.rules_.endpoint_policy(caller_.vpce_id);
  if (policy == nullptr) return std::nullopt;
  const auto* const failure = std::get_if<SignatureFailure>(&signature_verdict());
  if (failure) return refuse_signature(*failure);
  const Identity* const caller = signing_identity();
  PolicyDecision decision = policy->evaluate(policy_view(method_resource(), method_arn(), caller));
  const PrivateDomain* const domain = selection_.domain;
  if (domain && decision != PolicyDecision::explicit_deny) {
    const auto of_domain = policy->evaluate(policy_view(domain->resource, domain->arn, caller));
    if (of_domain == PolicyDecision::explicit_deny || of_domain == PolicyDecision::implicit_deny) {
      decision = of_domain;
    }
  }
  return decide_for_method(decide_by(decision, DenyingPolicy::endpoint), caller,
                           "the policy of the VPC endpoint");
}

ExecuteApi::Visit::Step ExecuteApi::Visit::domain_policy() {
  const PrivateDomain* const domain = selection_.domain;
  if (domain == nullptr) return std::nullopt;
  const Identity* const caller = signing_identity();
  const auto decision = domain->policy.evaluate(policy_view(domain->resource, {}, caller));
  const std::string_view arn = caller ? std::string_view(caller->arn) : std::string_view();
  return decide(decide_by(decision, DenyingPolicy::resource),
                {api_->region, domain->account, {}, domain->resource, arn},
                "the policy of the domain name");
}

ExecuteApi::Visit::Step ExecuteApi::Visit::resource_policy_first() {
  if (api_->arn_prefix.size() + method_resource().size() > kMaxMethodArnBytes) {
    return refuse(GatewayError::uri_too_long, Outcome::uri_too_long);
  }
  using enum model::AuthorizationType;
  const auto authorization = route_ ? api_->methods[*route_].authorization : none;
  if (authorization == none) {
    return decide_for_method(decide_alone(resource_policy(nullptr), DenyingPolicy::resource),
                             nullptr, {});
  }
  if (authorization != custom) return std::nullopt;
  return decide_for_method(decide_before_authorizer(resource_policy(nullptr)), nullptr, {});
}

ExecuteApi::Visit::Step ExecuteApi::Visit::resource_policy_second() {
  using enum model::AuthorizationType;
  switch (reached_->authorization) {
    case none: return std::nullopt;
    case aws_iam: return authorize_signer();
    case custom: return combine_with_authorizer();
    case cognito_user_pools: break;
  }
  return decide_for_method(decide_alone(resource_policy(nullptr), DenyingPolicy::resource), nullptr,
                           {});
}

ExecuteApi::Visit::Step ExecuteApi::Visit::authorize_signer() {
  const Identity& caller = signer_->credentials.identity;
  const auto own =
      identity_policies(*signer_, policy_view(method_resource(), method_arn(), &caller));
  const auto of_api = resource_policy(&caller);
  const bool within = caller.account == api_->account;
  const AccessDecision decision =
      within ? decide_within_account(own, of_api) : decide_across_accounts(own, of_api);
  const bool by_identity = decision.policy == DenyingPolicy::identity;
  return decide_for_method(decision, &caller, by_identity ? "the caller's policies" : "");
}

/// What an authorizer denies has words of its own (apigateway-features.md 2.3).
ExecuteApi::Visit::Step ExecuteApi::Visit::combine_with_authorizer() {
  const auto own = authorizer_decision_.value_or(PolicyDecision::implicit_deny);
  const AccessDecision decision = decide_within_account(own, resource_policy(nullptr));
  if (decision.allowed || decision.policy != DenyingPolicy::identity) {
    return decide_for_method(decision, nullptr, {});
  }
  detail_ = "the authorizer's policy";
  if (!decision.explicit_deny) {
    return fail(GatewayResponseType::access_denied, GatewayError::access_denied_no_statement,
                Outcome::implicit_deny);
  }
  return fail(GatewayResponseType::access_denied, GatewayError::access_denied_explicit,
              Outcome::explicit_deny);
}

}  // namespace hoplab::aws
