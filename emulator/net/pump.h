// Moves bytes between two streams, both ways, with the back-pressure and the endings of one TCP
// connection.
#pragma once

#include <optional>
#include <string_view>

#include "net/close.h"

namespace hoplab::net {

/// `read_too_far`: what the target has sent before; it comes first. Goes on until both sides have
/// ended in order, or one has reset; passes each side's end on to the other, but for the reset,
/// which is the caller's to carry out on both. With `idle`, emulated time without a byte either way
/// ends it, too.
///
/// Says what ended it: client_closed or target_closed, whichever came first; client_reset or
/// target_reset; idle_timeout.
Task<ServeEnd> pump_both_ways(Stream& client, Stream& target,
                              std::optional<Duration> idle = std::nullopt,
                              std::string_view read_too_far = {});

}  // namespace hoplab::net
