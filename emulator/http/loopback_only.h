// Who may use the APIs that control the emulator: programs of this machine. A page in a browser on
// it may not, neither by a request to another origin nor by a name that somebody lets lead here
// (DNS rebinding).
#pragma once

#include <optional>
#include <string>

#include "http/message.h"

namespace hoplab::http {

/// Why `request` to `api` ("the admin API") is refused (403); nothing when it may be answered. Host
/// must be a loopback name: localhost or one below it (RFC 6761 6.3), 127.0.0.0/8 or [::1]. What a
/// browser adds to requests of other origins (Origin, Fetch Metadata) must name this one.
std::optional<std::string> refusal(const Request& request, std::string_view api);

}  // namespace hoplab::http
