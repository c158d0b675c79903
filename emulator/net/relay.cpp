#include "net/relay.h"

#include <cassert>

#include "base/next_turn.h"

namespace hoplab::net {

namespace {

constexpr std::size_t kBufferSize = 64 * 1024;
/// Buffers in one direction before other connections have their turn.
constexpr int kBuffersAtATurn = 16;

enum class Moved : std::uint8_t { nothing, something, source_failed, sink_failed };

/// One direction. Holds bytes only while its sink is slower than its source.
class Pump {
 public:
  Pump(Stream& from, Stream& to, Bytes& scratch) : from_(from), to_(to), scratch_(scratch) {}

  /// Moves what can be moved now; passes an end in order on.
  Moved move() {
    Moved moved = Moved::nothing;
    busy_ = false;
    const std::size_t waiting = rest_.size();
    if (!push()) return Moved::sink_failed;
    if (rest_.size() < waiting) moved = Moved::something;
    for (int i = 0; i < kBuffersAtATurn; ++i) {
      if (!rest_.empty() || ended_) return moved;
      const IoResult read = from_.try_read(scratch_.span());
      if (read.would_block()) return moved;
      if (read.status == IoStatus::failed) return Moved::source_failed;
      moved = Moved::something;
      if (read.status == IoStatus::closed) {
        ended_ = true;
        to_.shutdown_write();
        flushed_ = to_.try_flush();
        return moved;
      }
      if (!push({scratch_.data(), read.size})) return Moved::sink_failed;
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
  Bytes& scratch_;
  Bytes rest_;
  bool flushed_ = true;
  bool ended_ = false;
  bool busy_ = false;
};

}  // namespace

/// One relayed connection, once its target has accepted.
class Relay::Session {
 public:
  Session(Relay& relay, Connection& connection, Stream& target)
      : relay_(relay),
        journal_(*connection.journal),
        client_(*connection.stream),
        target_(target),
        slot_(relay.loop_),
        up_(client_, target_, relay.scratch_),
        down_(target_, client_, relay.scratch_) {}

  Task<void> run() {
    const NextTurn next_turn{relay_.loop_};
    while (go_on(up_, Side::client) && go_on(down_, Side::target)) {
      if (up_.done() && down_.done()) {
        end(first_end_, EndKind::fin,
            first_end_ == Reason::client_closed ? Toward::target : Toward::client);
        co_return;
      }
      if (up_.busy() || down_.busy()) {
        co_await next_turn;
        continue;
      }
      up_.watch(&slot_);
      down_.watch(&slot_);
      co_await slot_;
      forget();
    }
  }

 private:
  enum class Side : std::uint8_t { client, target };

  /// Runs the pump whose source is `source`. False: the connection is over.
  bool go_on(Pump& pump, Side source) {
    const bool had_ended = pump.ended();
    const Moved moved = pump.move();
    const bool client = source == Side::client;
    switch (moved) {
      case Moved::nothing: return true;
      case Moved::something:
        if (pump.ended() && !had_ended && !(client ? down_ : up_).ended()) {
          first_end_ = client ? Reason::client_closed : Reason::target_closed;
        }
        return true;
      case Moved::source_failed: return pass_reset(client ? Side::client : Side::target);
      case Moved::sink_failed: return pass_reset(client ? Side::target : Side::client);
    }
    return false;
  }

  bool pass_reset(Side by) {
    const bool client = by == Side::client;
    end(client ? Reason::client_reset : Reason::target_reset, EndKind::rst,
        client ? Toward::target : Toward::client);
    client_.reset(*journal_.cause);
    target_.reset(*journal_.cause);
    return false;
  }

  void end(Reason reason, EndKind how, Toward toward) {
    journal_.end(relay_.hop_, reason, how, toward, relay_.loop_.now());
  }

  void forget() {
    for (Stream* stream : {&client_, &target_}) {
      stream->watch_read(nullptr);
      stream->watch_write(nullptr);
    }
  }

  Relay& relay_;
  Journal& journal_;
  Stream& client_;
  Stream& target_;
  WaitSlot slot_;
  Pump up_, down_;
  Reason first_end_ = Reason::client_closed;
};

Relay::Relay(Loop& loop, const Hop& hop, std::unique_ptr<Dialer> dialer, JournalSink& sink,
             std::function<void(const Dialer::Dialed&)> dialed, Duration connect_timeout)
    : loop_(loop),
      hop_(hop),
      dialer_(std::move(dialer)),
      sink_(sink),
      dialed_(std::move(dialed)),
      connect_timeout_(connect_timeout) {
  scratch_.resize(kBufferSize);
}

Relay::~Relay() {
  assert(tasks_.running() == 0);
}

void Relay::serve(Connection connection) {
  tasks_.spawn(run(std::move(connection)));
}

void Relay::stop() {
  stopping_ = true;
  live_.reset_all(hop_, Reason::emulator_stopped, loop_.now());
}

Task<void> Relay::run(Connection connection) {
  {
    const LiveConnections::Entry entry(live_, *connection.journal, *connection.stream);
    co_await relay(connection);
  }
  connection.stream.reset();
  report(*connection.journal, sink_, loop_.now());
}

Task<void> Relay::relay(Connection& connection) {
  Journal& journal = *connection.journal;
  journal.pass(hop_);
  const DialOptions options{connection.source.ip, 0, connection.prologue, nullptr};
  const Dialer::Dialed dialed = co_await dialer_->dial(connect_timeout_, options);
  if (dialed_) dialed_(dialed);
  if (stopping_ || !dialed.stream) {
    const Reason reason = stopping_ ? Reason::emulator_stopped : dialed.failure;
    journal.end(hop_, reason, EndKind::rst, Toward::client, loop_.now());
    connection.stream->reset(*journal.cause);
    if (dialed.stream) dialed.stream->reset(*journal.cause);
    co_return;
  }
  const LiveConnections::Entry entry(live_, journal, *dialed.stream);
  Session session(*this, connection, *dialed.stream);
  co_await session.run();
}

}  // namespace hoplab::net
