// Evaluation; reading the JSON is in policy_reader.cpp.
#include "aws/iam/policy.h"

#include <algorithm>

#include "base/glob.h"

namespace hoplab::aws {

using Match = PolicyPrincipal::Match;

std::string PolicyScope::resource_prefix() const {
  return "arn:aws:execute-api:" + region + ":" + account + ":" + api_id + "/";
}

bool Policy::lists_resource(const Statement& statement, const RequestContext& request) const {
  const auto matches = [&](const std::string& pattern) {
    return glob_match(pattern, request.resource);
  };
  if (std::ranges::any_of(statement.resources, matches)) return true;
  if (statement.arns.empty()) return false;
  const std::string of_scope =
      prefix_.empty() ? std::string() : prefix_ + std::string(request.resource);
  const std::string_view arn = prefix_.empty() ? request.arn : std::string_view(of_scope);
  return std::ranges::any_of(statement.arns,
                             [&](const PolicyText& text) { return text.like(arn, request); });
}

Match Policy::match(const Statement& statement, const RequestContext& request) const noexcept {
  const Match match = statement.principal.match(request.caller);
  if (match == Match::none) return match;
  if (!statement.any_resource &&
      lists_resource(statement, request) == statement.inverted_resource) {
    return Match::none;
  }
  const bool holds = std::ranges::all_of(
      statement.conditions, [&](const Condition& condition) { return condition.holds(request); });
  return holds ? match : Match::none;
}

PolicyDecision Policy::evaluate(const RequestContext& request) const noexcept {
  for (const Statement& statement : denies_) {
    if (match(statement, request) != Match::none) return PolicyDecision::explicit_deny;
  }
  auto decision = PolicyDecision::implicit_deny;
  for (const Statement& statement : allows_) {
    const Match how = match(statement, request);
    if (how == Match::named) return PolicyDecision::allowed;
    if (how == Match::by_account) decision = PolicyDecision::allowed_to_account;
  }
  return decision;
}

PolicyDecision evaluate(std::span<const Policy> policies, const RequestContext& request) noexcept {
  auto together = PolicyDecision::implicit_deny;
  for (const Policy& policy : policies) {
    const PolicyDecision decision = policy.evaluate(request);
    if (decision == PolicyDecision::explicit_deny) return decision;
    if (decision == PolicyDecision::allowed) together = decision;
  }
  return together;
}

}  // namespace hoplab::aws
