// CPU time of other processes.
#include "load/cpu_time.h"

#include <time.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace hoplab::bench {

std::int64_t cpu_time_ns(const std::vector<int>& pids) {
  std::int64_t total = 0;
  for (const int pid : pids) {
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    std::error_code gone;
    for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
      std::ifstream file(task.path() / "schedstat");
      std::int64_t on_cpu_ns = 0;
      if (file >> on_cpu_ns) total += on_cpu_ns;
    }
  }
  return total;
}

std::int64_t own_cpu_time_ns() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

}  // namespace hoplab::bench
