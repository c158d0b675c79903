// The resource policy of a REST API, or of a private custom domain (apigateway.md 4.1, 5).
#pragma once

#include <string_view>

#include "aws/iam/policy.h"
#include "base/result.h"

namespace hoplab::aws {

class ResourcePolicy {
 public:
  /// `callers_sign`: some method has AWS_IAM authorization. Else what only its callers have is
  /// refused, as it has no effect.
  static Result<ResourcePolicy> parse(std::string_view json, const PolicyScope& scope,
                                      bool callers_sign = false) {
    auto policy = Policy::parse(json, {Policy::Kind::resource, scope, callers_sign});
    if (!policy) return policy.failure();
    return ResourcePolicy(std::move(policy).value());
  }

  ResourcePolicy() = default;  // allows nothing

  [[nodiscard]] PolicyDecision evaluate(const RequestContext& request) const noexcept {
    return policy_.evaluate(request);
  }

 private:
  explicit ResourcePolicy(Policy policy) : policy_(std::move(policy)) {}
  Policy policy_;
};

}  // namespace hoplab::aws
