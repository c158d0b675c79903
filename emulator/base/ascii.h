// Small letters, where only ASCII counts: names of hosts and headers.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace hoplab {

constexpr char lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return lower_case(c); });
  return lower;
}

}  // namespace hoplab
