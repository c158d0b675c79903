#include "aws/target_group/target_group.h"

#include <algorithm>
#include <charconv>

#include "aws/target_group/health_probe.h"

namespace hoplab::aws {

namespace {

/// How often a target that cannot be connected to is tried again, beside its health checks: on AWS
/// each client's SYN would try it.
constexpr Duration kKnockInterval = 500ms;

}  // namespace

TargetGroup::TargetGroup(Loop& loop, const model::TargetGroup& group,
                         std::vector<std::unique_ptr<Target>> targets)
    : loop_(loop),
      model_(group),
      targets_(std::move(targets)),
      pause_(loop),
      interval_(loop, [this] { pause_.notify(); }),
      knock_pause_(loop),
      knock_interval_(loop, [this] { knock_pause_.notify(); }) {
  if (model_.health_check.enabled) return;
  for (auto& target : targets_) {
    target->health = {TargetState::unavailable, "Target.HealthCheckDisabled", ""};
  }
}

bool TargetGroup::fails_open(std::string_view zone) const noexcept {
  std::int64_t all = 0, healthy = 0;
  for (const auto& target : targets_) {
    if (!target->in_rotation || !in_zone(target->zones, zone)) continue;
    ++all;
    healthy += target->healthy() ? 1 : 0;
  }
  const auto& attributes = model_.attributes;
  return healthy < std::min<std::int64_t>(attributes.minimum_healthy_count, all) ||
         (attributes.minimum_healthy_percentage &&
          healthy * 100 < *attributes.minimum_healthy_percentage * all);
}

bool TargetGroup::fails_open_for(const Target& target) const noexcept {
  const bool by_zone = !model_.behind_network_load_balancer() && !crosses_zones();
  return fails_open(by_zone && !target.zones.empty() ? std::string_view(target.zones.front()) : "");
}

/// An Application Load Balancer's own setting is always on.
bool TargetGroup::crosses_zones() const noexcept {
  return model_.attributes.cross_zone.value_or(true);
}

bool TargetGroup::takes(const Target& target) const noexcept {
  return target.in_rotation && (target.healthy() || fails_open());
}

Target* TargetGroup::choose(std::string_view zone) {
  auto next = next_.find(zone);
  if (next == next_.end()) next = next_.emplace(zone, 0).first;
  if (crosses_zones()) zone = {};
  const bool all = fails_open(zone);
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    Target& target = *targets_[next->second];
    next->second = (next->second + 1) % targets_.size();
    if (target.in_rotation && in_zone(target.zones, zone) && (all || target.healthy()))
      return &target;
  }
  return nullptr;
}

Target* TargetGroup::find(const std::string& name) const noexcept {
  const auto found = std::ranges::find_if(targets_, [&name](const auto& target) {
    return target->id() == name || target->resource == name;
  });
  return found == targets_.end() ? nullptr : found->get();
}

void TargetGroup::changed() const {
  for (const auto& callback : callbacks_) callback();
}

void TargetGroup::become(Target& target, TargetHealth health) {
  const TargetState before = target.health.state;
  target.health = std::move(health);
  if (target.health.state != before) changed();
}

void TargetGroup::later(Target& target, Duration delay, std::function<void()> work) {
  if (delay == Duration::zero()) {
    transitions_.erase(&target);
    return work();
  }
  auto& timer = transitions_[&target];
  timer = std::make_unique<Timer>(loop_, [this, work = std::move(work)] {
    if (!stopping_) work();
  });
  timer->after(delay);
}

// nlb-privatelink.md 1.8: on AWS new connections were seen to go on for about two minutes.
void TargetGroup::deregister(Target& target) {
  if (!target.registered) return;
  target.registered = false;
  const auto& attributes = model_.attributes;
  const auto drained = [this, &target] {
    become(target, {TargetState::unused, "Target.NotRegistered", ""});
  };
  const auto out_of_rotation = [this, &target, &attributes, drained] {
    target.in_rotation = false;
    target.connections.close_all();
    changed();
    loop_.post([this, &target, &attributes, drained] {  // its timer is this one, which is running
      if (!stopping_ && !target.registered) {
        later(target, std::chrono::seconds(attributes.deregistration_delay_s), drained);
      }
    });
  };
  become(target, {TargetState::draining, "Target.DeregistrationInProgress", ""});
  later(target, std::chrono::seconds(attributes.registration_propagation_s), out_of_rotation);
}

void TargetGroup::register_again(Target& target) {
  if (target.registered) return;
  transitions_.erase(&target);
  target.registered = target.in_rotation = true;
  target.said = false;
  target.passed_in_a_row = target.failed_in_a_row = 0;
  become(target, {TargetState::initial, "Elb.RegistrationInProgress", ""});
  pause_.notify();  // AWS begins to check at some time of its own; here at once
}

void TargetGroup::say(Target& target, const std::optional<bool>& healthy) {
  target.said = healthy.has_value();
  if (!healthy || !target.registered) return;
  if (*healthy) return become(target, {TargetState::healthy, "", ""});
  become(target, {TargetState::unhealthy, "Target.FailedHealthChecks", "set by hand"});
}

void TargetGroup::met(Target& target, Reachability reachability) {
  if (target.reachability == reachability) return;
  target.reachability = reachability;
  changed();
  knock_pause_.notify();
}

std::size_t TargetGroup::running() const noexcept {
  std::size_t running = tasks_.running();
  for (const auto& target : targets_) running += target->connections.running();
  return running;
}

Task<void> TargetGroup::settle() {
  for (auto& target : targets_) {
    // One success makes a new target healthy; failures count up to the threshold (alb.md 6.4).
    while (target->health.state == TargetState::initial && !stopping_) co_await check(*target);
  }
}

void TargetGroup::start() {
  if (targets_.empty()) return;
  if (model_.health_check.enabled) tasks_.spawn(check_forever());
  const bool relayed = model_.target_type != model::TargetType::alb;
  if (model_.behind_network_load_balancer() && relayed) tasks_.spawn(knock_forever());
}

void TargetGroup::stop() {
  stopping_ = true;
  pause_.notify();
  knock_pause_.notify();
  transitions_.clear();
  for (auto& target : targets_) target->connections.stop();
}

Task<void> TargetGroup::check_forever() {
  while (!stopping_) {
    interval_.after(std::chrono::seconds(model_.health_check.interval_s));
    co_await pause_;
    for (auto& target : targets_) {
      if (!stopping_) co_await check(*target);
    }
  }
}

/// While a target cannot be connected to.
Task<void> TargetGroup::knock_forever() {
  while (!stopping_) {
    const bool all_answer = std::ranges::all_of(
        targets_, [](const auto& target) { return target->reachability == Reachability::answers; });
    if (!all_answer) knock_interval_.after(kKnockInterval);
    co_await knock_pause_;
    for (auto& target : targets_) {
      if (stopping_ || target->reachability == Reachability::answers) continue;
      const auto dialed = co_await target->probe().dial(kKnockInterval, target->probe_options);
      if (!stopping_) met(*target, reachability_after(dialed));
    }
  }
}

Task<void> TargetGroup::check(Target& target) {
  Reachability reachability = target.reachability;
  const ProbeResult result =
      co_await probe_target(loop_, target, model_.health_check, reachability);
  if (stopping_) co_return;
  met(target, reachability);
  if (target.said || !target.registered) co_return;
  if (result.passed) {
    passed(target);
  } else {
    failed(target, result.reason, result.description);
  }
}

void TargetGroup::passed(Target& target) {
  target.failed_in_a_row = 0;
  const int needed =
      target.health.state == TargetState::initial ? 1 : model_.health_check.healthy_threshold;
  if (++target.passed_in_a_row < needed) return;
  transitions_.erase(&target);
  become(target, {TargetState::healthy, "", ""});
}

void TargetGroup::failed(Target& target, std::string reason, std::string description) {
  target.passed_in_a_row = 0;
  if (++target.failed_in_a_row < model_.health_check.unhealthy_threshold) return;
  const auto& attributes = model_.attributes;
  const bool drains = target.healthy() && !attributes.unhealthy_connection_termination &&
                      attributes.unhealthy_draining_interval_s > 0;
  if (target.health.state == TargetState::unhealthy_draining) return;
  if (!drains) {
    return become(target, {TargetState::unhealthy, std::move(reason), std::move(description)});
  }
  become(target, {TargetState::unhealthy_draining, "Target.FailedHealthChecks", description});
  later(target, std::chrono::seconds(attributes.unhealthy_draining_interval_s), [this, &target] {
    become(target,
           {TargetState::unhealthy, "Target.FailedHealthChecks", target.health.description});
  });
}

bool matches(const std::string& matcher, int status) {
  const char* at = matcher.data();
  const char* const end = at + matcher.size();
  while (at < end) {
    int low = 0;
    at = std::from_chars(at, end, low).ptr;
    int high = low;
    if (at < end && *at == '-') at = std::from_chars(at + 1, end, high).ptr;
    if (status >= low && status <= high) return true;
    ++at;  // the comma
  }
  return false;
}

}  // namespace hoplab::aws
