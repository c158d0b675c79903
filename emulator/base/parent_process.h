// The process that started this one.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

namespace hoplab {

/// A descriptor that becomes readable when it has ended (man 2 pidfd_open); -1: the kernel has no
/// such thing. Open it before anybody can wait for the end.
inline int open_parent_process() {
  return static_cast<int>(::syscall(SYS_pidfd_open, ::getppid(), 0));
}

}  // namespace hoplab
