// Values of policy conditions: IP ranges and dates, parsed once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace hoplab::apigateway {

/// An address; IPv4 as IPv4-mapped IPv6 (RFC 4291 2.5.5.2).
using AddressBytes = std::array<std::uint8_t, 16>;

struct ParsedAddress {
  AddressBytes bytes{};
  bool ipv4 = false;
};
[[nodiscard]] std::optional<ParsedAddress> parse_address(std::string_view text) noexcept;

/// An IPv4 or IPv6 range.
struct AddressRange {
  AddressBytes address{};
  int prefix_bits = 128;
  [[nodiscard]] bool contains(const AddressBytes& other) const noexcept;
};
/// `192.0.2.0/24`, `192.0.2.1`, `2001:db8::/32`.
Result<AddressRange> parse_address_range(std::string_view text);

/// `2020-04-01T00:00:00Z` (also with an offset, a fraction, or the date alone) or epoch seconds.
Result<double> parse_date(std::string_view text);

}  // namespace hoplab::apigateway
