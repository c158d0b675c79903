// Ending a connection in order. A socket that is closed while input waits unread sends an RST that
// nobody asked for, so our FIN goes first, and what the peer still sends is read and dropped until
// its FIN, for a short while.
#pragma once

#include "net/stream.h"

namespace hoplab::net {

/// At most this much emulated time for the peer's FIN; then the connection is simply closed.
inline constexpr Duration kLingerTime = 2s;

Task<void> close_in_order(Stream& stream);

}  // namespace hoplab::net
