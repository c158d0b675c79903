// The Host field that targets receive: the table of alb.md 4.3.
#include <gtest/gtest.h>

#include "target_lab.h"

namespace hoplab::aws {
namespace {

using lab::Prepared;

constexpr const char* kDnsName = "internal-lb-1.eu-west-1.elb.amazonaws.com";

TEST(TargetHost, FollowsTheTable) {
  const struct {
    std::uint16_t port;
    const char* host;
    const char* rewritten;
    const char* preserved;
  } rows[] = {
      {443, "a.com", "a.com", "a.com"},         {443, "A.Com", "a.com", "A.Com"},
      {443, "a.com:443", "a.com", "a.com:443"}, {443, "a.com:9", "a.com", "a.com:9"},
      {80, "a.com:80", "a.com", "a.com:80"},    {443, "[::1]", "[::1]", "[::1]"},
      {443, "[::1]:443", "[::1]", "[::1]:443"}, {8080, "a.com", "a.com:8080", "a.com"},
      {8080, "a.com:", "a.com:8080", "a.com:"}, {8080, "a.com:8080", "a.com:8080", "a.com:8080"},
      {8080, "a.com:9", "a.com:9", "a.com:9"},  {8080, "[::1]", "[::1]:8080", "[::1]"},
  };
  for (const auto& row : rows) {
    for (const bool preserve : {false, true}) {
      Prepared prepared;
      prepared.client.listener_port = row.port;
      prepared.attributes.preserve_host_header = preserve;
      prepared.run({{"hOST", row.host}});
      EXPECT_EQ(lab::any_case(prepared.headers(), "Host"), preserve ? row.preserved : row.rewritten)
          << row.port << " " << row.host;
    }
  }
}

TEST(TargetHost, OfHttp2IsTheAuthority) {
  const struct {
    bool preserve;
    std::uint16_t port;
    const char* expected;
  } rows[] = {{false, 443, "a.com"}, {false, 8443, "a.com:9"}, {true, 443, "A.com:9"}};
  for (const auto& row : rows) {
    Prepared prepared;
    prepared.version = http::Version::http2;
    prepared.authority = "A.com:9";
    prepared.client.listener_port = row.port;
    prepared.attributes.preserve_host_header = row.preserve;
    prepared.run({{"host", "a.COM:9"}, {"accept", "*/*"}});
    EXPECT_EQ(lab::any_case(prepared.headers(), "Host"), row.expected);
    EXPECT_EQ(prepared.clients(), "accept: */*\n");
  }
}

TEST(TargetHost, OfAnAbsoluteFormTargetIsItsAuthorityUnlessPreserved) {
  for (const bool preserve : {false, true}) {
    Prepared prepared;
    prepared.authority = "uri.com";
    prepared.attributes.preserve_host_header = preserve;
    prepared.run({{"Host", "field.com"}});
    EXPECT_EQ(lab::any_case(prepared.headers(), "Host"), preserve ? "field.com" : "uri.com");
  }
}

TEST(TargetHost, OfSeveralIsOneUnlessPreserved) {
  for (const bool preserve : {false, true}) {
    Prepared prepared;
    prepared.attributes.preserve_host_header = preserve;
    prepared.run({{"Host", "a.com"}, {"X-Between", "1"}, {"host", "b.com"}, {"Host", "c.com"}});
    EXPECT_EQ(lab::all(prepared.headers(), "Host"), preserve ? "a.com | b.com | c.com" : "a.com");
    EXPECT_EQ(prepared.clients(), "X-Between: 1\n");
  }
}

TEST(TargetHost, OfAnHttp10RequestWithoutOneIsTheLoadBalancersName) {
  for (const bool preserve : {false, true}) {
    Prepared prepared;
    prepared.version = http::Version::http10;
    prepared.attributes.preserve_host_header = preserve;
    prepared.run({{"Accept", "*/*"}});
    EXPECT_EQ(lab::all(prepared.headers(), "Host"), kDnsName);
  }
}

}  // namespace
}  // namespace hoplab::aws
