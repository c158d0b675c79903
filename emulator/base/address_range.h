// IP addresses and CIDR ranges of both families.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hoplab {

/// An IPv6 address, or an IPv4 one as IPv4-mapped IPv6 (RFC 4291 2.5.5.2).
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  [[nodiscard]] bool ipv4() const noexcept;
  [[nodiscard]] std::uint32_t ipv4_value() const noexcept;  // in host byte order
  bool operator==(const IpAddress&) const = default;
};
std::optional<IpAddress> parse_ip(std::string_view text) noexcept;
/// "10.0.0.1", of a number in host byte order.
std::string ipv4_text(std::uint32_t address);

/// Addresses of one family that share their first bits.
struct AddressRange {
  IpAddress network;
  int prefix_bits = 128;  // of the 128 that an IPv4-mapped address has, too
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
  /// Nothing stands behind the prefix: "10.0.0.0/16", not "10.0.0.1/16".
  [[nodiscard]] bool exact() const noexcept;
  [[nodiscard]] std::uint32_t ipv4_mask() const noexcept;  // in host byte order
  bool operator==(const AddressRange&) const = default;
};
using AddressSet = std::vector<AddressRange>;

/// "10.0.0.0/16", "2001:db8::/32", or one address.
Result<AddressRange> parse_range(std::string_view cidr);
/// False as well when `ip` is no address.
bool contains(const AddressSet& set, std::string_view ip);

}  // namespace hoplab
