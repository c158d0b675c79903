// The words and patterns of checks.
#include "scenario/checks/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "small_scenario.h"

namespace hoplab::scenario {
namespace {

using ::testing::HasSubstr;

TEST(CheckWords, EveryCauseHasOneNameOfItsOwn) {
  std::vector<std::string_view> names;
  for (const auto& [name, reason] : causes()) {
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(std::count(names.begin(), names.end(), name), 0) << name;
    names.push_back(name);
  }
}

TEST(CheckWords, VerifyStatusesAreTheConnectionLogs) {
  EXPECT_EQ(verify_statuses().size(), 14u);
  EXPECT_EQ(verify_statuses().front(), "Success");
  EXPECT_EQ(verify_statuses().back(), "Failed:UnmappedConnectionError");
}

std::string with_check(const std::string& check) {
  return small_with("\"entry\"", "\"checks\": [" + check + "], \"entry\"");
}

TEST(CheckReading, EachFormOfAHeaderExpectation) {
  const Scenario scenario = read_good(with_check(R"({ "name": "n", "tls": "1.3", "http": "2",
      "request": { "method": "POST", "path": "/a?b", "headers": { "Host": "h" }, "body": [1, "x"] },
      "expect": { "status": 200, "bodyLike": "*", "headers": {
        "A": "text", "B": true, "C": false, "D": { "like": "d*" } } } })"));
  const Check& check = scenario.checks.at(0);
  EXPECT_EQ(check.tls, TlsVersion::tls13);
  EXPECT_EQ(check.http, HttpVersion::http2);
  EXPECT_EQ(check.request.body, R"([1,"x"])");
  EXPECT_EQ(check.request.headers[0].second, "h");
  using Kind = HeaderExpectation::Kind;
  const auto& headers = check.expect.headers;
  ASSERT_EQ(headers.size(), 4u);
  EXPECT_EQ(headers[0].kind, Kind::equals);
  EXPECT_EQ(headers[0].value, "text");
  EXPECT_EQ(headers[1].kind, Kind::present);
  EXPECT_EQ(headers[2].kind, Kind::absent);
  EXPECT_EQ(headers[3].kind, Kind::like);
  EXPECT_EQ(headers[3].value, "d*");
}

TEST(CheckReading, ExpectationsThatCannotBeMetAreRefused) {
  const std::string text = report(with_check(R"({ "name": "n", "request": { "path": "/" },
      "expect": { "end": "reset", "body": "x", "apiRequests": 0, "verifyStatus": "Success" } })"));
  EXPECT_THAT(text, HasSubstr("no private API that could receive a request"));
  EXPECT_THAT(text, HasSubstr("no listener verifies certificates"));
  EXPECT_THAT(text, HasSubstr("end without status says that no answer came"));
}

std::string with_step(const std::string& step) {
  return with_check(R"({ "name": "n", "request": { "path": "/" }, "expect": { "status": 200 },
      "then": [)" + step +
                    "] }");
}

TEST(CheckReading, AStepWithoutARequestExpectsNoAnswer) {
  const std::string text = report(with_step(R"({ "connect": { "mine": "refuse" },
      "expect": { "status": 503, "body": "x", "headers": { "A": true }, "silence": true,
                  "end": "reset" } })"));
  for (const char* member : {"status", "body", "headers"}) {
    EXPECT_THAT(text, HasSubstr("/then/0/expect/" + std::string(member)));
  }
  EXPECT_THAT(text, HasSubstr("a step without a request gets no answer; give it a request"));
  EXPECT_THAT(text, HasSubstr("silence means that the connection has not ended"));
}

TEST(CheckReading, ChangesOfAStepAreMadeInTheOrderOfItsMembers) {
  const Scenario scenario = read_good(with_step(R"({
      "changes": [{ "change": "PutService", "Name": "other", "Service": { "standIn": {} } }],
      "connect": { "mine": "refuse" },
      "targetHealth": { "group": { "mine": null } },
      "deregister": { "group": ["mine"] } })"));
  const auto& changes = scenario.checks.at(0).then.at(0).changes;
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(std::get<model::DeregisterTarget>(changes[0].change).target, "mine");
  EXPECT_EQ(std::get<model::SetTargetHealth>(changes[1].change).healthy, std::nullopt);
  EXPECT_EQ(std::get<model::SetSynAnswer>(changes[2].change).answer, model::SynAnswer::refuse);
  EXPECT_EQ(std::get<model::Put<model::Service>>(changes[3].change).value.name, "other");
}

TEST(CheckReading, WhatAStepNamesExistsThen) {
  const std::string made = R"({ "changes": [
      { "change": "PutListener", "LoadBalancer": "alb", "Listener": {
        "Protocol": "HTTP", "Port": 81,
        "DefaultActions": [{ "Type": "forward", "TargetGroup": "group" }] } },
      { "change": "PutService", "Name": "other", "Service": { "standIn": {} } }] },)";
  const std::string used =
      R"({ "connect": { "other": "drop" }, "port": 81, "request": { "path": "/" } })";
  EXPECT_EQ(report(with_step(made + used)), "");
  EXPECT_THAT(report(with_step(used)),
              AllOf(HasSubstr("/checks/0/then/0/connect: found \"other\"; there is no service"),
                    HasSubstr("'alb' has no listener there")));
}

TEST(CheckReading, WhatAChangeOfAStepNamesIsThere) {
  EXPECT_THAT(report(with_step(R"({ "changes": [
      { "change": "DeleteListener", "LoadBalancer": "nobody", "Port": 80 },
      { "change": "RemoveTrustStoreRevocations", "TrustStore": "none",
        "RevocationIds": [1] }] })")),
              AllOf(HasSubstr("found \"nobody\"; there is no load balancer of that name"),
                    HasSubstr("found \"none\"; there is no trust store of that name")));
}

TEST(CheckReading, AChangeOfAStepHasAName) {
  EXPECT_THAT(report(with_step(R"({ "changes": [{ "change": "PutServise" }, {}] })")),
              AllOf(HasSubstr("/changes/0/change: found \"PutServise\"; there is no such change; "
                              "did you mean \"PutService\"?"),
                    HasSubstr("/changes/1: it needs change: the name of the change")));
  EXPECT_THAT(report(with_step(R"({ "weights": [{ "change": "SetWeight" }] })")),
              AllOf(HasSubstr("there is no such property"), HasSubstr("it needs TargetGroup")));
}

}  // namespace
}  // namespace hoplab::scenario
