// SilencedStream: a connection's other side, when packets toward it vanish on the way. Nothing
// comes from it any more, what is written is never acknowledged, and neither is an end.
//
// A kernel gives such a connection up when it has sent its oldest data again for long enough
// (Linux: tcp_retries2, RFC 1122 4.2.3.5); until there is data, it believes in the connection for
// ever.
#pragma once

#include <memory>

#include "net/stream.h"

namespace hoplab::net {

/// From the first data or FIN until the connection is given up.
inline constexpr Duration kRetransmissionTime = 924s;
/// What a kernel takes before a writer has to wait.
inline constexpr std::size_t kUnacknowledged = 256 * 1024;

std::unique_ptr<Stream> make_silenced_stream(Loop& loop);

}  // namespace hoplab::net
