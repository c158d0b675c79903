// Moves bytes between two streams, both ways, with the back-pressure and the endings of one TCP
// connection.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "net/close.h"

namespace hoplab::net {

/// What moves at once; the size of a scratch buffer for pump_both_ways().
inline constexpr std::size_t kPumpBuffer = 64 * 1024;

/// Goes on until both sides have ended in order, or one has reset; passes each side's end on to the
/// other, but for the reset, which is the caller's to carry out on both. With `idle`, emulated time
/// without a byte either way ends it, too.
///
/// Says what ended it: client_closed or target_closed, whichever came first; client_reset or
/// target_reset; idle_timeout. `scratch` has kPumpBuffer bytes, and may be shared by all of a loop.
Task<ServeEnd> pump_both_ways(Stream& client, Stream& target, Bytes& scratch,
                              std::optional<Duration> idle = std::nullopt);

}  // namespace hoplab::net
