// Scenarios that are made of cases with what somebody saw.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "diagnose/reproduction.h"

namespace hoplab::diagnose {
namespace {

using nlohmann::json;

const char* const kText = R"({
  // a comment
  "$schema": "old", "story": "It waits.", "case": {"symptoms": ["x"]},
  "LoadBalancers": {"alb": {"Type": "application", "Listeners": [{}]},
                    "nlb": {"Type": "network", "Listeners": [{}]}},
  "checks": [
    {"name": "after 61 s: closed", "request": {"body": "abc"}, "then": [{"advance": "61s"}]},
    {"name": "after 59 s: no harm", "request": {}, "then": [{"advance": "59s"}]},
    {"name": "another", "then": [{"advance": "1h"}]}
  ]
})";

scenario::Case known_case(const char* hop) {
  scenario::Case known;
  known.hop = hop;
  known.after_s = 60;
  return known;
}

json made(const scenario::Case& known, const Seen& seen) {
  return json::parse(reproduction(kText, known, seen, "schema.json").value().text);
}

TEST(Reproduction, AShorterQuietIsTheTimeout) {
  const json scenario = made(known_case("alb"), {"it was reset", "reset", 30.4, 0});
  EXPECT_EQ(scenario["LoadBalancers"]["alb"]["LoadBalancerAttributes"],
            (json{{"idle_timeout.timeout_seconds", 30}}));
  EXPECT_FALSE(scenario["LoadBalancers"]["nlb"].contains("LoadBalancerAttributes"));
  EXPECT_EQ(scenario["checks"][0]["then"][0]["advance"], "31s");
  EXPECT_EQ(scenario["checks"][0]["name"], "after 31 s: closed");
  EXPECT_EQ(scenario["checks"][1]["then"][0]["advance"], "29s");
  EXPECT_EQ(scenario["checks"][2]["then"][0]["advance"], "1h");
  EXPECT_EQ(scenario["story"], "Seen: it was reset. It waits.");
  EXPECT_EQ(scenario["$schema"], "schema.json");
  EXPECT_FALSE(scenario.contains("case"));
}

TEST(Reproduction, ALongerOneThatAResetFollowedIsWaitedFor) {
  const json scenario = made(known_case("nlb"), {"it was reset", "reset", 600, 0});
  EXPECT_EQ(scenario["checks"][0]["then"][0]["advance"], "601s");
  EXPECT_EQ(scenario["checks"][1]["then"][0]["advance"], "59s");
  EXPECT_FALSE(scenario["LoadBalancers"]["nlb"]["Listeners"][0].contains("ListenerAttributes"));
}

TEST(Reproduction, ALongerOneThatEndedItIsTheTimeout) {
  const json scenario = made(known_case("nlb"), {"it was closed", "closed", 600, 0});
  EXPECT_EQ(scenario["LoadBalancers"]["nlb"]["Listeners"][0]["ListenerAttributes"],
            (json{{"tcp.idle_timeout.seconds", 600}}));
}

TEST(Reproduction, BodiesAreAsLarge) {
  const json scenario = made(known_case("alb"), {"x", "reset", std::nullopt, 5000});
  EXPECT_EQ(scenario["checks"][0]["request"]["body"].get<std::string>().size(), 5000u);
  EXPECT_FALSE(scenario["checks"][1]["request"].contains("body"));
}

TEST(Reproduction, WhatAwsDoesNotHaveIsNotSet) {
  const auto text =
      reproduction(kText, known_case("nlb"), {"x", "closed", 20, 0}, "").value();  // 60 at least
  EXPECT_EQ(text.changes, "");
  EXPECT_FALSE(json::parse(text.text).contains("$schema"));
  EXPECT_FALSE(reproduction("[]", known_case("nlb"), {}, ""));
}

}  // namespace
}  // namespace hoplab::diagnose
