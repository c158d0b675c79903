#include "diagnose/log_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"
#include "base/decimal.h"

namespace hoplab::diagnose {

namespace {

bool is_name_character(char c) noexcept {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

char closing(char c) noexcept {
  return c == '"' ? '"' : c == '[' ? ']' : '\0';
}

}  // namespace

std::vector<std::string> log_fields(std::string_view line) {
  std::vector<std::string> fields;
  for (std::size_t at = line.find_first_not_of(" \t"); at < line.size();
       at = line.find_first_not_of(" \t", at)) {
    const char end = closing(line[at]);
    const auto close = end ? line.find(end, at + 1) : std::string_view::npos;
    const bool whole =
        close != std::string_view::npos && (end == ']' || close + 1 == line.size() ||
                                            line[close + 1] == ' ' || line[close + 1] == '\t');
    if (whole) {
      fields.emplace_back(line.substr(at + 1, close - at - 1));
      at = close + 1;
    } else {
      const auto space = std::min(line.find_first_of(" \t", at), line.size());
      fields.emplace_back(line.substr(at, space - at));
      at = space;
    }
  }
  return fields;
}

std::optional<std::string> named_value(std::string_view line, std::string_view name) {
  const std::string lower = lower_case(line), wanted = lower_case(name);
  for (auto at = lower.find(wanted); at != std::string::npos; at = lower.find(wanted, at + 1)) {
    auto next = at + wanted.size();
    const bool alone = (at == 0 || !is_name_character(lower[at - 1])) &&
                       (next == lower.size() || !is_name_character(lower[next]));
    if (!alone) continue;
    next = std::min(line.find_first_not_of("\"' :=", next), line.size());
    const bool quoted = next > 0 && line[next - 1] == '"' && line.find(':', at) < next;
    const auto end = std::min(line.find_first_of(quoted ? "\"" : "\"', ;}|", next), line.size());
    if (end > next) return std::string(line.substr(next, end - next));
  }
  return std::nullopt;
}

std::string number_text(double number) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), error == std::errc() ? end : text.data()};
}

bool is_number(std::string_view text) noexcept {
  return parse_decimal(text).has_value();
}

bool is_address_and_port(std::string_view text) noexcept {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  return std::ranges::all_of(text.substr(colon + 1), is_digit) &&
         text.substr(0, colon).find_first_not_of("0123456789abcdefABCDEF.:[]xX*") ==
             std::string_view::npos;
}

}  // namespace hoplab::diagnose
