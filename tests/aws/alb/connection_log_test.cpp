// The lines of the connection log (alb.md 2.1).
#include "aws/alb/connection_log.h"

#include <gtest/gtest.h>

#include "support/fixture.h"

namespace hoplab::aws {
namespace {

/// The entry of AWS's own example.
ConnectionLogEntry example() {
  ConnectionLogEntry entry;
  entry.at = Time(Duration(1696439115514108));
  entry.client_ip = "203.0.113.1";
  entry.client_port = 36280;
  entry.listener_port = 443;
  entry.tls_protocol = "TLSv1.2";
  entry.tls_cipher = "ECDHE-RSA-AES128-GCM-SHA256";
  entry.tls_handshake_latency = Duration(4036000);
  entry.leaf_subject = "CN=amazondomains.com,O=endEntity,L=Seattle,ST=Washington,C=US";
  entry.leaf_validity = "NotBefore=2023-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z";
  entry.leaf_serial_number = "FEF257372D5C14D4";
  entry.tls_verify_status = "Success";
  entry.conn_trace_id = "TID_3180a73013c8ca4bac2f731159d4b0fe";
  entry.tls_key_exchange = "x25519";
  entry.load_balancer = "app/alb/0123456789abcdef";
  entry.node_ip = "10.0.0.5";
  return entry;
}

TEST(ConnectionLog, HasAwssFieldsInAwssOrder) {
  EXPECT_EQ(connection_log_line(example(), LogFormat::plain) + "\n",
            testing::fixture("alb/connection-log/success.log"));
}

TEST(ConnectionLog, AnObjectHasAwssNamesAndTheSameTexts) {
  EXPECT_EQ(connection_log_line(example(), LogFormat::json) + "\n",
            testing::fixture("alb/connection-log/success.jsonl"));
}

TEST(ConnectionLog, AFailedHandshakeHasNoLatencyButKeepsTheRest) {
  ConnectionLogEntry entry = example();
  entry.tls_handshake_latency.reset();
  entry.tls_verify_status = "Failed:ClientCertUntrusted";
  EXPECT_EQ(connection_log_line(entry, LogFormat::plain) + "\n",
            testing::fixture("alb/connection-log/refused.log"));
}

TEST(ConnectionLog, WhatThereIsNotIsADash) {
  ConnectionLogEntry entry;
  entry.client_ip = "203.0.113.1";
  entry.client_port = 1;
  entry.listener_port = 80;
  EXPECT_EQ(connection_log_line(entry, LogFormat::plain) + "\n",
            testing::fixture("alb/connection-log/plain-http.log"));
}

TEST(ConnectionLog, LatencyIsRoundedToMilliseconds) {
  ConnectionLogEntry entry = example();
  entry.tls_handshake_latency = Duration(1499);
  EXPECT_NE(connection_log_line(entry, LogFormat::plain).find(" 0.001 \""), std::string::npos);
  entry.tls_handshake_latency = Duration(1999600);
  EXPECT_NE(connection_log_line(entry, LogFormat::plain).find(" 2.000 \""), std::string::npos);
}

}  // namespace
}  // namespace hoplab::aws
