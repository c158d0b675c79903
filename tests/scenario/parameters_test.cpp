// Parameters: defaults, values from outside, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small_scenario.h"

namespace hoplab::scenario {
namespace {

using ::testing::HasSubstr;

std::string with_service() {
  return small_with(R"("mine": { )", R"("mine": { "address": "${service}", )")
      .insert(1, R"("parameters": { "service": { "description": "host:port", "default": "" } },)");
}

TEST(Parameters, DefaultHoldsUntilAValueIsSet) {
  EXPECT_EQ(read_good(with_service()).topology.services[0].address, "");
  const Scenario scenario = read_good(with_service(), {{"service", "127.0.0.1:9000"}});
  EXPECT_EQ(scenario.topology.services[0].address, "127.0.0.1:9000");
  EXPECT_EQ(scenario.parameters[0].value, "127.0.0.1:9000");
  EXPECT_EQ(scenario.parameters[0].default_value, "");
}

TEST(Parameters, ValueIsJudgedLikeWrittenText) {
  EXPECT_EQ(report(with_service(), {{"service", "9000"}}),
            "test.json:15: /services/mine/address: found \"9000\"; it takes host:port, or nothing "
            "for the stand-in\n");
}

TEST(Parameters, UnknownSettingNamesItsNeighbour) {
  EXPECT_THAT(
      report(with_service(), {{"servcie", "x:1"}}),
      HasSubstr("found --set servcie=...; there is no such parameter; there is service; did "
                "you mean \"service\"?"));
}

TEST(Parameters, SettingWithoutAnyParameterIsRefused) {
  EXPECT_THAT(report(kSmall, {{"service", "x:1"}}), HasSubstr("the scenario has no parameters"));
}

TEST(Parameters, ValueIsNotSubstitutedAgain) {
  const std::string text = small_with("\"small\"", "\"${a}\"")
                               .insert(1, R"("parameters": { "a": { "default": "${b}" } },)");
  EXPECT_EQ(read_good(text).title, "${b}");
}

TEST(Parameters, DoubledDollarStandsForItself) {
  EXPECT_EQ(read_good(small_with("\"small\"", "\"$${a} costs $5\"")).title, "${a} costs $5");
}

TEST(Parameters, UnclosedReferenceIsRefused) {
  EXPECT_THAT(report(small_with("\"small\"", "\"${a\"")), HasSubstr("${ without }"));
}

TEST(Parameters, EndpointIdOfThePolicyIsTheGivenOne) {
  const std::string text = small_with("\"small\"", "\"${vpce:e}\"");
  const std::string endpoint = R"("VpcEndpoints": { "e": { "ServiceName": "execute-api",
      "VpcEndpointId": "vpce-0123456789abcdef0" } }, )";
  EXPECT_EQ(read_good(std::string(text).insert(1, endpoint)).title, "vpce-0123456789abcdef0");
}

}  // namespace
}  // namespace hoplab::scenario
