// Reports and configurations of people who do this job, reduced; each file of cases/ once went
// wrong here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "scenario/checks/runner.h"
#include "scenario/format/reader.h"
#include "support/raw_client.h"

namespace hoplab::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ReadOutcome read_case(const std::string& name) {
  const std::string file = name + ".json";
  return read_scenario_text(read_file(HOPLAB_SOURCE_DIR "/tests/scenario/cases/" + file).value(),
                            file);
}

/// The case, running.
struct Case {
  explicit Case(const std::string& name) {
    ReadOutcome read = read_case(name);
    if (!read.ok()) {
      ADD_FAILURE() << to_text(read.diagnostics);
      return;
    }
    scenario = std::move(*read.scenario);
    EmulatorOptions options;
    options.clock = scenario.clock;
    auto made = Emulator::from_topology(scenario.topology, options);
    if (!made) {
      ADD_FAILURE() << made.error();
      return;
    }
    emulator.emplace(std::move(made).value());
    const auto started = emulator->start();
    EXPECT_TRUE(started.ok()) << started.error();
  }

  void expect_every_check_to_pass() {
    if (!emulator) return;
    const auto results = run_checks(scenario, *emulator);
    EXPECT_FALSE(results.empty());
    for (const CheckResult& one : results) EXPECT_THAT(one.failures, IsEmpty()) << one.name;
  }

  Scenario scenario;
  std::optional<Emulator> emulator;
};

TEST(Cases, HealthIsCheckedOnAPlainListenerBesideOneOfVerifyMode) {
  Case one("04-health-check-port");
  one.expect_every_check_to_pass();
  if (!one.emulator) return;
  for (const TargetStatus& target : one.emulator->target_health()) {
    EXPECT_EQ(target.state, "healthy") << target.description;
  }
}

TEST(Cases, WhatTheCdkWritesIntoEveryGroupIsTaken) {
  Case("07-alb-group-attributes").expect_every_check_to_pass();
}

TEST(Cases, ANetworkLoadBalancerReachesAnExecuteApiEndpoint) {
  Case("08-nlb-to-execute-api").expect_every_check_to_pass();
}

TEST(Cases, AnActionThatAuthenticatesNeedsAllOfItsProviderAndTls) {
  const ReadOutcome read = read_case("09-authenticate-then-forward");
  EXPECT_FALSE(read.ok());
  const std::string told = to_text(read.diagnostics);
  const std::string config =
      "/LoadBalancers/alb/Listeners/0/DefaultActions/0/AuthenticateOidcConfig: it needs ";
  EXPECT_THAT(told, HasSubstr(config + "AuthorizationEndpoint"));
  EXPECT_THAT(told, HasSubstr(config + "ClientSecret"));
  EXPECT_THAT(told, HasSubstr("/DefaultActions/0/Type: actions that authenticate need an HTTPS "
                              "listener"));
}

TEST(Cases, ARangeThatNobodyHereHasIsNoted) {
  const Case one("10-cidr-that-nobody-has");
  ASSERT_TRUE(one.emulator);
  EXPECT_THAT(one.emulator->notes(), ElementsAre(HasSubstr("10.10.0.0/16")));
}

TEST(Cases, ABrowserGetsAPaddedErrorPage) {
  Case("16-error-page-for-chrome-is-padded").expect_every_check_to_pass();
}

TEST(Cases, ACheckSeesTheContentLength) {
  Case("18-check-cannot-see-content-length").expect_every_check_to_pass();
}

TEST(Cases, AContentLengthBeyondSixtyThreeBitsIsRefused) {
  const Case one("19-content-length-2-64");
  ASSERT_TRUE(one.emulator);
  const EndpointAddress door = one.emulator->endpoints().front();
  const struct {
    const char* length;
    const char* answer;
  } rows[] = {{"9223372036854775807", "HTTP/1.1 503 "},
              {"9223372036854775808", "HTTP/1.1 400 Bad Request\r\n"},
              {"18446744073709551615", "HTTP/1.1 400 Bad Request\r\n"},
              {"18446744073709551616", "HTTP/1.1 400 Bad Request\r\n"}};
  for (const auto& row : rows) {
    testing::RawClient client(door.port, door.address);
    client.send(std::string("SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ "
                            "HTTP/1.1\r\nHost: 10.100.10.10\r\nContent-Length: ") +
                row.length + "\r\n\r\n");
    EXPECT_THAT(client.receive_until("\r\n\r\n"), ::testing::StartsWith(row.answer)) << row.length;
  }
}

TEST(Cases, AttributesThatAChangeDoesNotGiveStay) {
  Case("20-attributes-that-are-not-given").expect_every_check_to_pass();
}

}  // namespace
}  // namespace hoplab::scenario
