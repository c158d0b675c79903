// HealthCheckSources: the addresses that health checks of stand-ins connect from. A stand-in is a
// real server on a real port; by them it knows a health check from traffic, which faults are about.
#pragma once

#include <algorithm>
#include <deque>
#include <mutex>
#include <string>

namespace hoplab::topology {

/// Thread-safe: every loop checks, one answers.
class HealthCheckSources {
 public:
  void add(std::string address) {
    const std::lock_guard lock(mutex_);
    if (addresses_.size() == kMost) addresses_.pop_front();
    addresses_.push_back(std::move(address));
  }
  /// Whether a check comes from there; then it is forgotten.
  bool take(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(addresses_, address);
    if (found == addresses_.end()) return false;
    addresses_.erase(found);
    return true;
  }

 private:
  /// A check that meets a closed port is never taken; its address is used again some time.
  static constexpr std::size_t kMost = 64;

  std::mutex mutex_;
  std::deque<std::string> addresses_;
};

}  // namespace hoplab::topology
