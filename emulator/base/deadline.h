// Deadline: wakes one slot when its time is over, and remembers that it did.
#pragma once

#include "base/loop.h"
#include "base/wait_slot.h"

namespace hoplab {

class Deadline {
 public:
  /// `slot` outlives this. Nothing passes before after() is called.
  Deadline(Loop& loop, WaitSlot& slot)
      : timer_(loop, [this, &slot] {
          passed_ = true;
          slot.notify();
        }) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// From now on, emulated time.
  void after(Duration wait) { timer_.after(wait); }
  [[nodiscard]] bool armed() const noexcept { return timer_.armed(); }
  [[nodiscard]] bool passed() const noexcept { return passed_; }

 private:
  bool passed_ = false;
  Timer timer_;
};

}  // namespace hoplab
