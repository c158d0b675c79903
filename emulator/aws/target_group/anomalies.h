// Anomaly detection: which targets of a weighted_random group fail more than the others, and with
// mitigation, how much of their share that costs them (alb-features.md 10).
//
// AWS documents what is looked at (answers of 5xx, failed connections), that three healthy targets
// are needed, that the shares are adjusted every five seconds, down to a minimum, and that they
// recover gradually. The measures are ours: a target is anomalous when it fails at least a tenth of
// its requests and twice as often as the others together; its share is halved or doubled.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "aws/target_group/target.h"

namespace hoplab::aws {

inline constexpr int kMostHalvings = 5;  // of a target's share

class AnomalyDetection {
 public:
  using Targets = std::vector<std::shared_ptr<Target>>;

  /// Judges `targets` for each five seconds that are over at `now`.
  void look(const Targets& targets, bool mitigate, Time now);
  /// Nobody is judged any more; all have their whole shares.
  void forget(const Targets& targets);

 private:
  std::optional<Time> next_;  // the end of the five seconds; none: nobody has looked
};

}  // namespace hoplab::aws
