// The lines of the access log (alb.md 2.2).
#include "aws/alb/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fixture.h"

namespace hoplab::aws {
namespace {

using ::testing::HasSubstr;

/// The entry of AWS's own example.
AccessLogEntry example_of_aws() {
  AccessLogEntry entry;
  entry.type = "https";
  entry.at = Time(Duration(1'530'570'180'186'641));
  entry.load_balancer = "app/my-loadbalancer/50dc6c495c0c9188";
  entry.client = "192.168.131.39:2817";
  entry.target = "10.0.0.1:80";
  entry.request_processing_time = 86ms;
  entry.target_processing_time = 48ms;
  entry.response_processing_time = 37ms;
  entry.elb_status = entry.target_status = 200;
  entry.sent_bytes = 57;
  entry.method = "GET";
  entry.protocol = "https";
  entry.host = "www.example.com";
  entry.port = 443;
  entry.uri = "/";
  entry.http_version = "HTTP/1.1";
  entry.user_agent = "curl/7.46.0";
  entry.tls_cipher = "ECDHE-RSA-AES128-GCM-SHA256";
  entry.tls_protocol = "TLSv1.2";
  entry.target_group_arn =
      "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067";
  entry.trace_id = "Root=1-58337281-1d84f3d73c47ec4e58577259";
  entry.domain_name = "www.example.com";
  entry.chosen_certificate_arn =
      "arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012";
  entry.rule_priority = 1;
  entry.created_at = Time(Duration(1'530'570'168'364'000));
  entry.actions = "authenticate,forward";
  entry.conn_trace_id = "TID_1234abcd5678ef90";
  entry.transformed_host = "m.example.com";
  entry.transform_status = "TransformSuccess";
  entry.node_ip = "10.0.1.5";
  return entry;
}

TEST(AccessLog, HasAwssFieldsInAwssOrder) {
  EXPECT_EQ(access_log_line(example_of_aws(), LogFormat::plain) + "\n",
            testing::fixture("alb/access-log/https.log"));
}

TEST(AccessLog, AnObjectHasAwssNamesAndTheSameTexts) {
  EXPECT_EQ(access_log_line(example_of_aws(), LogFormat::json) + "\n",
            testing::fixture("alb/access-log/https.jsonl"));
}

TEST(AccessLog, WhatCouldNotBeReadIsADash) {
  AccessLogEntry entry;
  entry.type = "http";
  entry.at = entry.created_at = example_of_aws().at;
  entry.load_balancer = example_of_aws().load_balancer;
  entry.client = example_of_aws().client;
  entry.elb_status = 400;
  entry.received_bytes = 18;
  entry.sent_bytes = 272;
  entry.protocol = "http";
  entry.port = 80;
  entry.classification = "Severe";
  entry.classification_reason = "BadMethod";
  entry.conn_trace_id = example_of_aws().conn_trace_id;
  entry.node_ip = example_of_aws().node_ip;
  EXPECT_EQ(access_log_line(entry, LogFormat::plain) + "\n",
            testing::fixture("alb/access-log/malformed.log"));
}

TEST(AccessLog, QuotesAndControlCharactersDoNotEndAField) {
  AccessLogEntry entry = example_of_aws();
  entry.user_agent = "a \"quoted\"\x7f one";
  EXPECT_THAT(access_log_line(entry, LogFormat::plain),
              HasSubstr(R"( "a \x22quoted\x22\x7f one" )"));
  EXPECT_THAT(access_log_line(entry, LogFormat::json),
              HasSubstr(R"(,"user_agent":"a \\x22quoted\\x22\\x7f one",)"));
}

TEST(AccessLog, AUserAgentIsCutAtEightKilobytes) {
  AccessLogEntry entry = example_of_aws();
  const std::string agent(9000, 'a');
  entry.user_agent = agent;
  EXPECT_THAT(access_log_line(entry, LogFormat::plain),
              HasSubstr(" \"" + std::string(8192, 'a') + "\" "));
}

}  // namespace
}  // namespace hoplab::aws
