// A target group at run time: which target is next, and the health checks that decide it.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
#pragma once

#include <functional>
#include <map>
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

  /// The next target for an Application Load Balancer's node in `zone`, round robin among those
  /// that take traffic. With cross-zone load balancing off, only those of the zone count. Null when
  /// there is none.
  Target* choose(std::string_view zone);
  /// Too few targets (of `zone`, unless it is empty) are healthy, so traffic goes to all of them.
  [[nodiscard]] bool fails_open(std::string_view zone = {}) const noexcept;
  /// The same, where `target` is.
  [[nodiscard]] bool fails_open_for(const Target& target) const noexcept;
  /// Whether new connections may go to `target`: it is in rotation, and healthy unless the group
  /// fails open.
  [[nodiscard]] bool takes(const Target& target) const noexcept;

  /// The first with that id, or that the scenario calls so. Null: there is none.
  [[nodiscard]] Target* find(const std::string& name) const noexcept;
  /// DeregisterTargets: it drains and is then unused; the others get the new connections.
  void deregister(Target& target);
  /// RegisterTargets, of one that was deregistered.
  void register_again(Target& target);
  /// Its health is what somebody says; nothing: what the checks say, from the next one on.
  void say(Target& target, const std::optional<bool>& healthy);
  /// Connecting to it met that.
  void met(Target& target, Reachability reachability);
  /// Called whenever a target's state, registration or reachability has changed.
  void on_change(std::function<void()> callback) { callbacks_.push_back(std::move(callback)); }

  /// Checks until every target's state is settled, as if they had been registered long ago.
  Task<void> settle();
  /// Checks at the group's interval until stop().
  void start();
  void stop();
  /// Tasks that have not ended yet.
  [[nodiscard]] std::size_t running() const noexcept;

 private:
  [[nodiscard]] bool crosses_zones() const noexcept;
  Task<void> check_forever();
  Task<void> knock_forever();
  Task<void> check(Target& target);
  void changed() const;
  void become(Target& target, TargetHealth health);
  void later(Target& target, Duration delay, std::function<void()> work);
  void passed(Target& target);
  void failed(Target& target, std::string reason, std::string description);

  Loop& loop_;
  const model::TargetGroup& model_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::map<std::string, std::size_t, std::less<>> next_;  // by the zone of the node that asks
  bool stopping_ = false;
  WaitSlot pause_;
  Timer interval_;
  WaitSlot knock_pause_;
  Timer knock_interval_;
  std::map<Target*, std::unique_ptr<Timer>> transitions_;  // what becomes of a target by itself
  std::vector<std::function<void()>> callbacks_;
  TaskGroup tasks_;
};

/// Whether `status` is in a matcher such as "200", "200,403" or "200-399".
bool matches(const std::string& matcher, int status);

}  // namespace hoplab::aws
