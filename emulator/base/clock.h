// Emulated time. Everything in hoplab that asks "when" asks a Clock: idle timers, health checks,
// deadlines, certificate and CRL validity, log stamps.
//
// A clock is real (the machine's time), scaled (runs k times as fast from its start) or stepped
// (stands still until it is advanced). It belongs to one loop and is not thread-safe.
//
// It has two readings. now() counts what has passed: it never goes back, and drives timers and
// deadlines. calendar() is what a calendar shows: it may be set both ways, and is asked for
// certificates, lists and stamps.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab {

using Duration = std::chrono::microseconds;
using Time = std::chrono::sys_time<Duration>;

using namespace std::chrono_literals;  // NOLINT: durations are written 60s, 300ms everywhere

/// Whole seconds since the Unix epoch, as certificates count them.
inline std::int64_t epoch_seconds(Time at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

class Clock {
 public:
  enum class Mode : std::uint8_t { real, scaled, stepped };

  /// Real time from now on.
  Clock();

  [[nodiscard]] Time now() const noexcept;
  [[nodiscard]] Time calendar() const noexcept { return now() + offset_; }
  /// What calendar() shows more than now().
  [[nodiscard]] Duration offset() const noexcept { return offset_; }
  [[nodiscard]] Mode mode() const noexcept { return mode_; }
  [[nodiscard]] double scale() const noexcept { return scale_; }

  /// How time passes from now on. The calendar shows `settings.start`, or else goes on from what it
  /// shows; of a real clock it is the machine's. now() goes on without a jump.
  void change(const struct ClockSettings& settings) noexcept;

  /// For a clock that nobody has read yet: both readings are at `at` and go on from there.
  void set_real() noexcept;
  void set_scaled(Time at, double factor) noexcept;
  void set_stepped(Time at) noexcept;

  /// Real time that passes until the clock shows `at`; zero when it is past. Not for stepped
  /// clocks.
  [[nodiscard]] std::chrono::nanoseconds real_time_until(Time at) const noexcept;

 private:
  Mode mode_ = Mode::real;
  double scale_ = 1;
  Duration offset_{};
  Time base_;  // emulated time at anchor_; the time itself if stepped
  std::chrono::steady_clock::time_point anchor_;
};

/// How emulated time passes.
struct ClockSettings {
  Clock::Mode mode = Clock::Mode::real;
  double scale = 1;           // scaled: emulated seconds in a real one
  std::optional<Time> start;  // scaled and stepped; now when not given
};

/// "real", "scaled", "stepped".
std::string_view to_text(Clock::Mode mode) noexcept;

/// `2023-10-04T17:05:15.514108Z`, the form of AWS's logs.
std::string iso8601_microseconds(Time at);
/// `2023-10-04T17:05:15Z`.
std::string iso8601_seconds(std::int64_t epoch);
/// `Sat, 25 Apr 2026 16:45:16 GMT` (RFC 9110 5.6.7).
std::string http_date(Time at);

}  // namespace hoplab
