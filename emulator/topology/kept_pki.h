// KeptPki: a folder in which minted keys and certificates are found again by the next run, so that
// what trusted them goes on doing so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "pki/mint.h"

namespace hoplab::topology {

class KeptPki {
 public:
  /// Empty: nothing is found, and nothing kept.
  explicit KeptPki(const std::string& folder) : folder_(folder) {}

  struct Wanted {
    const std::string& name;
    const std::string& definition;
    std::int64_t not_before_s, not_after_s;  // relative to the start
    const pki::Identity* issuer;             // null: it signs itself
  };

  /// What was kept for that definition and is still by that issuer, unless half of a time that was
  /// to be ahead is over: what should be valid for a day is made anew after twelve hours.
  [[nodiscard]] std::optional<pki::Identity> find(const Wanted& wanted, std::int64_t now) const;
  [[nodiscard]] Result<void> keep(const Wanted& wanted, const pki::Identity& identity) const;

 private:
  [[nodiscard]] std::string file_of(const Wanted& wanted) const;
  const std::string& folder_;
};

}  // namespace hoplab::topology
