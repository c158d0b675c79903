#include "aws/iam/policy_date.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <string>

namespace hoplab::aws {

namespace {
struct NumberAt {
  std::string_view text;
  std::size_t at = 0;
  bool good = true;

  int digits(std::size_t count) {
    int value = 0;
    if (at + count > text.size()) return good = false, 0;
    for (std::size_t i = 0; i < count; ++i, ++at) {
      if (text[at] < '0' || text[at] > '9') return good = false, 0;
      value = value * 10 + (text[at] - '0');
    }
    return value;
  }
  bool take(char c) {
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  }
  void need(char c) { good = take(c) && good; }
};

double zone_offset_s(NumberAt& in) {
  if (in.take('Z') || in.at == in.text.size()) return 0;
  const bool east = in.take('+');
  if (!east) in.need('-');
  const int hours = in.digits(2);
  in.take(':');
  const int minutes = in.digits(2);
  return (east ? 1.0 : -1.0) * (hours * 3600 + minutes * 60);
}
}  // namespace

Result<double> parse_date(std::string_view text) {
  double epoch = 0;
  const auto end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, epoch);
  if (problem == std::errc{} && stop == end && std::isfinite(epoch)) return epoch;

  NumberAt in{text};
  const int year = in.digits(4);
  in.need('-');
  const auto month = static_cast<unsigned>(in.digits(2));
  in.need('-');
  const auto day = static_cast<unsigned>(in.digits(2));
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  double seconds = 0;
  if (in.take('T')) {
    seconds += in.digits(2) * 3600;
    in.need(':');
    seconds += in.digits(2) * 60;
    if (in.take(':')) seconds += in.digits(2);
    double place = 0.1;
    if (in.take('.')) {
      for (; in.at < text.size() && text[in.at] >= '0' && text[in.at] <= '9'; place /= 10) {
        seconds += place * in.digits(1);
      }
    }
    seconds -= zone_offset_s(in);
  }
  if (!in.good || in.at != text.size() || !date.ok()) {
    return Error{"\"" + std::string(text) + "\" is not an ISO 8601 date or epoch time"};
  }
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count()) * 86400 +
         seconds;
}

}  // namespace hoplab::aws
