// Hexadecimal text and bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/hex.h"

namespace hoplab::pki {

inline constexpr char kUpperHexDigits[] = "0123456789ABCDEF";

/// The bytes of an even number of hex digits of either case; nothing for any other text.
inline std::optional<std::string> bytes_from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_value(hex[i]);
    const int low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

inline std::string hex_from_bytes(std::string_view bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kUpperHexDigits[byte >> 4];
    hex += kUpperHexDigits[byte & 15];
  }
  return hex;
}

}  // namespace hoplab::pki
