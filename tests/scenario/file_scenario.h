// Scenarios of files, from their text to what their own checks meet.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "scenario/checks/runner.h"
#include "scenario/format/reader.h"

namespace hoplab::scenario {

/// `file`: its path below tests/scenario.
inline ReadOutcome read_file_scenario(const std::string& file) {
  Source source;
  source.file = std::string(HOPLAB_SOURCE_DIR "/tests/scenario/") + file;
  return read_scenario(source);
}

inline void expect_every_check_to_pass(const Scenario& scenario) {
  EmulatorOptions options;
  options.clock = scenario.clock;
  auto made = Emulator::from_topology(scenario.topology, options);
  ASSERT_TRUE(made.ok()) << made.error();
  const auto started = made.value().start();
  ASSERT_TRUE(started.ok()) << started.error();
  const auto results = run_checks(scenario, made.value());
  EXPECT_FALSE(results.empty());
  for (const CheckResult& one : results) {
    EXPECT_THAT(one.failures, ::testing::IsEmpty()) << one.name;
  }
}

}  // namespace hoplab::scenario
