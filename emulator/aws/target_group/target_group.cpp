#include "aws/target_group/target_group.h"

#include <algorithm>
#include <charconv>

#include "aws/target_group/health_check_log.h"
#include "aws/target_group/slow_start.h"

namespace hoplab::aws {

namespace {

/// How often a target that cannot be connected to is tried again, beside its health checks: on AWS
/// each client's SYN would try it.
constexpr Duration kRetryInterval = 500ms;

/// As the health check log names it.
std::string_view health_check_type(const model::TargetGroup& group) {
  if (group.target_type == model::TargetType::lambda) return "lambda";
  switch (group.protocol_version) {
    case model::ProtocolVersion::http2: return "h2";
    case model::ProtocolVersion::grpc: return "grpc";
    case model::ProtocolVersion::http1: break;
  }
  return group.health_check.protocol == "HTTPS" ? "https" : "http";
}

}  // namespace

TargetGroup::TargetGroup(Loop& loop, std::shared_ptr<const model::TargetGroup> group,
                         Targets targets, std::function<void()> changed, std::uint64_t seed)
    : loop_(loop),
      model_(std::move(group)),
      targets_(std::move(targets)),
      changed_(std::move(changed)),
      routing_(seed),
      pause_(loop),
      interval_(loop, [this] { pause_.notify(); }),
      retry_pause_(loop),
      retry_interval_(loop, [this] { retry_pause_.notify(); }) {
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    Target& target = *targets_[i];
    target.share.of_first_batch = true;
    if (!checks()) {
      target.health = {TargetState::unavailable, "Target.HealthCheckDisabled", ""};
    }
    if (!model_->targets[i].registered) {  // since long ago
      target.registered = target.in_rotation = false;
      target.health = {TargetState::unused, "Target.NotRegistered", ""};
    }
    if (model_->targets[i].healthy) override_health(target, model_->targets[i].healthy);
  }
}

void TargetGroup::update(std::shared_ptr<const model::TargetGroup> group, const Targets& targets) {
  const bool enabled = group->health_check.enabled.value_or(true);
  const bool was_enabled = checks();
  model_ = std::move(group);
  const Targets before = std::exchange(targets_, targets);
  const bool was_empty =
      std::ranges::none_of(before, [](const auto& target) { return target->in_rotation; });
  for (const auto& target : before) {
    if (std::ranges::find(targets, target) != targets.end()) continue;
    targets_.push_back(target);
    if (!std::exchange(target->stays, false)) continue;
    target->health_overridden = false;
    deregister(*target);
    if (target->health.state == TargetState::unused) drained(*target);  // deregistered before
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    Target& target = *targets[i];
    target.stays = true;
    const bool fresh = std::ranges::find(before, targets[i]) == before.end();
    if (fresh) target.share.of_first_batch = was_empty;
    if (!enabled && (fresh || was_enabled)) {
      become(target, {TargetState::unavailable, "Target.HealthCheckDisabled", ""});
    } else if (enabled && !was_enabled && target.health.state == TargetState::unavailable) {
      become(target, {});
    }
    obey(target, model_->targets[i]);
  }
  if (!by_chance()) anomalies_.forget(targets_);
  begin_or_end_checking();
  changed_();
}

void TargetGroup::obey(Target& target, const model::Target& said) {
  if (said.registered != target.registered) {
    said.registered ? register_again(target) : deregister(target);
  }
  if (said.healthy || target.health_overridden) override_health(target, said.healthy);
}

bool TargetGroup::fails_open(std::string_view zone) const {
  return !enough_healthy(count_targets(targets_, zone), model_->attributes.unhealthy_state_routing);
}

/// An Application Load Balancer's own setting is always on.
Candidates TargetGroup::candidates(std::string_view zone) const {
  if (model_->attributes.cross_zone.value_or(true)) zone = {};
  return {targets_, zone, fails_open(zone)};
}

std::shared_ptr<Target> TargetGroup::choose(std::string_view zone) {
  look_for_anomalies();
  return routing_.choose(candidates(zone), zone, model_->attributes, loop_.now());
}

void TargetGroup::record_answer(Target& target, bool failed) {
  if (!by_chance()) return;
  ++target.share.answers;
  target.share.failures += failed ? 1 : 0;
}

void TargetGroup::look_for_anomalies() {
  if (!by_chance()) return;
  anomalies_.look(targets_, model_->attributes.anomaly_mitigation, loop_.now());
}

Target* TargetGroup::find(const std::string& name) const noexcept {
  const auto found = std::ranges::find_if(targets_, [&name](const auto& target) {
    return target->id() == name || target->resource == name;
  });
  return found == targets_.end() ? nullptr : found->get();
}

void TargetGroup::become(Target& target, TargetHealth health) {
  const TargetState before = target.health.state;
  const bool was_healthy = target.healthy();
  target.health = std::move(health);
  if (target.health.state == before) return;
  if (was_healthy && !target.healthy()) {
    target.share = {};
  } else if (!was_healthy && target.healthy() && model_->attributes.slow_start_s > 0) {
    begin_slow_start(target, targets_, std::chrono::seconds(model_->attributes.slow_start_s),
                     loop_.now());
  }
  changed_();
}

void TargetGroup::schedule(Target& target, Duration delay, std::function<void()> work) {
  if (delay == Duration::zero()) {
    transitions_.erase(&target);
    return work();
  }
  auto& timer = transitions_[&target];
  timer = std::make_unique<Timer>(loop_,
                                  [this, kept = target.shared_from_this(), work = std::move(work)] {
                                    if (!stopping_) work();
                                  });
  timer->after(delay);
}

// nlb-privatelink.md 1.8: on AWS new connections were seen to go on for about two minutes.
void TargetGroup::deregister(Target& target) {
  if (!target.registered) return;
  target.registered = false;
  become(target, {TargetState::draining, "Target.DeregistrationInProgress", ""});
  schedule(target, std::chrono::seconds(model_->attributes.registration_propagation_s),
           [this, &target] { take_out_of_rotation(target); });
}

void TargetGroup::take_out_of_rotation(Target& target) {
  target.in_rotation = false;
  target.close_idle();
  changed_();
  // Its timer may be the one that is running.
  loop_.post([this, self = shared_from_this(), kept = target.shared_from_this()] {
    if (stopping_ || kept->registered) return;
    // Functions do not drain (alb-features.md 2.1).
    const bool drains = model_->target_type != model::TargetType::lambda;
    const int delay_s = drains ? model_->attributes.deregistration_delay_s : 0;
    schedule(*kept, std::chrono::seconds(delay_s), [this, &one = *kept] { drained(one); });
  });
}

void TargetGroup::drained(Target& target) {
  const auto kept = target.shared_from_this();
  become(target, {TargetState::unused, "Target.NotRegistered", ""});
  target.cut();  // alb.md 6.4: what is in flight when the delay is over
  target.close_idle(!target.stays);
  if (target.stays) return;
  std::erase_if(gone_, [](const auto& one) { return one->running() == 0; });
  gone_.push_back(kept);
  std::erase(targets_, kept);
  loop_.post([this, self = shared_from_this(), kept] { transitions_.erase(kept.get()); });
}

void TargetGroup::register_again(Target& target) {
  if (target.registered) return;
  transitions_.erase(&target);
  target.registered = target.in_rotation = true;
  target.health_overridden = false;
  target.share = {};
  target.passed_in_a_row = target.failed_in_a_row = 0;
  become(target, {TargetState::initial, "Elb.RegistrationInProgress", ""});
  pause_.notify();  // AWS begins to check at some time of its own; here at once
}

void TargetGroup::override_health(Target& target, const std::optional<bool>& healthy) {
  target.health_overridden = healthy.has_value();
  if (!healthy || !target.registered) return;
  if (*healthy) return become(target, {TargetState::healthy, "", ""});
  become(target, {TargetState::unhealthy, "Target.FailedHealthChecks", "set by hand"});
}

void TargetGroup::record_reachability(Target& target, Reachability reachability) {
  if (target.reachability == reachability) return;
  target.reachability = reachability;
  changed_();
  retry_pause_.notify();
}

std::size_t TargetGroup::running() const noexcept {
  std::size_t running = tasks_.running();
  for (const auto& target : targets_) running += target->running();
  for (const auto& target : gone_) running += target->running();
  return running;
}

Task<void> TargetGroup::settle() {
  const Targets all = targets_;
  for (const auto& target : all) {
    // One success makes a new target healthy; failures count up to the threshold (alb.md 6.4).
    while (target->health.state == TargetState::initial && !stopping_) co_await check(target);
  }
}

void TargetGroup::start() {
  started_ = true;
  begin_or_end_checking();
}

void TargetGroup::begin_or_end_checking() {
  if (!started_ || stopping_) return;
  if (checks() && !targets_.empty() && !checking_) {
    checking_ = true;
    tasks_.spawn(check_forever());
  }
  const bool fresh = std::ranges::any_of(
      targets_, [](const auto& one) { return one->health.state == TargetState::initial; });
  if (checking_ && fresh) pause_.notify();
  const bool relayed = model_->target_type != model::TargetType::alb;
  if (model_->behind_network_load_balancer() && relayed && !retrying_ && !targets_.empty()) {
    retrying_ = true;
    tasks_.spawn(retry_unreachable());
  }
}

void TargetGroup::stop() {
  stopping_ = true;
  pause_.notify();
  retry_pause_.notify();
  transitions_.clear();
  for (auto& target : targets_) target->close_idle(true);
}

Task<void> TargetGroup::check_forever() {
  while (!stopping_) {
    interval_.after(std::chrono::seconds(model_->health_check.interval_s));
    co_await pause_;
    const Targets all = targets_;  // they may be others before this round is over
    for (const auto& target : all) {
      if (!stopping_ && checks()) co_await check(target);
    }
  }
}

/// While a target cannot be connected to.
Task<void> TargetGroup::retry_unreachable() {
  while (!stopping_) {
    const bool all_answer = std::ranges::all_of(
        targets_, [](const auto& target) { return target->reachability == Reachability::answers; });
    if (!all_answer) retry_interval_.after(kRetryInterval);
    co_await retry_pause_;
    const Targets all = targets_;
    for (const auto& target : all) {
      if (stopping_ || target->reachability == Reachability::answers) continue;
      const auto dialed = co_await target->knocker().dial(kRetryInterval, target->probe_options);
      if (!stopping_) record_reachability(*target, reachability_after(dialed));
    }
  }
}

Task<void> TargetGroup::check(std::shared_ptr<Target> target) {
  const auto kept = model_;  // it may be another before the check is over
  Reachability reachability = target->reachability;
  const Time began = loop_.now();
  const ProbeResult result = co_await probe_target(loop_, *target, kept, reachability);
  if (stopping_) co_return;
  log_check(*target, result, began);
  if (target->checked_elsewhere && kept->behind_network_load_balancer()) {
    // What a client of a TCP listener meets is the traffic's port.
    const auto dialed = co_await target->knocker().dial(kRetryInterval, target->probe_options);
    if (stopping_) co_return;
    reachability = reachability_after(dialed);
  }
  record_reachability(*target, reachability);
  if (target->health_overridden || !target->registered) co_return;
  if (result.passed) {
    passed(*target);
  } else {
    failed(*target, result.reason, result.description);
  }
}

void TargetGroup::log_check(const Target& target, const ProbeResult& result, Time began) const {
  if (!logging_.log || !logging_.log->wants(LogKind::health_check)) return;
  HealthCheckLogEntry entry;
  entry.type = health_check_type(*model_);
  entry.at = began + loop_.clock().offset();
  entry.latency = loop_.now() - began;
  entry.target = target.id();
  entry.target_group = name();
  entry.passed = result.passed;
  entry.status = result.status;
  entry.reason = result.log_reason;
  entry.load_balancer = logging_.load_balancer;
  entry.node_ip = logging_.node_ip;
  const std::string line = health_check_log_line(entry, logging_.log->format());
  logging_.log->add(
      {LogKind::health_check, loop_.calendar(), logging_.load_balancer, logging_.node_ip, line});
}

void TargetGroup::passed(Target& target) {
  target.failed_in_a_row = 0;
  const int needed =
      target.health.state == TargetState::initial ? 1 : model_->health_check.healthy_threshold;
  if (++target.passed_in_a_row < needed) return;
  transitions_.erase(&target);
  become(target, {TargetState::healthy, "", ""});
}

void TargetGroup::failed(Target& target, std::string reason, std::string description) {
  target.passed_in_a_row = 0;
  if (++target.failed_in_a_row < model_->health_check.unhealthy_threshold) return;
  const auto& attributes = model_->attributes;
  const bool drains = target.healthy() && !attributes.unhealthy_connection_termination &&
                      attributes.unhealthy_draining_interval_s > 0;
  if (target.health.state == TargetState::unhealthy_draining) return;
  if (!drains) {
    return become(target, {TargetState::unhealthy, std::move(reason), std::move(description)});
  }
  become(target, {TargetState::unhealthy_draining, "Target.FailedHealthChecks", description});
  schedule(target, std::chrono::seconds(attributes.unhealthy_draining_interval_s), [this, &target] {
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
