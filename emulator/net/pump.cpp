#include "net/pump.h"

#include <array>
#include <utility>

#include "base/bytes.h"
#include "base/deadline.h"
#include "base/next_turn.h"

namespace hoplab::net {

namespace {

/// What moves at once.
constexpr std::size_t kBuffer = 64 * 1024;
/// Buffers in one direction before other connections have their turn.
constexpr int kBuffersAtATurn = 16;

enum class Moved : std::uint8_t { nothing, something, source_failed, sink_failed };

/// One direction. Holds bytes only while its sink is slower than its source.
class Pump {
 public:
  Pump(Stream& from, Stream& to) : from_(from), to_(to) {}

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
    }
    busy_ = true;
    return moved;
  }

  /// What it waits for, or nothing more with nullptr.
  void watch(WaitSlot* slot) {
    const bool full = !rest_.empty();
    if (!slot || (!ended_ && !full)) from_.watch_read(slot);
    if (!slot || full || !flushed_) to_.watch_write(slot);
  }

  /// The source's end was read and passed on.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// Likewise, and nothing is left to send.
  [[nodiscard]] bool done() const noexcept { return ended_ && flushed_; }
  /// Stopped because its turn was over.
  [[nodiscard]] bool busy() const noexcept { return busy_; }

 private:
  /// Sends the rest of earlier data. False: the sink failed.
  bool push() {
    if (rest_.empty()) return flushed_ = to_.try_flush(), true;
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

/// Both directions, and which side has ended first.
class Tunnel {
 public:
  Tunnel(Stream& client, Stream& target)
      : client_(client), target_(target), up_(client, target), down_(target, client) {}

  Task<ServeEnd> run(std::optional<Duration> idle) {
    WaitSlot slot(client_.loop());
    Deadline deadline(client_.loop(), slot);
    const NextTurn next_turn{client_.loop()};
    if (idle) deadline.after(*idle);
    for (;;) {
      moved_ = false;
      if (!go_on(up_, down_, true) || !go_on(down_, up_, false)) co_return *end_;
      if (up_.done() && down_.done()) {
        co_return ServeEnd{first_end_, EndKind::fin,
                           first_end_ == Reason::client_closed ? Toward::target : Toward::client};
      }
      if (idle && moved_) deadline.after(*idle);
      if (up_.busy() || down_.busy()) {
        co_await next_turn;
        continue;
      }
      if (deadline.passed()) co_return ServeEnd{Reason::idle_timeout, EndKind::fin, Toward::both};
      up_.watch(&slot);
      down_.watch(&slot);
      co_await slot;
      forget();
    }
  }

 private:
  /// Runs a pump. False: the connection is over.
  bool go_on(Pump& pump, const Pump& other, bool from_client) {
    const bool had_ended = pump.ended();
    switch (pump.move()) {
      case Moved::nothing: return true;
      case Moved::something:
        moved_ = true;
        if (pump.ended() && !had_ended && !other.ended()) {
          first_end_ = from_client ? Reason::client_closed : Reason::target_closed;
        }
        return true;
      case Moved::source_failed: return reset_by(from_client);
      case Moved::sink_failed: return reset_by(!from_client);
    }
    return false;
  }

  bool reset_by(bool client) {
    end_ = ServeEnd{client ? Reason::client_reset : Reason::target_reset, EndKind::rst,
                    client ? Toward::target : Toward::client};
    return false;
  }

  void forget() {
    for (Stream* stream : {&client_, &target_}) {
      stream->watch_read(nullptr);
      stream->watch_write(nullptr);
    }
  }

  Stream& client_;
  Stream& target_;
  Pump up_, down_;
  bool moved_ = false;
  Reason first_end_ = Reason::client_closed;
  std::optional<ServeEnd> end_;
};

}  // namespace

Task<ServeEnd> pump_both_ways(Stream& client, Stream& target, std::optional<Duration> idle) {
  Tunnel tunnel(client, target);
  co_return co_await tunnel.run(idle);
}

}  // namespace hoplab::net
