#include "net/connection.h"

#include <charconv>

namespace hoplab::net {

Result<Address> parse_address(const std::string& text) {
  const auto colon = text.rfind(':');
  Address address;
  if (colon == std::string::npos || colon == 0) return Error{"'" + text + "' is not host:port"};
  address.ip = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, address.port);
  if (parsed.ec != std::errc() || parsed.ptr != end || address.port == 0) {
    return Error{"'" + text + "' is not host:port with a port from 1 to 65535"};
  }
  return address;
}

}  // namespace hoplab::net
