#include "aws/iam/access_decision.h"

#include "aws/stub/json_text.h"

namespace hoplab::aws {

namespace {

constexpr AccessDecision kAllowed{.allowed = true};

constexpr AccessDecision denied(bool explicit_deny, DenyingPolicy policy) noexcept {
  return {.allowed = false, .explicit_deny = explicit_deny, .policy = policy};
}

std::string_view name_of(DenyingPolicy policy) noexcept {
  switch (policy) {
    case DenyingPolicy::identity: return "identity-based";
    case DenyingPolicy::resource: return "resource-based";
    case DenyingPolicy::endpoint: return "VPC endpoint";
  }
  return "";
}

}  // namespace

AccessDecision decide_alone(PolicyDecision decision, DenyingPolicy policy) noexcept {
  if (decision == PolicyDecision::allowed) return kAllowed;
  return denied(decision == PolicyDecision::explicit_deny, policy);
}

AccessDecision decide_before_authorizer(PolicyDecision resource) noexcept {
  if (resource == PolicyDecision::explicit_deny) return denied(true, DenyingPolicy::resource);
  return kAllowed;
}

AccessDecision decide_within_account(PolicyDecision identity, PolicyDecision resource) noexcept {
  if (identity == PolicyDecision::explicit_deny) return denied(true, DenyingPolicy::identity);
  if (resource == PolicyDecision::explicit_deny) return denied(true, DenyingPolicy::resource);
  if (identity == PolicyDecision::allowed || resource == PolicyDecision::allowed) return kAllowed;
  return denied(false, DenyingPolicy::identity);
}

AccessDecision decide_across_accounts(PolicyDecision identity, PolicyDecision resource) noexcept {
  if (identity == PolicyDecision::explicit_deny) return denied(true, DenyingPolicy::identity);
  if (resource == PolicyDecision::explicit_deny) return denied(true, DenyingPolicy::resource);
  if (resource == PolicyDecision::implicit_deny) return denied(false, DenyingPolicy::resource);
  return decide_alone(identity, DenyingPolicy::identity);
}

std::string access_denied_body(const DeniedResource& denied, const AccessDecision& decision,
                               DenialWording wording) {
  std::string body = R"({"Message":"User: )";
  append_json_text(body, denied.caller.empty() ? "anonymous" : denied.caller);
  body.append(
      " is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:");
  const auto shown = denied.account.size() > 4 ? denied.account.size() - 4 : 0;
  body.append(denied.region).append(":********").append(denied.account.substr(shown)).append(":");
  body.append(denied.api_id).append("/");
  append_json_text(body, denied.resource);
  const bool names_policy = wording == DenialWording::names_policy;
  const std::string_view name = name_of(decision.policy);
  if (decision.explicit_deny) {
    body.append(" with an explicit deny");
    // IAM: "an identity-based", "a resource-based", "a VPC endpoint".
    const bool vowel = decision.policy == DenyingPolicy::identity;
    if (names_policy) body.append(vowel ? " in an " : " in a ").append(name).append(" policy");
  } else if (names_policy) {
    body.append(" because no ").append(name);
    body.append(" policy allows the execute-api:Invoke action");
  }
  return body.append("\"}");
}

}  // namespace hoplab::aws
