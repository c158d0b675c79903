#include "aws/target_group/anomalies.h"

namespace hoplab::aws {

namespace {

constexpr Duration kInterval = 5s;
constexpr std::size_t kLeastHealthy = 3;  // AWS's
constexpr std::uint64_t kLeastAnswers = 3;
constexpr double kLeastFailing = 0.1;
constexpr double kMoreThanOthers = 2;

double failing(std::uint64_t failures, std::uint64_t answers) {
  return answers == 0 ? 0 : static_cast<double>(failures) / static_cast<double>(answers);
}

/// How the others of `targets` fail.
double others_failing(const AnomalyDetection::Targets& targets, const Target& but) {
  std::uint64_t answers = 0, failures = 0;
  for (const auto& one : targets) {
    if (one.get() == &but) continue;
    answers += one->share.answers;
    failures += one->share.failures;
  }
  return failing(failures, answers);
}

void judge(const AnomalyDetection::Targets& targets) {
  for (const auto& one : targets) {
    TargetShare& share = one->share;
    if (share.answers < kLeastAnswers) continue;  // too few to say
    const double its = failing(share.failures, share.answers);
    share.anomalous =
        its >= kLeastFailing && its >= kMoreThanOthers * others_failing(targets, *one);
  }
  for (const auto& one : targets) {
    if (one->share.answers >= kLeastAnswers) one->share.answers = one->share.failures = 0;
  }
}

}  // namespace

void AnomalyDetection::look(const Targets& targets, bool mitigate, Time now) {
  if (!next_) next_ = now + kInterval;
  if (now < *next_) return;
  const auto healthy =
      std::ranges::count_if(targets, [](const auto& one) { return one->healthy(); });
  if (static_cast<std::size_t>(healthy) < kLeastHealthy) return forget(targets);
  judge(targets);
  const auto rounds = (now - *next_) / kInterval + 1;
  *next_ += rounds * kInterval;
  const int steps = static_cast<int>(std::min<std::int64_t>(rounds, kMostHalvings));
  for (const auto& one : targets) {
    TargetShare& share = one->share;
    const int change = mitigate && share.anomalous ? steps : -steps;
    share.halved = std::clamp(share.halved + change, 0, kMostHalvings);
  }
}

void AnomalyDetection::forget(const Targets& targets) {
  next_.reset();
  for (const auto& one : targets) {
    one->share.answers = one->share.failures = 0;
    one->share.anomalous = false;
    one->share.halved = 0;
  }
}

}  // namespace hoplab::aws
