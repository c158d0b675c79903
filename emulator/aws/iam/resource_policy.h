// The resource policy of a REST API: IAM's policy language as far as API Gateway takes it for
// methods without authorization (apigateway.md 5). Compiled once; evaluation allocates nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/iam/policy_condition.h"
#include "base/result.h"

namespace hoplab::aws {

enum class PolicyDecision : std::uint8_t { allowed, implicit_deny, explicit_deny };

/// The API a policy belongs to; expands the short resource forms `execute-api:/*`.
struct PolicyScope {
  std::string region;
  std::string account;  // 12 digits
  std::string api_id;
  /// `arn:aws:execute-api:{region}:{account}:{api}/`
  [[nodiscard]] std::string resource_prefix() const;
};

class ResourcePolicy {
 public:
  /// Reads policy JSON. Whatever has no effect here is refused, and the error names the statement
  /// and the element, operator or key.
  static Result<ResourcePolicy> parse(std::string_view json, const PolicyScope& scope);

  /// The decision for an anonymous caller (method authorization NONE): an explicit Allow is needed
  /// and any Deny wins.
  [[nodiscard]] PolicyDecision evaluate(const RequestContext& request) const noexcept;

 private:
  friend class PolicyReader;
  struct Statement {
    bool deny = false;
    bool any_resource = false;           // matches whatever the request's resource is
    bool inverted_resource = false;      // NotResource
    std::vector<std::string> resources;  // patterns for "{stage}/{VERB}/{path}"
    std::vector<Condition> conditions;   // all must hold
    [[nodiscard]] bool matches(const RequestContext& request) const noexcept;
  };

  // Only statements that can match an anonymous Invoke are kept; Deny comes first.
  std::vector<Statement> denies_;
  std::vector<Statement> allows_;
};

}  // namespace hoplab::aws
