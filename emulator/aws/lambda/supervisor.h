// The supervisor of a function's processes: a process of our own between hoplab and the function.
//
// It is the parent of whatever the function leaves behind (man 2 PR_SET_CHILD_SUBREAPER), and ends
// all of it when the function's first process ends, when hoplab asks, and when hoplab is gone,
// however that came about. The sandbox's keeper does the same for a command (sandbox/keeper.h).
#pragma once

#include <cstdint>

namespace hoplab::aws::lambda {

/// What the supervisor says, each in a packet of its own.
struct SupervisorNote {
  enum class What : std::int32_t {
    not_started,  // `value`: errno
    ended,        // `value`: as waitpid() gives it; nobody is left
  };
  What what = What::ended;
  std::int32_t value = 0;
};

/// Everything that it needs, made before it is there: it may not allocate.
struct SupervisorStart {
  char* const* arguments;    // of the function's first process; ends with a null pointer
  char* const* environment;  // likewise
  const char* folder;        // where that one runs
  int hoplab;  // a socket of packets; at its end, or when nobody is there, it ends everything
  int output;  // where the function's standard output and error go
};

/// Called in a process that was made by clone() of one with several threads: makes system calls
/// only.
[[noreturn]] void supervise(SupervisorStart start);

}  // namespace hoplab::aws::lambda
