// The parts of an authority ("host", "host:port", "[v6]:port"), as rules, redirects and the Host
// field need them.
#pragma once

#include <string_view>

namespace hoplab::http {

struct Authority {
  std::string_view host;  // brackets of an IPv6 address included
  std::string_view port;  // empty: none given ("host:" counts as none, RFC 3986 6.2.3)
};

inline Authority split_authority(std::string_view authority) noexcept {
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.find(']', colon) != std::string_view::npos) {
    return {authority, {}};
  }
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

}  // namespace hoplab::http
