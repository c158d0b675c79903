// Character classes and small readers shared by the HTTP/1.1 codec: one table, looked up per byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ascii.h"

namespace hoplab::http::chars {

enum Class : std::uint8_t {
  kToken = 1,  // tchar, RFC 9110 5.6.2
  kText = 2,   // field-value byte: HTAB, SP, VCHAR, obs-text (RFC 9110 5.5)
  kUri = 4,    // anything but controls, SP and DEL: what the desync engine lets pass in a target
  kFatal = 8,  // NUL, CR, LF: never part of a name, value or target
  kHost = 16,  // reg-name, IP-literal and port (RFC 3986 3.2.2, 3.2.3)
  kAlnum = 32,
};

inline constexpr std::array<std::uint8_t, 256> kTable = [] {
  std::array<std::uint8_t, 256> table{};
  const auto mark = [&table](std::string_view set, int bits) {
    for (const char c : set) {
      auto& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | bits);
    }
  };
  for (unsigned b = 0; b < 256; ++b) {
    int bits = 0;
    if (b == '\t' || (b >= 0x20 && b != 0x7f)) bits |= kText;
    if (b > 0x20 && b != 0x7f) bits |= kUri;
    if (b == 0 || b == '\r' || b == '\n') bits |= kFatal;
    table[b] = static_cast<std::uint8_t>(bits);
  }
  mark("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", kToken | kHost | kAlnum);
  mark("!#$%&'*+-.^_`|~", kToken);
  mark("-._~%!$&'()*+,;=:[]", kHost);
  return table;
}();

[[nodiscard]] constexpr bool is(char c, Class wanted) noexcept {
  return (kTable[static_cast<unsigned char>(c)] & wanted) != 0;
}

[[nodiscard]] constexpr bool all(std::string_view text, Class wanted) noexcept {
  for (const char c : text) {
    if (!is(c, wanted)) return false;
  }
  return true;
}

[[nodiscard]] constexpr bool any(std::string_view text, Class wanted) noexcept {
  for (const char c : text) {
    if (is(c, wanted)) return true;
  }
  return false;
}

[[nodiscard]] constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\t';
}

/// True when `text` is `lowercase` but for ASCII case.
[[nodiscard]] constexpr bool is_word(std::string_view text, std::string_view lowercase) noexcept {
  if (text.size() != lowercase.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower_case(text[i]) != lowercase[i]) return false;
  }
  return true;
}

/// Without the optional white space (OWS) around it.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Calls `visit` with each trimmed item of a comma-separated list, empty items included.
template <class Visit>
constexpr void for_each_item(std::string_view list, Visit&& visit) {
  for (;;) {
    const std::size_t comma = list.find(',');
    visit(trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

/// 1*DIGIT that fits 64 bits; nothing otherwise (also for an empty text or a sign).
[[nodiscard]] constexpr std::optional<std::uint64_t> decimal(std::string_view text) noexcept {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

}  // namespace hoplab::http::chars
