// What a function's error says, in a line.
#include <gtest/gtest.h>

#include "aws/lambda/runtime_api.h"

namespace hoplab::aws::lambda {
namespace {

std::string line(std::string payload, std::string type = {}) {
  return error_line({std::move(type), std::move(payload)});
}

TEST(ErrorLine, IsTypeAndMessage) {
  EXPECT_EQ(line(R"({"errorMessage":"no such widget","errorType":"KeyError","stackTrace":[1]})"),
            "KeyError: no such widget");
  EXPECT_EQ(line(R"({"errorMessage":"no such widget"})", "Runtime.Out"),
            "Runtime.Out: no such widget");
  EXPECT_EQ(line(R"({"errorType":"KeyError","errorMessage":""})"), "KeyError");
}

TEST(ErrorLine, OfWhatSaysNothingIsItsTypeAlone) {
  for (const char* const payload :
       {"", "hello", "[1]", "{}", R"({"errorMessage":1})", R"({"errorMessage":"x")",
        R"({"cause":{"errorMessage":"x"}})", R"([{"errorMessage":"x"}])"}) {
    EXPECT_EQ(line(payload), "Unhandled") << payload;
    EXPECT_EQ(line(payload, "Function.Odd"), "Function.Odd") << payload;
  }
}

TEST(ErrorLine, HasNothingThatATerminalOrALogWouldTakeForMore) {
  EXPECT_EQ(line(R"({"errorMessage":"a\r\nb\u001b[31m\u009b\u007fc"})"), "Unhandled: a  b [31m  c");
  EXPECT_EQ(line("", "Odd\xff\xc3\x1b"), "Odd?? ");
}

TEST(ErrorLine, IsCutBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 300; ++i) umlauts += "\u00fc";
  const std::string cut = line(R"({"errorMessage":")" + umlauts + R"("})", "Type");
  EXPECT_EQ(cut, "Type: " + umlauts.substr(0, 294));
  EXPECT_EQ(line(R"({"errorMessage":")" + umlauts + R"("})", "Types"),
            "Types: " + umlauts.substr(0, 292));
}

}  // namespace
}  // namespace hoplab::aws::lambda
