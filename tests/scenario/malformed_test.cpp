// Every file of malformed/ is refused with exactly the report beside it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "scenario/format/reader.h"

namespace hoplab::scenario {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> malformed() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(HOPLAB_SOURCE_DIR "/tests/scenario/malformed")) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Malformed : public ::testing::TestWithParam<std::string> {};

TEST_P(Malformed, IsRefusedWithItsReport) {
  const fs::path folder = HOPLAB_SOURCE_DIR "/tests/scenario/malformed";
  const std::string name = GetParam() + ".json";
  const ReadOutcome outcome = read_scenario_text(read_file((folder / name).string()).value(), name);
  EXPECT_FALSE(outcome.ok());
  EXPECT_EQ(to_text(outcome.diagnostics),
            read_file((folder / (GetParam() + ".expected")).string()).value());
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Scenario, Malformed, ::testing::ValuesIn(malformed()), test_name);

}  // namespace
}  // namespace hoplab::scenario
