// AddressRange: IPv4 addresses in CIDR notation.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hoplab {

/// IPv4 addresses that share their first bits; in host byte order.
struct AddressRange {
  std::uint32_t network = 0;
  std::uint32_t mask = 0;  // 0 covers every address
  [[nodiscard]] bool contains(std::uint32_t address) const { return (address & mask) == network; }
  bool operator==(const AddressRange&) const = default;
};
using AddressSet = std::vector<AddressRange>;

/// "10.0.0.0/16" or one address; bits behind the prefix must be zero.
Result<AddressRange> parse_range(std::string_view cidr);
/// False as well when `ip` is no IPv4 address.
bool contains(const AddressSet& set, std::string_view ip);

}  // namespace hoplab
