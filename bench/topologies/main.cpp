// hoplab-topologies SCENARIO COUNT: starts and stops as many emulators, one after the other in this
// process, as a test suite with one for each test does. Prints one JSON object.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "topology/emulator.h"

namespace {

/// Milliseconds; nothing when it did not start.
std::optional<double> start_and_stop(const char* scenario) {
  const auto began = std::chrono::steady_clock::now();
  auto made = hoplab::Emulator::from_scenario(scenario);
  if (!made) {
    std::fprintf(stderr, "%s\n", made.error().c_str());
    return std::nullopt;
  }
  if (auto started = made.value().start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().c_str());
    return std::nullopt;
  }
  made.value().stop();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began)
      .count();
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc == 3 ? std::atoi(argv[2]) : 0;
  if (count < 1) {
    std::fprintf(stderr, "usage: hoplab-topologies SCENARIO COUNT\n");
    return 2;
  }
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const auto took = start_and_stop(argv[1]);
    if (!took) return 1;
    times.push_back(*took);
  }
  std::ranges::sort(times);
  std::printf("{\"topologies\": %d, \"millisecondsEach\": %.3f}\n", count, times[times.size() / 2]);
  return 0;
}
