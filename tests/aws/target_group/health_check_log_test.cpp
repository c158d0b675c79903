// The lines of the health check log (alb.md 6.4).
#include "aws/target_group/health_check_log.h"

#include <gtest/gtest.h>

#include "support/fixture.h"

namespace hoplab::aws {
namespace {

/// AWS's own example, with the fields that it does not have yet.
HealthCheckLogEntry example() {
  HealthCheckLogEntry entry;
  entry.type = "http";
  entry.at = Time(Duration(1'761'914'698'901'409));
  entry.latency = Duration(1'121'980);
  entry.target = "172.31.31.9:80";
  entry.target_group = "HCLogsTestIPs";
  entry.status = 502;
  entry.reason = "TargetError";
  entry.load_balancer = "app/alb/0123456789abcdef";
  entry.node_ip = "10.0.1.5";
  return entry;
}

TEST(HealthCheckLog, HasAwssFieldsInAwssOrder) {
  EXPECT_EQ(health_check_log_line(example(), LogFormat::plain) + "\n",
            testing::fixture("alb/health-check-log/failed.log"));
}

TEST(HealthCheckLog, AnObjectHasAwssNamesAndTheSameTexts) {
  EXPECT_EQ(health_check_log_line(example(), LogFormat::json) + "\n",
            testing::fixture("alb/health-check-log/failed.jsonl"));
}

TEST(HealthCheckLog, ACheckThatPassedHasNoReason) {
  HealthCheckLogEntry entry = example();
  entry.type = "https";
  entry.target = "172.31.31.9:443";
  entry.latency = 2ms;
  entry.passed = true;
  entry.status = 200;
  entry.reason = {};
  EXPECT_EQ(health_check_log_line(entry, LogFormat::plain) + "\n",
            testing::fixture("alb/health-check-log/passed.log"));
}

}  // namespace
}  // namespace hoplab::aws
