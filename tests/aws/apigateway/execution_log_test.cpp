// Lines of an execution log: what each level has, secrets, length.
#include "aws/apigateway/execution_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> lines(ExecutionLogging logging) {
  ExecutionLog log(logging, "id");
  log.step({}, "a step");
  log.data({}, "data: ", "x");
  log.failure({}, "why");
  std::vector<std::string> texts;
  for (const auto& line : log.lines()) texts.push_back(line.text);
  return texts;
}

TEST(ExecutionLogLines, AreThoseOfTheLevel) {
  using model::LoggingLevel;
  EXPECT_THAT(lines({LoggingLevel::info, true}),
              ElementsAre("(id) a step", "(id) data: x", "(id) why"));
  EXPECT_THAT(lines({LoggingLevel::info, false}), ElementsAre("(id) a step", "(id) why"));
  EXPECT_THAT(lines({LoggingLevel::error, true}), ElementsAre("(id) why"));
}

TEST(ExecutionLogLines, AreCut) {
  ExecutionLog log({model::LoggingLevel::info, true}, "id");
  log.step({}, std::string(998, 'x'));
  log.step({}, std::string(999, 'x'));
  EXPECT_EQ(log.lines()[0].text, "(id) " + std::string(998, 'x'));
  EXPECT_EQ(log.lines()[1].text, "(id) " + std::string(998, 'x') + " [TRUNCATED]");
  log.clear();
  EXPECT_THAT(log.lines(), IsEmpty());
}

TEST(ExecutionLogLines, MaskSecrets) {
  EXPECT_EQ(masked_secret("Bearer abcdef"), "*******abcdef");
  EXPECT_EQ(masked_secret("short"), "*****");
  EXPECT_EQ(fields_text({{"A", "1"}, {"authorization", "Basic 1234567"}, {"a", "2"}}),
            "{A=1,2, authorization=*******234567}");
  EXPECT_EQ(fields_text({}), "{}");
}

TEST(ExecutionLogLines, HaveParametersAsTheyCome) {
  EXPECT_EQ(parameters_text({{"a", "1"}, {"a", "2"}}), "{a=1, a=2}");
}

}  // namespace
}  // namespace hoplab::aws
