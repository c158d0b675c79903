#include "net/relay.h"

#include <cassert>

#include "net/hop_stream.h"
#include "net/pump.h"

namespace hoplab::net {

Relay::Relay(Loop& loop, const Hop& hop, std::unique_ptr<Dialer> dialer, JournalSink& sink,
             std::function<void(const Dialer::Dialed&)> dialed, Duration connect_timeout)
    : loop_(loop),
      hop_(hop),
      dialer_(std::move(dialer)),
      sink_(sink),
      dialed_(std::move(dialed)),
      connect_timeout_(connect_timeout) {}

Relay::Relay(Loop& loop, const Hop& hop, FaultGate& gate, std::unique_ptr<Dialer> dialer,
             JournalSink& sink)
    : Relay(loop, hop, std::move(dialer), sink) {
  gate_ = &gate;
}

void Relay::drain() {
  if (gate_) live_.reset_all(hop_, Reason::listener_deleted, loop_.now());
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
  if (gate_) {
    pass_hop(connection, hop_, *gate_);
  } else {
    connection.journal->pass(hop_);
  }
  {
    const LiveConnections::Entry entry(live_, *connection.journal, *connection.stream);
    co_await relay(connection);
  }
  connection.stream.reset();
  report(*connection.journal, sink_, loop_.now());
}

Task<void> Relay::relay(Connection& connection) {
  Journal& journal = *connection.journal;
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
  const ServeEnd end = co_await pump_both_ways(*connection.stream, *dialed.stream);
  journal.end(hop_, end.reason, end.how, end.toward, loop_.now());
  if (end.how != EndKind::rst) co_return;
  connection.stream->reset(*journal.cause);
  dialed.stream->reset(*journal.cause);
}

}  // namespace hoplab::net
