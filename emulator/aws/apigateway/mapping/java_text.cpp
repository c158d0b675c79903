#include "aws/apigateway/mapping/java_text.h"

#include <algorithm>
#include <array>

#include "aws/stub/json_text.h"
#include "base/ascii.h"

namespace hoplab::aws::vtl {

namespace {

/// Bytes of the character at the start of `text`.
std::size_t character_size(std::string_view text) noexcept {
  return std::max<std::size_t>(utf8_length(text), 1);
}

std::int64_t units_of(std::size_t size) noexcept {
  return size == 4 ? 2 : 1;
}

std::uint32_t code_point(std::string_view character) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
  if (character.size() == 1) return byte(0);
  std::uint32_t code = byte(0) & (0xffU >> (character.size() + 1));
  for (std::size_t i = 1; i < character.size(); ++i) code = (code << 6) | (byte(i) & 0x3fU);
  return code;
}

void append_unit(std::string& out, std::uint32_t unit) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  out += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kDigits[(unit >> shift) & 15];
}

void append_code_point(std::string& out, std::uint32_t code) {
  if (code < 0x10000) return append_unit(out, code);
  append_unit(out, 0xd800 + ((code - 0x10000) >> 10));
  append_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kNamed = "\b\n\t\f\r";
  constexpr std::string_view kNames = "bntfr";
  constexpr std::string_view kMarked = "'\"\\/";
  if (const std::size_t named = kNamed.find(c); named != std::string_view::npos) {
    out += {'\\', kNames[named]};
  } else if (kMarked.find(c) != std::string_view::npos) {
    out += {'\\', c};
  } else if (static_cast<std::uint8_t>(c) < 0x20) {
    append_unit(out, static_cast<std::uint8_t>(c));
  } else {
    out += c;
  }
}

}  // namespace

std::int64_t java_length(std::string_view text) noexcept {
  std::int64_t units = 0;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    units += units_of(size);
    text.remove_prefix(size);
  }
  return units;
}

std::optional<std::size_t> byte_at(std::string_view text, std::int64_t index) noexcept {
  std::size_t at = 0;
  std::int64_t units = 0;
  while (units < index && at < text.size()) {
    const std::size_t size = character_size(text.substr(at));
    units += units_of(size);
    at += size;
  }
  if (index < 0 || units < index) return std::nullopt;
  return at;
}

std::string escape_javascript(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::string_view character = text.substr(0, character_size(text));
    const std::uint32_t code = code_point(character);
    code < 0x80 ? append_escaped(out, character[0]) : append_code_point(out, code);
    text.remove_prefix(character.size());
  }
  return out;
}

std::string form_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = ".-*_";
  std::string out;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto blank = [](char c) { return static_cast<std::uint8_t>(c) <= 0x20; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace hoplab::aws::vtl
