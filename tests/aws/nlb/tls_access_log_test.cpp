// The access log's line, field by field, in the shape of AWS's example.
#include "aws/nlb/tls_access_log.h"

#include <gtest/gtest.h>

#include "support/fixture.h"

namespace hoplab::testing {

namespace {

/// The entry of AWS's own example, with a key exchange.
aws::TlsAccessLogEntry tls_example_of_aws() {
  aws::TlsAccessLogEntry entry;
  entry.established_at = Time(std::chrono::seconds(1545274770));  // 2018-12-20T02:59:30Z
  entry.ended_at = entry.established_at + 10s;
  entry.load_balancer = "net/my-network-loadbalancer/c6e77e28c25b2234";
  entry.listener = "g3d4b5e8bb8464cd";
  entry.client = "72.21.218.154:51341";
  entry.destination = "172.100.100.185:443";
  entry.handshake_time = 2ms;
  entry.received_bytes = 98;
  entry.sent_bytes = 246;
  entry.certificate_arn = "arn:aws:acm:us-east-2:671290407336:certificate/server";
  entry.tls_cipher = "ECDHE-RSA-AES128-SHA";
  entry.tls_protocol = "TLSv1.2";
  entry.tls_key_exchange = "x25519";
  entry.domain_name = "my-network-loadbalancer.elb.us-east-2.amazonaws.com";
  entry.alpn = "h2";
  return entry;
}

}  // namespace

TEST(TlsAccessLog, ALineAsAwsWritesIt) {
  EXPECT_EQ(
      aws::tls_access_log_line(tls_example_of_aws(), aws::LogFormat::plain),
      "tls 2.0 2018-12-20T02:59:40 net/my-network-loadbalancer/c6e77e28c25b2234 "
      "g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 10000 2 98 246 - "
      "arn:aws:acm:us-east-2:671290407336:certificate/server - ECDHE-RSA-AES128-SHA tlsv12 "
      "x25519 my-network-loadbalancer.elb.us-east-2.amazonaws.com h2 - - 2018-12-20T02:59:30");
}

TEST(TlsAccessLog, AnObjectHasAwssNamesAndTheSameTexts) {
  EXPECT_EQ(aws::tls_access_log_line(tls_example_of_aws(), aws::LogFormat::json) + "\n",
            fixture("nlb/access-log/tls.jsonl"));
}

TEST(TlsAccessLog, WhatIsNotKnownIsADash) {
  aws::TlsAccessLogEntry entry;
  entry.established_at = entry.ended_at = Time();
  entry.load_balancer = "net/nlb/0";
  entry.listener = "1";
  entry.client = "127.0.0.1:1";
  entry.destination = "127.0.0.2:443";
  entry.incoming_tls_alert = 42;
  entry.certificate_arn = "arn";
  entry.domain_name = "a b%";
  EXPECT_EQ(
      aws::tls_access_log_line(entry, aws::LogFormat::plain),
      "tls 2.0 1970-01-01T00:00:00 net/nlb/0 1 127.0.0.1:1 127.0.0.2:443 0 - 0 0 42 arn - - - - "
      "a%20b%25 - - - 1970-01-01T00:00:00");
}

}  // namespace hoplab::testing
