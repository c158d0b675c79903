// Regular expressions of rules: what AWS's dialect lacks is refused by name, the rest is found.
#include "model/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hoplab::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

struct Refused {
  std::string_view regex;
  std::string_view why;
};

TEST(Regex, WhatTheDialectLacksIsRefusedByName) {
  const Refused rows[] = {
      {"^/(?=a)", "AWS's regular expressions have no lookahead: (?="},
      {"^/(?!a)", "AWS's regular expressions have no lookahead: (?!"},
      {"(?<=/)a", "AWS's regular expressions have no lookbehind: (?<="},
      {"(?<!/)a", "AWS's regular expressions have no lookbehind: (?<!"},
      {"(?>a+)b", "AWS's regular expressions have no atomic group: (?>"},
      {"(a)\\1", "AWS's regular expressions have no backreference: \\1"},
      {"(?P<x>a)\\k<x>", "AWS's regular expressions have no backreference: \\k"},
      {"(?P<x>a)(?P=x)", "AWS's regular expressions have no backreference: (?P="},
      {"(a)\\g{1}", "AWS's regular expressions have no backreference: \\g"},
      {"(a)\\g<1>", "AWS's regular expressions have no subroutine: \\g"},
      {"(a)(?1)", "AWS's regular expressions have no subroutine: (?1"},
      {"(a)(?-1)", "AWS's regular expressions have no subroutine: (?-1"},
      {"(a)(?+1)", "AWS's regular expressions have no subroutine: (?+"},
      {"(?P<x>a)(?&x)", "AWS's regular expressions have no subroutine: (?&"},
      {"(?P<x>a)(?P>x)", "AWS's regular expressions have no subroutine: (?P>"},
      {"\\((?R)\\)", "AWS's regular expressions have no recursion: (?R)"},
      {"\\((?0)\\)", "AWS's regular expressions have no recursion: (?0)"},
      {"(a)?(?(1)b|c)", "AWS's regular expressions have no conditional: (?("},
      {"a*+", "AWS's regular expressions have no possessive quantifier: *+"},
      {"a++b", "AWS's regular expressions have no possessive quantifier: ++"},
      {"a?+", "AWS's regular expressions have no possessive quantifier: ?+"},
      {"a{2,3}+", "AWS's regular expressions have no possessive quantifier: {2,3}+"},
      {"\\p{L}", "AWS's regular expressions have no Unicode class: \\p"},
      {"[\\PN]", "AWS's regular expressions have no Unicode class: \\P"},
  };
  for (const Refused& row : rows) EXPECT_EQ(Regex(row.regex).wrong(), row.why) << row.regex;
}

TEST(Regex, WhatIsNoneIsRefused) {
  EXPECT_EQ(Regex("(a").wrong(), "it is no regular expression: missing ): (a");
  EXPECT_THAT(Regex("[a").wrong(), StartsWith("it is no regular expression: missing ]"));
  EXPECT_THAT(Regex("*a").wrong(), StartsWith("it is no regular expression: no argument"));
  EXPECT_EQ(Regex("a{1001}").wrong(),
            "it is no regular expression: invalid repetition size: {1001}");
  std::string large;
  for (int i = 0; i < 85; ++i) large += "[acegi]{999}";
  EXPECT_EQ(Regex(large).wrong(), "the regular expression is too large once it is compiled");
  EXPECT_FALSE(Regex("(a").found_in("(a"));
  EXPECT_THAT(Regex("(a").find_in("(a"), IsEmpty());
}

/// What only looks like one of the features.
TEST(Regex, CharactersStandForThemselvesWhereTheyDo) {
  for (const std::string_view good : {"^/dp/([A-Za-z0-9]+)/?$",
                                      "^mywebsite-(.+).com$",
                                      "(?i)a",
                                      "(?:a|b)",
                                      "(?P<name>a)",
                                      "(?s-i:a)",
                                      "[*+]+",
                                      "[(?=]",
                                      "[]+*]+",
                                      "[^]+*]",
                                      "[[:alpha:]]+",
                                      "\\\\1",
                                      "a{,2}+",
                                      "a{x}+",
                                      "\\Q(?=a*+\\E",
                                      "\\d+\\.\\w{2,3}?",
                                      "a*?",
                                      "a+?",
                                      "a??",
                                      "\\++",
                                      "\\x41",
                                      "\\0"}) {
    EXPECT_EQ(Regex(good).wrong(), "") << good;
  }
}

TEST(Regex, IsSearchedForAndNeedNotMatchAll) {
  EXPECT_TRUE(Regex("b+").found_in("abbc"));
  EXPECT_FALSE(Regex("^b+").found_in("abbc"));
  EXPECT_FALSE(Regex("b+$").found_in("abbc"));
  EXPECT_TRUE(Regex("^$").found_in(""));
}

TEST(Regex, CaseCountsUnlessItIsToldNotTo) {
  EXPECT_FALSE(Regex("^api$").found_in("API"));
  EXPECT_TRUE(Regex("^api$", Regex::Letters::any_case).found_in("API"));
  EXPECT_TRUE(Regex("(?i)^api$").found_in("API"));
}

TEST(Regex, GivesTheGroupsOfTheFirstPlace) {
  EXPECT_THAT(Regex("(a)(x)?(b+)").find_in("-abb-ab"), ElementsAre("abb", "a", "", "bb"));
  EXPECT_EQ(Regex("(a)(x)?(b+)").groups(), 3u);
  EXPECT_THAT(Regex("c").find_in("ab"), IsEmpty());
  EXPECT_THAT(Regex("").find_in(""), ElementsAre(""));
}

TEST(Regex, BytesBeyondAsciiAreNoMistake) {
  EXPECT_TRUE(Regex("^/.{2}$").found_in("/\xc3\xa4"));
  EXPECT_TRUE(Regex("\xe4").found_in("/\xe4"));
}

/// What would take for ever elsewhere.
TEST(Regex, TakesTimeThatIsLinearInTheText) {
  EXPECT_FALSE(Regex("^(a+)+$").found_in(std::string(60'000, 'a') + "b"));
}

}  // namespace
}  // namespace hoplab::model
