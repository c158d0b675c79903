// Addresses as the command lines have them.
#include "load/address.h"

#include <arpa/inet.h>

#include <charconv>

namespace hoplab::bench {

bool parse_address(const std::string& text, sockaddr_in& out) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return false;
  unsigned port = 0;
  const char* first = text.data() + colon + 1;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(first, last, port);
  if (error != std::errc() || end != last || port == 0 || port > 65535) return false;
  out = sockaddr_in{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<std::uint16_t>(port));
  return inet_pton(AF_INET, text.substr(0, colon).c_str(), &out.sin_addr) == 1;
}

}  // namespace hoplab::bench
