// A target group at run time: which target is next, and the health checks that decide it.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "aws/target_group/target.h"
#include "base/task_group.h"
#include "model/topology.h"

namespace hoplab::aws {

class TargetGroup {
 public:
  TargetGroup(Loop& loop, const model::TargetGroup& group,
              std::vector<std::unique_ptr<Target>> targets);

  [[nodiscard]] const std::string& name() const noexcept { return model_.name; }
  [[nodiscard]] const model::TargetGroup& model() const noexcept { return model_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Target>>& targets() const noexcept {
    return targets_;
  }

  /// The next target, round robin among the healthy ones; among all of them when none is healthy
  /// (fail-open). Null when nothing is registered.
  Target* choose();
  /// No target is healthy and traffic goes to all of them.
  [[nodiscard]] bool fails_open() const noexcept;

  /// Checks until every target's state is settled, as if they had been registered long ago.
  Task<void> settle();
  /// Checks at the group's interval until stop().
  void start();
  void stop();
  /// Tasks that have not ended yet.
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  Task<void> check_forever();
  Task<void> check(Target& target);
  void passed(Target& target);
  void failed(Target& target, std::string reason, std::string description);

  Loop& loop_;
  const model::TargetGroup& model_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::size_t next_ = 0;
  bool stopping_ = false;
  WaitSlot pause_;
  Timer interval_;
  TaskGroup tasks_;
};

/// Whether `status` is in a matcher such as "200", "200,403" or "200-399".
bool matches(const std::string& matcher, int status);

}  // namespace hoplab::aws
