#include "aws/nlb/proxy_protocol.h"

#include <boost/crc.hpp>

#include "base/address_range.h"

namespace hoplab::aws {

namespace {

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kLength = 84;  // of what follows the length itself
constexpr char kCrc32c = 0x03, kNoop = 0x04, kAws = static_cast<char>(0xea);
constexpr char kVpceId = 0x01;

void put16(std::string& to, std::size_t value) {
  to += static_cast<char>(value >> 8);
  to += static_cast<char>(value & 0xff);
}

void put32(std::string& to, std::uint32_t value) {
  put16(to, value >> 16);
  put16(to, value & 0xffff);
}

void put_ip(std::string& to, const std::string& ip) {
  const auto address = parse_ip(ip);
  put32(to, address ? address->ipv4_value() : 0);
}

void put_tlv(std::string& to, char type, std::string_view value) {
  to += type;
  put16(to, value.size());
  to += value;
}

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

}  // namespace

std::string proxy_protocol_header(const net::Address& source, const net::Address& destination,
                                  const std::string& vpc_endpoint_id) {
  std::string header(kSignature);
  header += "\x21\x11";  // version 2, PROXY; IPv4, STREAM
  put16(header, kLength);
  put_ip(header, source.ip);
  put_ip(header, destination.ip);
  put16(header, source.port);
  put16(header, destination.port);
  const std::size_t crc_at = header.size() + 3;
  put_tlv(header, kCrc32c, std::string_view("\0\0\0\0", 4));
  if (!vpc_endpoint_id.empty()) put_tlv(header, kAws, kVpceId + vpc_endpoint_id);
  constexpr std::size_t kWhole = 16 + kLength, kTlvHead = 3;
  put_tlv(header, kNoop, std::string(kWhole - header.size() - kTlvHead, '\0'));
  std::string crc;
  put32(crc, crc32c(header));
  return header.replace(crc_at, crc.size(), crc);
}

std::string proxy_protocol_local_header() {
  std::string header(kSignature);
  header += "\x20";
  header.append(3, '\0');  // unspecified addresses, nothing follows
  return header;
}

}  // namespace hoplab::aws
