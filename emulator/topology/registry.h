// Registry: the components of one kind in one loop, by their keys, while a topology becomes
// another.
//
// Those that the next topology has are created or updated; the others are drained: they leave the
// registry at once and are kept until what they run has ended.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hoplab::topology {

/// T has update(...), drain(), stop() and running().
template <class T>
class Registry {
 public:
  using Pointer = std::shared_ptr<T>;

  /// Null: there is none.
  [[nodiscard]] Pointer find(const std::string& key) const {
    const auto found = live_.find(key);
    return found == live_.end() ? nullptr : found->second;
  }
  /// One that is there.
  [[nodiscard]] const Pointer& at(const std::string& key) const { return live_.at(key); }
  [[nodiscard]] auto begin() const { return live_.begin(); }
  [[nodiscard]] auto end() const { return live_.end(); }

  /// The next topology has one of that key: `make` makes it, unless it is there and `update` is
  /// called with it.
  template <class Make, class Update>
  const Pointer& keep(const std::string& key, const Make& make, const Update& update) {
    kept_.insert(key);
    Pointer& one = live_[key];
    if (one) {
      update(*one);
    } else {
      one = make();
    }
    return one;
  }

  /// All that the next topology has are kept: drains the others. `leaving` is called with each
  /// before.
  template <class Leaving>
  void drain_others(const Leaving& leaving) {
    std::erase_if(leaving_, [](const Pointer& one) { return one->running() == 0; });
    for (auto at = live_.begin(); at != live_.end();) {
      if (kept_.contains(at->first)) {
        ++at;
        continue;
      }
      leaving(at->first, *at->second);
      at->second->drain();
      leaving_.push_back(std::move(at->second));
      at = live_.erase(at);
    }
    kept_.clear();
  }
  void drain_others() {
    drain_others([](const std::string&, T&) {});
  }

  /// Ends all, those that leave as well.
  void stop() {
    for (const auto& [key, one] : live_) one->stop();
    for (const auto& one : leaving_) one->stop();
  }
  [[nodiscard]] std::size_t running() const {
    std::size_t running = 0;
    for (const auto& [key, one] : live_) running += one->running();
    for (const auto& one : leaving_) running += one->running();
    return running;
  }

 private:
  std::map<std::string, Pointer> live_;
  std::vector<Pointer> leaving_;
  std::set<std::string> kept_;  // of the next topology
};

}  // namespace hoplab::topology
