// Field names that a proxy does not pass on as they are.
#pragma once

#include <string_view>

#include "base/ascii.h"
#include "http/message.h"

namespace hoplab::http {

/// Fields of one connection (RFC 9110 7.6.1) and of a message's framing: whoever writes a message
/// makes them anew.
inline bool belongs_to_connection(std::string_view name) noexcept {
  switch (name.size()) {
    case 2: return iequals(name, "TE");
    case 7: return iequals(name, "Upgrade");
    case 10: return iequals(name, "Connection") || iequals(name, "Keep-Alive");
    case 14: return iequals(name, "Content-Length");
    case 16: return iequals(name, "Proxy-Connection");
    case 17: return iequals(name, "Transfer-Encoding");
    default: return false;
  }
}

}  // namespace hoplab::http
