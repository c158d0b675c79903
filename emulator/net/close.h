// Ending a connection in order. A socket that is closed while input waits unread sends an RST that
// nobody asked for, so our FIN goes first, and what the peer still sends is read and dropped until
// its FIN, for a short while.
#pragma once

#include "base/cause.h"
#include "net/connection.h"

namespace hoplab::net {

/// At most this much emulated time and input until the peer's FIN; then the connection is simply
/// closed, which resets a peer that still sends.
inline constexpr Duration kLingerTime = 2s;
inline constexpr std::size_t kLingerBytes = 256 * 1024;

Task<void> close_in_order(Stream& stream);

/// How serving a connection ended.
struct ServeEnd {
  Reason reason = Reason::client_closed;
  EndKind how = EndKind::fin;  // what is to be done: FIN (in order) or RST
  Toward toward = Toward::client;
};

/// Records how serving ended, as `hop`'s doing, and ends the stream that way. An end that was
/// recorded before (a fault, a stop) stays.
Task<void> finish_connection(Connection& connection, const Hop& hop, ServeEnd end);

/// One read, within `timeout` of emulated time; would_block when nothing came.
Task<IoResult> read_within(Stream& stream, std::span<char> into, Duration timeout);

/// Keeps the connection open and silent for `time`. How the peer ended it meanwhile (closed,
/// failed), or would_block. What the peer sends is dropped, up to kLingerBytes, and then left
/// unread.
Task<IoStatus> hold(Stream& stream, Duration time);

}  // namespace hoplab::net
