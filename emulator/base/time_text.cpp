#include "base/time_text.h"

#include <array>
#include <charconv>
#include <chrono>

namespace hoplab {

namespace {

constexpr std::int64_t kYear1 = -62'135'596'800;
constexpr std::int64_t kYear10000 = 253'402'300'800;

/// Takes exactly `count` digits off the front.
std::optional<int> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

/// Takes one character of `any` off the front; 0 when another is there.
char take(std::string_view& text, std::string_view any) {
  if (text.empty() || any.find(text.front()) == std::string_view::npos) return 0;
  const char taken = text.front();
  text.remove_prefix(1);
  return taken;
}

/// Takes "Z", "+02:00" or "-02:00" off the front.
std::optional<int> offset_seconds(std::string_view& text) {
  if (take(text, "Zz")) return 0;
  const char sign = take(text, "+-");
  const auto hours = digits(text, 2);
  if (!sign || !hours || *hours > 23 || !take(text, ":")) return std::nullopt;
  const auto minutes = digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return (sign == '+' ? 1 : -1) * (*hours * 3600 + *minutes * 60);
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  struct Part {
    std::size_t digits;
    std::string_view then;
  };
  constexpr std::array<Part, 6> kParts{
      {{4, "-"}, {2, "-"}, {2, "Tt "}, {2, ":"}, {2, ":"}, {2, ""}}};
  std::array<int, kParts.size()> values{};
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    const auto value = digits(text, kParts[i].digits);
    if (!value || (!kParts[i].then.empty() && !take(text, kParts[i].then))) return std::nullopt;
    values[i] = *value;
  }
  const auto [year, month, day, hour, minute, second] = values;
  if (take(text, ".")) {
    if (!digits(text, 1)) return std::nullopt;
    while (digits(text, 1)) {
    }
  }
  const auto offset = offset_seconds(text);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!offset || !text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  const auto days = std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()};
  return days * 86400 + hour * 3600 + minute * 60 + second - *offset;
}

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  const auto seconds = whole ? std::optional(number) : parse_rfc3339(text);
  if (!seconds || *seconds < kYear1 || *seconds >= kYear10000) return std::nullopt;
  return seconds;
}

}  // namespace hoplab
