// Numbers as hexadecimal digits, written in place.
#pragma once

#include <cstdint>

namespace hoplab {

/// Writes the lowest `digits` hexadecimal digits of `value`, in lower case; returns what is behind.
inline char* put_hex(char* at, std::uint64_t value, int digits) noexcept {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) *at++ = kDigits[(value >> shift) & 15];
  return at;
}

}  // namespace hoplab
