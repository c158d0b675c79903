// LiveNames: what DNS answers while a topology runs.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "topology/entry_names.h"

namespace hoplab::topology {

/// Any thread may ask and tell; nobody waits for a loop.
class LiveNames {
 public:
  /// What names lead to from now on.
  void know(const NameTable& names);
  /// Nodes that are not in DNS from now on, by address.
  void leave_out(std::set<std::string> addresses);

  /// In any case of letters; a wildcard stands for what has no name of its own. Without those that
  /// are left out, unless nothing else is there: a zonal name has one address. None: nobody has
  /// this name.
  [[nodiscard]] std::vector<std::string> resolve(std::string_view name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> names_;  // in lower case
  std::set<std::string> out_;
};

}  // namespace hoplab::topology
