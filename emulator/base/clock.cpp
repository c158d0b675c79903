#include "base/clock.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace hoplab {

namespace {
std::tm utc(std::int64_t epoch) {
  const auto seconds = static_cast<std::time_t>(epoch);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}
}  // namespace

Clock::Clock() {
  set_real();
}

Time Clock::now() const noexcept {
  if (mode_ == Mode::stepped) return base_;
  const auto passed = std::chrono::steady_clock::now() - anchor_;
  if (mode_ == Mode::real) return base_ + std::chrono::duration_cast<Duration>(passed);
  return base_ + std::chrono::duration_cast<Duration>(passed * scale_);
}

void Clock::set_real() noexcept {
  mode_ = Mode::real;
  scale_ = 1;
  anchor_ = std::chrono::steady_clock::now();
  base_ = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

void Clock::set_scaled(Time at, double factor) noexcept {
  mode_ = Mode::scaled;
  scale_ = factor;
  anchor_ = std::chrono::steady_clock::now();
  base_ = at;
}

void Clock::set_stepped(Time at) noexcept {
  mode_ = Mode::stepped;
  base_ = at;
}

void Clock::change(const ClockSettings& settings) noexcept {
  const Time passed = now();
  Time shown = settings.start.value_or(calendar());
  if (settings.mode == Mode::real && !settings.start) shown = Clock().now();
  mode_ = settings.mode;
  scale_ = settings.mode == Mode::scaled ? settings.scale : 1;
  anchor_ = std::chrono::steady_clock::now();
  base_ = passed;
  offset_ = shown - passed;
}

std::chrono::nanoseconds Clock::real_time_until(Time at) const noexcept {
  const auto wait = at - now();
  if (wait <= Duration::zero()) return std::chrono::nanoseconds::zero();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(wait / scale_);
}

std::string_view to_text(Clock::Mode mode) noexcept {
  switch (mode) {
    case Clock::Mode::real: return "real";
    case Clock::Mode::scaled: return "scaled";
    case Clock::Mode::stepped: return "stepped";
  }
  return "";
}

std::string iso8601_microseconds(Time at) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(at);
  const auto parts = utc(whole.time_since_epoch().count());
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
                parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                parts.tm_sec, static_cast<int>((at - whole).count()));
  return text.data();
}

std::string iso8601_seconds(std::int64_t epoch) {
  const auto parts = utc(epoch);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string http_date(Time at) {
  const auto parts = utc(epoch_seconds(at));
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text.data();
}

}  // namespace hoplab
