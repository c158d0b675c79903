// CloudFormation templates as scenarios: from the files to what clients meet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "scenario/checks/runner.h"
#include "scenario/format/reader.h"

namespace hoplab::scenario {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kFolder = HOPLAB_SOURCE_DIR "/tests/scenario/cloudformation/";

ReadOutcome read(const std::string& file, std::vector<std::string> more = {},
                 const Settings& settings = {}) {
  Source source;
  source.file = std::string(kFolder) + file;
  for (const std::string& one : more) source.more_templates.push_back(std::string(kFolder) + one);
  source.settings = settings;
  return read_scenario(source);
}

void expect_every_check_to_pass(const Scenario& scenario) {
  EmulatorOptions options;
  options.clock = scenario.clock;
  auto made = Emulator::from_topology(scenario.topology, options);
  ASSERT_TRUE(made.ok()) << made.error();
  const auto started = made.value().start();
  ASSERT_TRUE(started.ok()) << started.error();
  const auto results = run_checks(scenario, made.value());
  EXPECT_FALSE(results.empty());
  for (const CheckResult& one : results) EXPECT_THAT(one.failures, IsEmpty()) << one.name;
}

TEST(Templates, OfTheAwsSampleRunAsTheyAre) {
  const ReadOutcome outcome = read("sample/scenario.json");
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  expect_every_check_to_pass(*outcome.scenario);
}

}  // namespace
}  // namespace hoplab::scenario
