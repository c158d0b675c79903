#include "base/address_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace hoplab {

namespace {

constexpr int kAllBits = 128;
constexpr int kMappedBits = 96;  // before an IPv4 address
constexpr std::size_t kMappedBytes = kMappedBits / 8;
constexpr std::array<std::uint8_t, kMappedBytes> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

bool IpAddress::ipv4() const noexcept {
  return std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
}

std::uint32_t IpAddress::ipv4_value() const noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + kMappedBytes, sizeof value);
  return ntohl(value);
}

std::string ipv4_text(std::uint32_t address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += (text.empty() ? "" : ".") + std::to_string((address >> shift) & 0xff);
  }
  return text;
}

std::optional<IpAddress> parse_ip(std::string_view text) noexcept {
  char zero_ended[INET6_ADDRSTRLEN + 1];
  if (text.size() >= sizeof zero_ended) return std::nullopt;
  std::memcpy(zero_ended, text.data(), text.size());
  zero_ended[text.size()] = '\0';
  IpAddress address;
  const bool v6 = text.find(':') != std::string_view::npos;
  if (!v6) std::ranges::copy(kMapped, address.bytes.begin());
  auto* const into = address.bytes.data() + (v6 ? 0 : kMappedBytes);
  if (::inet_pton(v6 ? AF_INET6 : AF_INET, zero_ended, into) != 1) return std::nullopt;
  return address;
}

bool AddressRange::contains(const IpAddress& address) const noexcept {
  if (network.ipv4() != address.ipv4()) return false;  // ::/0 has no IPv4 address
  const auto whole = static_cast<std::size_t>(prefix_bits / 8);
  if (std::memcmp(network.bytes.data(), address.bytes.data(), whole) != 0) return false;
  const int rest = prefix_bits % 8;
  if (rest == 0) return true;
  return ((network.bytes[whole] ^ address.bytes[whole]) & (0xff00 >> rest) & 0xff) == 0;
}

bool AddressRange::exact() const noexcept {
  IpAddress first;  // of the range: what is behind the prefix is zero
  for (int bit = 0; bit < prefix_bits; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    first.bytes[byte] =
        static_cast<std::uint8_t>(first.bytes[byte] | (network.bytes[byte] & (0x80 >> bit % 8)));
  }
  return first == network;
}

std::uint32_t AddressRange::ipv4_mask() const noexcept {
  const int bits = std::max(prefix_bits - kMappedBits, 0);
  return bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
}

Result<AddressRange> parse_range(std::string_view cidr) {
  const auto slash = cidr.find('/');
  const std::string quoted = "'" + std::string(cidr) + "'";
  const auto address = parse_ip(cidr.substr(0, slash));
  if (!address) return Error{quoted + " is no IP address or CIDR block"};
  if (slash == std::string_view::npos) return AddressRange{*address, kAllBits};
  const bool v6 = cidr.substr(0, slash).find(':') != std::string_view::npos;
  const int most = v6 ? kAllBits : kAllBits - kMappedBits;
  const char* const end = cidr.data() + cidr.size();
  int bits = 0;
  const auto parsed = std::from_chars(cidr.data() + slash + 1, end, bits);
  if (parsed.ec != std::errc() || parsed.ptr != end || bits < 0 || bits > most) {
    return Error{quoted + ": a prefix has 0 to " + std::to_string(most) + " bits"};
  }
  return AddressRange{*address, kAllBits - most + bits};
}

bool contains(const AddressSet& set, std::string_view ip) {
  const auto address = parse_ip(ip);
  return address && std::ranges::any_of(
                        set, [&](const AddressRange& range) { return range.contains(*address); });
}

}  // namespace hoplab
