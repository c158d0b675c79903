// A small valid scenario for tests that change one thing of it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "scenario/format/reader.h"

namespace hoplab::scenario {

inline constexpr std::string_view kSmall = R"({
  "title": "small",
  "LoadBalancers": {
    "alb": {
      "Type": "application",
      "Listeners": [
        { "Protocol": "HTTP", "Port": 80,
          "DefaultActions": [{ "Type": "forward", "TargetGroup": "group" }] }
      ]
    }
  },
  "TargetGroups": {
    "group": { "TargetType": "ip", "Protocol": "HTTP", "Port": 80, "Targets": ["mine"] }
  },
  "services": { "mine": { "standIn": { "body": "hello" } } },
  "entry": "alb"
})";

/// kSmall with the first `from` replaced.
inline std::string small_with(std::string_view from, std::string_view to) {
  std::string text(kSmall);
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  if (place != std::string::npos) text.replace(place, from.size(), to);
  return text;
}

inline Scenario read_good(std::string_view text, const Settings& settings = {}) {
  ReadOutcome outcome = read_scenario_text(text, "test.json", settings);
  EXPECT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  return outcome.ok() ? std::move(*outcome.scenario) : Scenario{};
}

inline std::string report(std::string_view text, const Settings& settings = {}) {
  return to_text(read_scenario_text(text, "test.json", settings).diagnostics);
}

}  // namespace hoplab::scenario
