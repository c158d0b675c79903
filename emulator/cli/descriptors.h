// The process's descriptors: as many as the system lets it have, and a word when they are used up.
#pragma once

#include <atomic>

#include "topology/emulator.h"

namespace hoplab::cli {

/// Before anything else: raises the soft limit (often 1,024) to the hard one.
void raise_descriptor_limit();

/// Says on stderr, once, that the limit was met; for every record of an end. Thread-safe.
class DescriptorWarning {
 public:
  void look_at(const EndRecord& record);

 private:
  std::atomic<bool> said_{false};
};

}  // namespace hoplab::cli
