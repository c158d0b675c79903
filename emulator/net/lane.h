// Lane: one direction of a connection on which bytes come later: they go in as they arrive, and
// come out in the same order when every fault that delays them lets them. An end stays behind them.
//
// When a piece comes out is known as soon as it goes in, so whoever holds a lane needs one timer.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/rng.h"
#include "net/fault.h"

namespace hoplab::net {

/// Bytes that come out together.
struct Piece {
  std::size_t size = 0;
  Time arrived;  // at the lane
  Time due;
};

/// What one fault does to one direction of one connection.
class Shaper {
 public:
  Shaper(const Fault& fault, std::uint64_t seed) : fault_(fault), rng_(seed) {}

  [[nodiscard]] const Fault& fault() const noexcept { return fault_; }
  /// Adds what becomes of `piece`, which reaches it when it is due.
  void pass(const Piece& piece, std::vector<Piece>& out);
  /// When an end that reaches it at `at` goes on.
  Time pass_end(Time at);
  /// What it let through before does not count any more.
  void restart(Time now);

 private:
  Time draw_latency(Time at);
  std::size_t draw_size();

  Fault fault_;
  Rng rng_;
  Time free_{};             // what comes earlier waits until then
  Time rate_since_{};       // bandwidth: since then without a pause,
  std::uint64_t sent_ = 0;  // so many bytes
};

class Lane {
 public:
  /// Bytes that go in from now on meet the fault, too.
  void add(const Fault& fault, std::uint64_t seed) { shapers_.emplace_back(fault, seed); }
  /// Takes the shapers away of which that holds; what waits is timed anew.
  void remove_if(const std::function<bool(const Fault&)>& gone, Time now);
  [[nodiscard]] bool shapes() const noexcept { return !shapers_.empty(); }

  /// How much may go in now: a sender waits, as for a full socket buffer.
  [[nodiscard]] std::size_t room() const noexcept;
  void push(std::string_view bytes, Time now);
  /// Nothing comes behind it.
  void push_end(Time now);

  /// The first piece, when it is due at `now`; else nothing.
  [[nodiscard]] std::string_view due(Time now) const noexcept;
  void consume(std::size_t size);
  [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }
  [[nodiscard]] bool has_end() const noexcept { return end_.has_value(); }
  /// Everything else has come out, and the end is due.
  [[nodiscard]] bool end_due(Time now) const noexcept {
    return pieces_.empty() && end_ && end_->due <= now;
  }
  /// When it is worth to look again.
  [[nodiscard]] std::optional<Time> next() const noexcept;

 private:
  void shape(Piece piece);

  std::vector<Shaper> shapers_;
  Bytes bytes_;
  std::size_t consumed_ = 0;  // of bytes_
  std::deque<Piece> pieces_;
  std::optional<Piece> end_;
  Time last_due_{};
};

}  // namespace hoplab::net
