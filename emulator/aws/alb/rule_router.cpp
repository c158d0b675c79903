#include "aws/alb/rule_router.h"

#include <algorithm>

namespace hoplab::aws {

RuleRouter::RuleRouter(std::shared_ptr<const model::Listener> listener)
    : listener_(std::move(listener)),
      default_{listener_->rules.size(), 0, listener_->rules.size()} {
  rules_.reserve(listener_->rules.size());
  for (const model::Rule& rule : listener_->rules) {
    PreparedRule prepared{{rules_.size(), rule.priority, 0}, {}};
    for (const auto& condition : rule.conditions) prepared.conditions.emplace_back(condition);
    rules_.push_back(std::move(prepared));
    if (!rule.transforms.empty()) {
      transforms_.resize(rules_.size());
      transforms_.back() = std::make_unique<const Transforms>(rule.transforms);
    }
  }
  std::ranges::stable_sort(rules_, {},
                           [](const PreparedRule& rule) { return rule.match.priority; });
  for (std::size_t i = 0; i < rules_.size(); ++i) rules_[i].match.evaluated = i + 1;
}

RuleRouter::Match RuleRouter::route(const http::Request& request,
                                    std::string_view source_ip) const {
  if (rules_.empty()) return default_;
  RuleSubject subject(request, source_ip);
  for (const PreparedRule& rule : rules_) {
    const bool all = std::ranges::all_of(
        rule.conditions, [&subject](const RuleCondition& each) { return each.matches(subject); });
    if (all) return rule.match;
  }
  return default_;
}

}  // namespace hoplab::aws
