// Decimal numbers in texts.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace hoplab {

/// The number that the whole text is: "0.004", "-1", "504". Nothing for other texts.
[[nodiscard]] inline std::optional<double> parse_decimal(std::string_view text) noexcept {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace hoplab
