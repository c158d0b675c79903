#include "net/lane.h"

#include <algorithm>

namespace hoplab::net {

namespace {

constexpr Duration kNever = std::chrono::hours(24 * 365 * 100);
constexpr std::int64_t kMicroseconds = 1'000'000;
/// A bandwidth lets bytes through so many times in a second.
constexpr std::uint64_t kPiecesInASecond = 50;
/// What a sender may have on its way: a socket's buffer, and what latency keeps in the air.
constexpr std::size_t kLaneBuffer = 64 * 1024;
constexpr std::size_t kMostInTheAir = 1024 * 1024;
/// Consumed bytes at the front that are worth to be moved over.
constexpr std::size_t kWorthMoving = 64 * 1024;

}  // namespace

void Shaper::pass(const Piece& piece, std::vector<Piece>& out) {
  const auto add = [&](std::size_t size, Time due) { out.push_back({size, piece.arrived, due}); };
  switch (fault_.action) {
    case FaultAction::latency: return add(piece.size, draw_latency(piece.due));
    case FaultAction::bandwidth: {
      const std::uint64_t rate = fault_.bytes_per_second;
      const auto quantum = std::max<std::uint64_t>(1, rate / kPiecesInASecond);
      if (rate == 0) {
        free_ = piece.arrived + kNever;
        return add(piece.size, free_);
      }
      if (piece.due >= free_) {
        rate_since_ = piece.due;
        sent_ = 0;
      }
      for (std::size_t left = piece.size; left > 0;) {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, quantum));
        left -= size;
        sent_ += size;
        for (; sent_ >= rate; sent_ -= rate) rate_since_ += 1s;
        // Rounded up: never faster than asked.
        const std::uint64_t passed = (sent_ * kMicroseconds + rate - 1) / rate;
        free_ = rate_since_ + Duration(static_cast<std::int64_t>(passed));
        add(size, free_);
      }
      return;
    }
    case FaultAction::slice:
      for (std::size_t left = piece.size; left > 0;) {
        const std::size_t size = std::min(left, draw_size());
        left -= size;
        const Time due = std::max(piece.due, free_);
        free_ = due + fault_.delay;
        add(size, due);
      }
      return;
    default: return add(piece.size, piece.due);
  }
}

Time Shaper::pass_end(Time at) {
  switch (fault_.action) {
    case FaultAction::latency: return draw_latency(at);
    case FaultAction::slow_close: return at + fault_.delay;
    default: return std::max(at, free_);
  }
}

void Shaper::restart(Time now) {
  sent_ = 0;
  rate_since_ = now;
  free_ = fault_.action == FaultAction::latency ? Time{} : now;
}

Time Shaper::draw_latency(Time at) {
  Duration delay = fault_.delay;
  if (const auto jitter = static_cast<std::uint64_t>(fault_.jitter.count())) {
    delay += Duration(static_cast<std::int64_t>(rng_.next() % (2 * jitter + 1))) - fault_.jitter;
  }
  free_ = std::max({at, free_, at + delay});
  return free_;
}

std::size_t Shaper::draw_size() {
  const std::size_t size = std::max<std::uint32_t>(1, fault_.size);
  if (fault_.variation == 0) return size;
  const std::size_t drawn = size + rng_.below(2 * fault_.variation + 1);
  return std::max<std::size_t>(1, drawn - std::min<std::size_t>(drawn, fault_.variation));
}

void Lane::remove_if(const std::function<bool(const Fault&)>& gone, Time now) {
  const auto its_fault_is_gone = [&](const Shaper& one) { return gone(one.fault()); };
  if (std::erase_if(shapers_, its_fault_is_gone) == 0) return;
  for (Shaper& one : shapers_) one.restart(now);
  last_due_ = Time{};
  std::vector<Piece> waiting;  // as they arrived
  for (const Piece& piece : pieces_) {
    if (!waiting.empty() && waiting.back().arrived == piece.arrived) {
      waiting.back().size += piece.size;
    } else {
      waiting.push_back(piece);
    }
  }
  pieces_.clear();
  for (const Piece& piece : waiting) shape(piece);
  if (end_) push_end(end_->arrived);
}

std::size_t Lane::room() const noexcept {
  std::uint64_t in_the_air = 0;
  std::uint64_t rate = kMostInTheAir;
  Duration latency{};
  for (const Shaper& one : shapers_) {
    latency += one.fault().delay * (one.fault().action == FaultAction::latency ? 1 : 0);
    if (one.fault().action == FaultAction::bandwidth) {
      rate = std::min(rate, one.fault().bytes_per_second);
    }
  }
  if (latency > Duration::zero()) {
    const bool limited = rate < kMostInTheAir;
    const auto seconds = static_cast<std::uint64_t>(latency / 1s) + 1;
    in_the_air = limited ? std::min<std::uint64_t>(kMostInTheAir, rate * seconds) : kMostInTheAir;
  }
  const std::size_t most = kLaneBuffer + static_cast<std::size_t>(in_the_air);
  const std::size_t held = bytes_.size() - consumed_;
  return end_ || held >= most ? 0 : most - held;
}

void Lane::push(std::string_view bytes, Time now) {
  if (bytes.empty()) return;
  bytes_.append(bytes);
  shape({bytes.size(), now, now});
}

void Lane::shape(Piece piece) {
  piece.due = piece.arrived;
  std::vector<Piece> pieces{piece};
  std::vector<Piece> shaped;
  for (Shaper& one : shapers_) {
    shaped.clear();
    for (const Piece& each : pieces) one.pass(each, shaped);
    pieces.swap(shaped);
  }
  for (Piece& each : pieces) {
    // Behind what came before the last fault was armed.
    each.due = last_due_ = std::max(each.due, last_due_);
    pieces_.push_back(each);
  }
}

void Lane::push_end(Time now) {
  Time due = now;
  for (Shaper& one : shapers_) due = one.pass_end(due);
  end_ = Piece{0, now, std::max(due, last_due_)};
}

std::string_view Lane::due(Time now) const noexcept {
  if (pieces_.empty() || pieces_.front().due > now) return {};
  return bytes_.view(consumed_).substr(0, pieces_.front().size);
}

void Lane::consume(std::size_t size) {
  consumed_ += size;
  pieces_.front().size -= size;
  if (pieces_.front().size == 0) pieces_.pop_front();
  if (pieces_.empty()) {
    bytes_.release();
    consumed_ = 0;
  } else if (consumed_ >= kWorthMoving) {
    bytes_.erase(0, consumed_);
    consumed_ = 0;
  }
}

std::optional<Time> Lane::next() const noexcept {
  if (!pieces_.empty()) return pieces_.front().due;
  if (end_) return end_->due;
  return std::nullopt;
}

}  // namespace hoplab::net
