// PROXY protocol v2 as AWS writes it, held to the vector that AWS publishes with its parser
// (proprot, Compatibility_AwsNetworkLoadBalancerTest).
#include "aws/nlb/proxy_protocol.h"

#include <gtest/gtest.h>

namespace hoplab::testing {
namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

}  // namespace

TEST(ProxyProtocol, IsAwsOwnVectorBehindAnEndpoint) {
  const std::string header = aws::proxy_protocol_header(
      {"172.31.7.113", 0xc8f2}, {"172.31.10.31", 80}, "vpce-08d2bf15fac5001c9");
  EXPECT_EQ(hex(header),
            "0d0a0d0a000d0a515549540a"
            "2111"
            "0054"
            "ac1f0771"
            "ac1f0a1f"
            "c8f2"
            "0050"
            "030004e8d6892d"
            "ea001701"
            "767063652d30386432626631356661633530303163"
            "39"
            "040024" +
                std::string(72, '0'));
}

TEST(ProxyProtocol, HasTheSameLengthWithoutAnEndpoint) {
  const std::string header = aws::proxy_protocol_header({"127.0.0.2", 1}, {"127.0.0.3", 443}, "");
  EXPECT_EQ(header.size(), 100u);
  EXPECT_EQ(hex(header).substr(70, 6), "04003e");
}

TEST(ProxyProtocol, AHealthCheckSpeaksForItself) {
  EXPECT_EQ(hex(aws::proxy_protocol_local_header()),
            "0d0a0d0a000d0a515549540a"
            "20000000");
}

}  // namespace hoplab::testing
