// A listener's rules: which action a request gets.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
#pragma once

#include <string_view>

#include "http/message.h"
#include "model/topology.h"

namespace hoplab::aws {

/// True when `text` matches `pattern`: * is any run of characters, '/' included, ? exactly one.
bool wildcard_match(std::string_view pattern, std::string_view text, bool ignore_case);

class RuleRouter {
 public:
  /// `listener` outlives the router; its rules are in ascending priority.
  explicit RuleRouter(const model::Listener& listener) : listener_(listener) {}

  struct Match {
    const model::Action* action = nullptr;
    int priority = 0;  // 0: the default action
  };
  /// `source_ip` is the TCP peer: behind a load balancer not the client.
  [[nodiscard]] Match route(const http::Request& request, std::string_view source_ip) const;

 private:
  const model::Listener& listener_;
};

}  // namespace hoplab::aws
