// CPU time of other processes, to the nanosecond.
#pragma once

#include <cstdint>
#include <vector>

namespace hoplab::bench {

// Time on a CPU of all threads of all `pids` in ns, from /proc/PID/task/*/schedstat (utime and
// stime in /proc/PID/stat have 10 ms ticks). A process that is gone counts as 0.
std::int64_t cpu_time_ns(const std::vector<int>& pids);

// The same of this process.
std::int64_t own_cpu_time_ns();

}  // namespace hoplab::bench
