#include "net/pump.h"

#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/idle_timer.h"
#include "base/next_turn.h"
#include "base/task_group.h"

namespace hoplab::net {

namespace {

/// What moves at once.
constexpr std::size_t kBuffer = 64 * 1024;
/// Buffers in one direction before other connections have their turn.
constexpr int kBuffersAtATurn = 16;
/// Less than this was probably all that there is: it is cheaper to watch than to try once more.
constexpr std::size_t kSmall = 4 * 1024;

enum class Moved : std::uint8_t { nothing, something, source_failed, sink_failed };

/// One direction, which waits for itself alone. Holds bytes only while its sink is slower than its
/// source.
class Pump {
 public:
  /// `first` goes before what comes.
  Pump(Stream& from, Stream& to, std::string_view first) : slot(from.loop()), from_(from), to_(to) {
    rest_.append(first);
  }

  /// Moves what can be moved now; passes an end in order on.
  Moved move() {
    Moved moved = Moved::nothing;
    busy_ = false;
    const std::size_t waiting = rest_.size();
    if (!push()) return Moved::sink_failed;
    if (rest_.size() < waiting) moved = Moved::something;
    std::array<char, kBuffer> buffer;  // on the stack: a connection at rest has none
    for (int i = 0; i < kBuffersAtATurn; ++i) {
      if (!rest_.empty() || ended_) return moved;
      const IoResult read = from_.try_read(buffer);
      if (read.would_block()) return moved;
      if (read.status == IoStatus::failed) return Moved::source_failed;
      moved = Moved::something;
      if (read.status == IoStatus::closed) {
        ended_ = true;
        to_.shutdown_write();
        flushed_ = to_.try_flush();
        return moved;
      }
      if (!push({buffer.data(), read.size})) return Moved::sink_failed;
      if (read.size < kSmall) return moved;
    }
    busy_ = true;
    return moved;
  }

  /// What it waits for notifies `slot`.
  void watch() {
    const bool full = !rest_.empty();
    if (!ended_ && !full) from_.watch_read(&slot);
    if (full || !flushed_) to_.watch_write(&slot);
  }
  void forget() {
    from_.watch_read(nullptr);
    to_.watch_write(nullptr);
  }

  /// The source's end was read and passed on.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// Likewise, and nothing is left to send.
  [[nodiscard]] bool done() const noexcept { return ended_ && flushed_; }
  /// Stopped because its turn was over.
  [[nodiscard]] bool busy() const noexcept { return busy_; }

  WaitSlot slot;

 private:
  /// Sends the rest of earlier data. False: the sink failed.
  bool push() {
    if (rest_.empty()) return flushed_ = flushed_ || to_.try_flush(), true;
    const Bytes rest = std::exchange(rest_, {});
    return push(rest.view());
  }

  bool push(std::string_view data) {
    while (!data.empty()) {
      const IoResult written = to_.try_write(data);
      if (written.ended()) return false;
      if (written.would_block()) {
        rest_.append(data);
        return true;
      }
      data.remove_prefix(written.size);
    }
    flushed_ = to_.try_flush();
    return true;
  }

  Stream& from_;
  Stream& to_;
  Bytes rest_;
  bool flushed_ = true;
  bool ended_ = false;
  bool busy_ = false;
};

/// Both directions, each with a task of its own, and which side has ended first.
class Tunnel {
 public:
  Tunnel(Stream& client, Stream& target, std::string_view read_too_far)
      : loop_(client.loop()), up_(client, target, {}), down_(target, client, read_too_far) {}

  Task<ServeEnd> run(std::optional<Duration> idle) {
    if (idle) {
      idle_.emplace(loop_, *idle, [this] {
        end({Reason::idle_timeout, EndKind::fin, Toward::both});
      });
    }
    down_task_.spawn(carry(down_, up_));
    co_await carry(up_, down_);
    while (down_task_.running() > 0) co_await up_.slot;
    if (end_) co_return *end_;
    const auto told = first_end_ == Reason::client_closed ? Toward::target : Toward::client;
    co_return ServeEnd{first_end_, EndKind::fin, told};
  }

 private:
  /// Until the direction is done, or the connection over.
  Task<void> carry(Pump& pump, Pump& other) {
    const NextTurn next_turn{loop_};
    for (;;) {
      if (!end_) go_on(pump, other);
      if (end_ || pump.done()) break;
      if (pump.busy()) {
        co_await next_turn;
        continue;
      }
      pump.watch();
      co_await pump.slot;
    }
    pump.forget();
    other.slot.notify();
  }

  void go_on(Pump& pump, const Pump& other) {
    const bool from_client = &pump == &up_;
    const bool had_ended = pump.ended();
    switch (pump.move()) {
      case Moved::nothing: return;
      case Moved::something:
        if (idle_) idle_->touch();
        if (pump.ended() && !had_ended && !other.ended()) {
          first_end_ = from_client ? Reason::client_closed : Reason::target_closed;
        }
        return;
      case Moved::source_failed: return reset_by(from_client);
      case Moved::sink_failed: return reset_by(!from_client);
    }
  }

  void reset_by(bool client) {
    end({client ? Reason::client_reset : Reason::target_reset, EndKind::rst,
         client ? Toward::target : Toward::client});
  }

  void end(const ServeEnd& how) {
    if (end_) return;
    end_ = how;
    up_.slot.notify();
    down_.slot.notify();
  }

  Loop& loop_;
  Pump up_, down_;
  std::optional<IdleTimer> idle_;
  Reason first_end_ = Reason::client_closed;
  std::optional<ServeEnd> end_;
  TaskGroup down_task_;
};

}  // namespace

Task<ServeEnd> pump_both_ways(Stream& client, Stream& target, std::optional<Duration> idle,
                              std::string_view read_too_far) {
  Tunnel tunnel(client, target, read_too_far);
  co_return co_await tunnel.run(idle);
}

}  // namespace hoplab::net
