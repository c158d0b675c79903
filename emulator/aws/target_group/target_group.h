// A target group at run time: which target is next, and the health checks that decide it.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "aws/logs/load_balancer_log.h"
#include "aws/target_group/anomalies.h"
#include "aws/target_group/group_health.h"
#include "aws/target_group/health_probe.h"
#include "aws/target_group/routing.h"
#include "base/task_group.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Where lines of the health check log go, and what they say of the load balancer.
struct HealthCheckLogging {
  LoadBalancerLog* log = nullptr;  // null: none is kept
  std::string load_balancer;       // app/<name>/<id>
  std::string node_ip;
};

class TargetGroup : public std::enable_shared_from_this<TargetGroup> {
 public:
  using Targets = std::vector<std::shared_ptr<Target>>;

  /// `targets` are those of `group`, in its order. `changed` is called whenever a target's state,
  /// registration or reachability has changed. `seed` is of the choices by chance.
  TargetGroup(Loop& loop, std::shared_ptr<const model::TargetGroup> group, Targets targets,
              std::function<void()> changed, std::uint64_t seed);

  [[nodiscard]] const std::string& name() const noexcept { return model_->name; }
  [[nodiscard]] const model::TargetGroup& model() const noexcept { return *model_; }
  /// Those of the group, in its order; behind them those that drain and then go.
  [[nodiscard]] const Targets& targets() const noexcept { return targets_; }

  /// Another value of the same group. Targets that are no longer in it are deregistered: they drain
  /// and are then unused and gone. New ones are checked at once.
  void update(std::shared_ptr<const model::TargetGroup> group, const Targets& targets);

  /// The next target for an Application Load Balancer's node in `zone`, by the group's algorithm
  /// among those that take traffic. With cross-zone load balancing off, only those of the zone
  /// count. Null when there is none.
  std::shared_ptr<Target> choose(std::string_view zone);
  /// A request has gone to `target`, which answered with 5xx or not at all.
  void record_answer(Target& target, bool failed);
  /// Judges what was recorded until now; for who wants to tell how targets are judged.
  void look_for_anomalies();
  /// Those that an Application Load Balancer's node in `zone` chooses among. An empty zone: of a
  /// node that uses every zone.
  [[nodiscard]] Candidates candidates(std::string_view zone) const;
  /// Too few targets (of `zone`, unless it is empty) are healthy, so traffic goes to all of them.
  [[nodiscard]] bool fails_open(std::string_view zone) const;

  /// The first with that id, or that the topology calls so. Null: there is none.
  [[nodiscard]] Target* find(const std::string& name) const noexcept;
  /// Connecting to it met that.
  void record_reachability(Target& target, Reachability reachability);

  /// From now on.
  void log_health_checks(HealthCheckLogging logging) { logging_ = std::move(logging); }

  /// Checks until every target's state is settled, as if they had been registered long ago.
  Task<void> settle();
  /// Checks at the group's interval until stop().
  void start();
  void stop();
  /// It is deleted: nothing is checked any more; who has a connection to a target keeps it.
  void drain() { stop(); }
  /// Tasks that have not ended yet.
  [[nodiscard]] std::size_t running() const noexcept;

 private:
  [[nodiscard]] bool checks() const noexcept { return model_->health_check.enabled.value_or(true); }
  Task<void> check_forever();
  Task<void> retry_unreachable();
  Task<void> check(std::shared_ptr<Target> target);
  /// DeregisterTargets: it drains and is then unused; the others get the new connections.
  void deregister(Target& target);
  void take_out_of_rotation(Target& target);
  /// RegisterTargets, of one that was deregistered.
  void register_again(Target& target);
  /// Its health is what somebody says; nothing: what the checks say, from the next one on.
  void override_health(Target& target, const std::optional<bool>& healthy);
  /// What an operator has said of `target`.
  void obey(Target& target, const model::Target& said);
  void log_check(const Target& target, const ProbeResult& result, Time began) const;
  void begin_or_end_checking();
  [[nodiscard]] bool by_chance() const noexcept {
    return model_->attributes.algorithm == model::RoutingAlgorithm::weighted_random;
  }
  void drained(Target& target);
  void become(Target& target, TargetHealth health);
  void schedule(Target& target, Duration delay, std::function<void()> work);
  void passed(Target& target);
  void failed(Target& target, std::string reason, std::string description);

  Loop& loop_;
  std::shared_ptr<const model::TargetGroup> model_;
  Targets targets_;
  Targets gone_;  // drained; their connections are about to end
  std::function<void()> changed_;
  HealthCheckLogging logging_;
  Routing routing_;
  AnomalyDetection anomalies_;
  bool started_ = false;
  bool checking_ = false;  // check_forever() runs
  bool retrying_ = false;  // retry_unreachable() runs
  bool stopping_ = false;
  WaitSlot pause_;
  Timer interval_;
  WaitSlot retry_pause_;
  Timer retry_interval_;
  std::map<Target*, std::unique_ptr<Timer>> transitions_;  // what becomes of a target by itself
  TaskGroup tasks_;
};

/// Whether `status` is in a matcher such as "200", "200,403" or "200-399".
bool matches(const std::string& matcher, int status);

}  // namespace hoplab::aws
