// Percent-encoding of parts of a URL (RFC 3986 2.1).
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/hex.h"

namespace hoplab {

/// RFC 3986 2.3.
[[nodiscard]] constexpr bool is_unreserved(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// Decoded and encoded again it is the same.
[[nodiscard]] constexpr bool is_unreserved(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return is_unreserved(c); });
}

/// What is no encoding stays as it is.
inline std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    plain += low >= 0 ? static_cast<char>(high * 16 + low) : text[i];
    i += low >= 0 ? 2 : 0;
  }
  return plain;
}

/// Of application/x-www-form-urlencoded, as queries and forms are: '+' is a blank.
inline std::string form_decoded(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decoded(spaced);
}

/// All but the unreserved characters: for one segment of a path.
inline void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(
        std::ranges::find_if_not(text, [](char c) { return is_unreserved(c); }) - text.begin());
    out.append(text.substr(0, plain));
    if (plain == text.size()) return;
    const auto byte = static_cast<unsigned char>(text[plain]);
    out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    text.remove_prefix(plain + 1);
  }
}
inline std::string percent_encoded(std::string_view text) {
  std::string encoded;
  append_percent_encoded(encoded, text);
  return encoded;
}

}  // namespace hoplab
