// A listener's rules: which action a request gets.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "aws/alb/rule_condition.h"
#include "aws/alb/transform.h"
#include "http/message.h"
#include "model/topology.h"

namespace hoplab::aws {

class RuleRouter {
 public:
  /// The listener's rules may stand in any order.
  explicit RuleRouter(std::shared_ptr<const model::Listener> listener);

  struct Match {
    std::size_t rule = 0;  // of the listener's, in its order; as many as it has: the default action
    int priority = 0;      // 0: the default action
    std::size_t evaluated = 0;  // how many rules were looked at
  };
  /// The first rule by ascending priority of which every condition matches. It sees the request as
  /// received, before the ALB's own fields. `source_ip` is the TCP peer: behind a load balancer not
  /// the client.
  [[nodiscard]] Match route(const http::Request& request, std::string_view source_ip) const;
  /// What a match says to do.
  [[nodiscard]] const model::Action& action(const Match& match) const {
    return match.rule < listener_->rules.size() ? listener_->rules[match.rule].action
                                                : listener_->default_action;
  }
  /// What it makes of the request before; null: nothing.
  [[nodiscard]] const Transforms* transforms(const Match& match) const {
    return match.rule < transforms_.size() ? transforms_[match.rule].get() : nullptr;
  }

 private:
  struct PreparedRule {
    Match match;
    std::vector<RuleCondition> conditions;
  };

  std::shared_ptr<const model::Listener> listener_;  // has the actions
  Match default_;
  std::vector<PreparedRule> rules_;
  std::vector<std::unique_ptr<const Transforms>> transforms_;  // by rule, in the listener's order
};

}  // namespace hoplab::aws
