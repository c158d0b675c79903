#include "net/close.h"

#include <array>

#include "base/deadline.h"

namespace hoplab::net {

Task<void> close_in_order(Stream& stream) {
  WaitSlot slot(stream.loop());
  Deadline deadline(stream.loop(), slot);
  stream.shutdown_write();
  std::array<char, 1024> sink;
  for (std::size_t dropped = 0; !deadline.passed() && dropped < kLingerBytes;) {
    const IoResult result = stream.try_read(sink);
    if (result.ended()) break;
    dropped += result.size;
    if (result.ok()) continue;
    if (!deadline.armed()) deadline.after(kLingerTime);
    if (!stream.try_flush()) stream.watch_write(&slot);  // TLS: the FIN waits behind the rest
    stream.watch_read(&slot);
    co_await slot;
    stream.watch_read(nullptr);
    stream.watch_write(nullptr);
  }
}

namespace {

/// Whether the peer answers our FIN with an RST, for which it has a short while: one of TLS has
/// said its last word before it closes.
Task<bool> met_reset(Stream& stream) {
  WaitSlot slot(stream.loop());
  Deadline deadline(stream.loop(), slot);
  deadline.after(kLingerTime);
  for (;;) {
    const auto reset = stream.reset_by_peer();
    if (reset || deadline.passed() || stream.loop().shutting_down())
      co_return reset.value_or(false);
    stream.watch_read(&slot);
    co_await slot;
    stream.watch_read(nullptr);
  }
}

}  // namespace

Task<IoResult> read_within(Stream& stream, std::span<char> into, Duration timeout) {
  WaitSlot slot(stream.loop());
  Deadline deadline(stream.loop(), slot);
  deadline.after(timeout);
  for (;;) {
    const IoResult result = stream.try_read(into);
    if (deadline.passed() || !result.would_block()) co_return result;
    stream.watch_read(&slot);
    co_await slot;
    stream.watch_read(nullptr);
  }
}

Task<IoStatus> hold(Stream& stream, Duration time) {
  const Time until = stream.loop().now() + time;
  std::array<char, 1024> sink;
  for (std::size_t dropped = 0; dropped < kLingerBytes;) {
    const Duration left = until - stream.loop().now();
    if (left <= Duration::zero() || stream.loop().shutting_down()) co_return IoStatus::would_block;
    const IoResult result = co_await read_within(stream, sink, left);
    if (result.ended()) co_return result.status;
    dropped += result.size;
  }
  WaitSlot slot(stream.loop());
  Timer deadline(stream.loop(), [&slot] { slot.notify(); });
  deadline.at(until);
  co_await slot;
  co_return IoStatus::would_block;
}

Task<void> finish_connection(Connection& connection, const Hop& hop, ServeEnd end) {
  Journal& journal = *connection.journal;
  journal.end(hop, end.reason, end.how, end.toward, connection.stream->loop().now());
  if (journal.cause->how == EndKind::rst) {
    connection.stream->reset(*journal.cause);
    co_return;
  }
  co_await close_in_order(*connection.stream);
  if (party_of(end.reason) != Party::client || !co_await met_reset(*connection.stream)) co_return;
  // A client that has closed answers our close_notify with an RST; one that sends an alert and
  // leaves something unread sends it at once.
  journal.client_reset = true;
  if (end.reason == Reason::client_tls_alert) journal.cause->how = EndKind::rst;
}

}  // namespace hoplab::net
