// The language of mapping templates against Velocity 1.7 itself: the texts of velocity_cases.txt
// are what both of them make of its templates.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "aws/apigateway/mapping/mapping_template.h"
#include "mapping_cases.h"

namespace hoplab::aws {
namespace {

/// Nothing: it fails.
std::optional<std::string> rendered(const std::string& text) {
  const auto made = MappingTemplate::compile(text);
  if (!made) return std::nullopt;
  const MappingBody body("");
  MappingInput input;
  input.body = &body;
  input.missing = MappingInput::Missing::as_written;
  auto result = made.value().render(input);
  if (!result) return std::nullopt;
  return std::move(result).value().text;
}

TEST(Velocity, CasesRenderAsTheyShould) {
  const auto cases = mapping_cases("velocity_cases.txt");
  ASSERT_GT(cases.size(), 60U);
  for (const MappingCase& one : cases) {
    const auto text = rendered(one.text);
    EXPECT_EQ(text.has_value(), !one.sections.contains("fails")) << one.name;
    EXPECT_EQ(text.value_or(""), one.sections.contains("fails") ? "" : one.sections.at("renders"))
        << one.name;
  }
}

TEST(Velocity, CasesAreWhatVelocityRenders) {
  const std::filesystem::path jars = "/usr/share/java";
  std::string path;
  for (const char* const jar : {"velocity.jar", "commons-collections3.jar", "commons-lang.jar"}) {
    if (!exists(jars / jar)) GTEST_SKIP() << jar << " is not installed (apt-get install velocity)";
    path += (jars / jar).string() + ":";
  }
  if (std::system("java --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "there is no java";
  const std::string folder = HOPLAB_SOURCE_DIR "/tests/aws/apigateway/";
  const std::string command =
      "java -cp " + path + " " + folder + "Velocity.java " + folder + "velocity_cases.txt";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace hoplab::aws
