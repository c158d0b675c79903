#include "base/ascii.h"

namespace hoplab {

std::string_view lower_case(std::string_view text, Arena& arena) {
  if (std::ranges::none_of(text, [](char c) { return c >= 'A' && c <= 'Z'; })) return text;
  const auto room = arena.allocate(text.size());
  std::ranges::transform(text, room.begin(), [](char c) { return lower_case(c); });
  return {room.data(), room.size()};
}

bool iequals(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && lower_case(a[i]) != lower_case(b[i])) return false;
  }
  return true;
}

}  // namespace hoplab
