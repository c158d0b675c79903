// A whole body in memory.
#pragma once

#include "http/message.h"

namespace hoplab::http {

/// Appends what `body` still gives to `into`, until it ends, which is returned (closed or failed),
/// or `into` has more than `most` bytes (ok).
Task<net::IoStatus> read_body(Loop& loop, BodySource& body, std::string& into, std::size_t most);

}  // namespace hoplab::http
