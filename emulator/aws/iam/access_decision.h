// What the caller's side and the policy of an API come to together (apigateway.md 5.1, Tables A
// and B), and how the refusal is told (5.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/iam/policy.h"

namespace hoplab::aws {

/// Which policy a refusal names.
enum class DenyingPolicy : std::uint8_t { identity, resource, endpoint };

struct AccessDecision {
  bool allowed = false;
  bool explicit_deny = false;                      // when it is not allowed
  DenyingPolicy policy = DenyingPolicy::resource;  // likewise
  bool operator==(const AccessDecision&) const = default;
};

/// Table A: the caller, or a Lambda authorizer, and the API are of one account. Either Allow
/// suffices, any Deny wins. `identity` is the decision of the caller's own policies.
[[nodiscard]] AccessDecision decide_within_account(PolicyDecision identity,
                                                   PolicyDecision resource) noexcept;
/// Table B: both must allow, any Deny wins.
[[nodiscard]] AccessDecision decide_across_accounts(PolicyDecision identity,
                                                    PolicyDecision resource) noexcept;
/// Where one policy decides: of an API whose methods are open, of an endpoint, of a domain.
[[nodiscard]] AccessDecision decide_alone(PolicyDecision decision, DenyingPolicy policy) noexcept;
/// Before a Lambda authorizer is asked, only an explicit Deny stops a request.
[[nodiscard]] AccessDecision decide_before_authorizer(PolicyDecision resource) noexcept;

/// When each wording came to which Region is not documented; both are in use (apigateway.md 5.3).
enum class DenialWording : std::uint8_t {
  classic,       // "... on resource: ARN", "... with an explicit deny"
  names_policy,  // "... because no resource-based policy allows ...", "... in a resource-based
                 // policy"
};

struct DeniedResource {
  std::string_view region;
  std::string_view account;  // shown masked but for the last four digits
  std::string_view api_id;
  std::string_view resource;     // "{stage}/{VERB}/{path}"
  std::string_view caller = {};  // an ARN; empty: anonymous
};

inline constexpr int kAccessDeniedStatus = 403;
inline constexpr std::string_view kAccessDeniedType = "AccessDeniedException";
/// The body of a refusal; its key is `Message`, with a capital.
[[nodiscard]] std::string access_denied_body(const DeniedResource& denied,
                                             const AccessDecision& decision, DenialWording wording);

}  // namespace hoplab::aws
