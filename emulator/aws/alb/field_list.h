// Field values that are lists (RFC 9110 5.6.1).
#pragma once

#include <algorithm>
#include <string_view>

namespace hoplab::aws {

inline std::string_view trim(std::string_view text) noexcept {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Calls `each` with every element of a comma-separated list that is not empty.
template <class Each>
void each_element(std::string_view list, Each&& each) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (const auto element = trim(list.substr(0, comma)); !element.empty()) each(element);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

}  // namespace hoplab::aws
