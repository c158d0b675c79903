#include "aws/target_group/target_group.h"

#include <algorithm>
#include <charconv>

#include "aws/target_group/health_probe.h"

namespace hoplab::aws {

TargetGroup::TargetGroup(Loop& loop, const model::TargetGroup& group,
                         std::vector<std::unique_ptr<Target>> targets)
    : loop_(loop), model_(group), targets_(std::move(targets)), pause_(loop),
      interval_(loop, [this] { pause_.notify(); }) {
  if (model_.health_check.enabled) return;
  for (auto& target : targets_) {
    target->health = {TargetState::unavailable, "Target.HealthCheckDisabled", ""};
  }
}

bool TargetGroup::fails_open() const noexcept {
  return std::ranges::none_of(targets_, [](const auto& target) {
    return target->health.state == TargetState::healthy ||
           target->health.state == TargetState::unavailable;  // not checked: routed to
  });
}

Target* TargetGroup::choose() {
  if (targets_.empty()) return nullptr;
  const bool all = fails_open();
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    Target& target = *targets_[next_];
    next_ = (next_ + 1) % targets_.size();
    const TargetState state = target.health.state;
    if (all || state == TargetState::healthy || state == TargetState::unavailable) return &target;
  }
  return nullptr;
}

Task<void> TargetGroup::settle() {
  for (auto& target : targets_) {
    // One success makes a new target healthy; failures count up to the threshold (alb.md 6.4).
    while (target->health.state == TargetState::initial && !stopping_) co_await check(*target);
  }
}

void TargetGroup::start() {
  if (model_.health_check.enabled && !targets_.empty()) tasks_.spawn(check_forever());
}

void TargetGroup::stop() {
  stopping_ = true;
  pause_.notify();
  for (auto& target : targets_) target->drop_connections();
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

Task<void> TargetGroup::check(Target& target) {
  const ProbeResult result = co_await probe_target(loop_, target, model_.health_check);
  if (target.said) co_return;
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
  if (++target.passed_in_a_row >= needed) target.health = {TargetState::healthy, "", ""};
}

void TargetGroup::failed(Target& target, std::string reason, std::string description) {
  target.passed_in_a_row = 0;
  if (++target.failed_in_a_row < model_.health_check.unhealthy_threshold) return;
  target.health = {TargetState::unhealthy, std::move(reason), std::move(description)};
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
