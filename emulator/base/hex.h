// Hexadecimal digits: read one by one, and numbers written in place.
#pragma once

#include <cstdint>

namespace hoplab {

/// The value of a digit of either case, -1 for anything else.
[[nodiscard]] constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Writes the lowest `digits` hexadecimal digits of `value`, in lower case; returns what is behind.
inline char* put_hex(char* at, std::uint64_t value, int digits) noexcept {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) *at++ = kDigits[(value >> shift) & 15];
  return at;
}

}  // namespace hoplab
