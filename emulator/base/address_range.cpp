#include "base/address_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace hoplab {

namespace {

Result<std::uint32_t> parse_ip(std::string_view text) {
  in_addr raw{};
  if (::inet_pton(AF_INET, std::string(text).c_str(), &raw) != 1) {
    return Error{"'" + std::string(text) + "' is no IPv4 address"};
  }
  return ntohl(raw.s_addr);
}

}  // namespace

Result<AddressRange> parse_range(std::string_view cidr) {
  const auto slash = cidr.find('/');
  const auto network = parse_ip(cidr.substr(0, slash));
  if (!network) return Error{network.error()};
  unsigned bits = 32;
  if (slash != std::string_view::npos) {
    const char* const end = cidr.data() + cidr.size();
    const auto parsed = std::from_chars(cidr.data() + slash + 1, end, bits);
    if (parsed.ec != std::errc() || parsed.ptr != end || bits > 32) {
      return Error{"'" + std::string(cidr) + "': a prefix has 0 to 32 bits"};
    }
  }
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  if ((network.value() & mask) != network.value()) {
    return Error{"'" + std::string(cidr) + "' has bits behind its prefix"};
  }
  return AddressRange{network.value(), mask};
}

bool contains(const AddressSet& set, std::string_view ip) {
  const auto address = parse_ip(ip);
  return address && std::ranges::any_of(set, [&](const AddressRange& range) {
           return range.contains(address.value());
         });
}

}  // namespace hoplab
