#include "aws/target_group/slow_start.h"

namespace hoplab::aws {

void begin_slow_start(Target& target, const std::vector<std::shared_ptr<Target>>& targets,
                      Duration length, Time now) {
  if (target.share.of_first_batch) return;
  const auto grown = [&](const TargetShare& share) {
    return !share.growing_since || now - *share.growing_since >= length;
  };
  const bool somebody_serves = std::ranges::any_of(targets, [&](const auto& other) {
    return other.get() != &target && other->healthy() && grown(other->share);
  });
  if (!somebody_serves) return;
  target.share.growing_since = now;
  target.share.turn = 0;
}

bool takes_turn(TargetShare& share, Duration length, Time now) {
  if (!share.growing_since) return true;
  const Duration grown = now - *share.growing_since;
  if (grown >= length) {
    share.growing_since.reset();
    return true;
  }
  share.turn += static_cast<double>(grown.count()) / static_cast<double>(length.count());
  if (share.turn < 1) return false;
  share.turn -= 1;
  return true;
}

}  // namespace hoplab::aws
