// Evaluation; reading the JSON is in policy_reader.cpp.
#include "aws/iam/resource_policy.h"

#include <algorithm>

#include "base/glob.h"

namespace hoplab::aws {

std::string PolicyScope::resource_prefix() const {
  return "arn:aws:execute-api:" + region + ":" + account + ":" + api_id + "/";
}

bool ResourcePolicy::Statement::matches(const RequestContext& request) const noexcept {
  if (!any_resource) {
    const bool listed = std::any_of(resources.begin(), resources.end(), [&](const auto& pattern) {
      return glob_match(pattern, request.resource);
    });
    if (listed == inverted_resource) return false;
  }
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& condition) { return condition.holds(request); });
}

PolicyDecision ResourcePolicy::evaluate(const RequestContext& request) const noexcept {
  const auto matches = [&](const Statement& statement) { return statement.matches(request); };
  if (std::any_of(denies_.begin(), denies_.end(), matches)) return PolicyDecision::explicit_deny;
  if (std::any_of(allows_.begin(), allows_.end(), matches)) return PolicyDecision::allowed;
  return PolicyDecision::implicit_deny;
}

}  // namespace hoplab::aws
