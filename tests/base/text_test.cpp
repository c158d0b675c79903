// Texts compared without regard to case, by pattern and by hash.
#include <gtest/gtest.h>

#include <string>

#include "base/ascii.h"
#include "base/glob.h"
#include "base/hash.h"
#include "base/hex.h"

namespace hoplab {

TEST(AsciiTest, OnlyAsciiLettersHaveAnotherCase) {
  EXPECT_EQ(lower_case("Host-1_@[`{\xc3\x84Z"), "host-1_@[`{\xc3\x84z");
  EXPECT_EQ(upper_case('z'), 'Z');
  EXPECT_EQ(upper_case('{'), '{');
  EXPECT_TRUE(iequals("Content-Length", "content-lENGTH"));
  EXPECT_FALSE(iequals("content-length", "content-lengths"));
  EXPECT_FALSE(iequals("a@", "a`"));  // they differ in the bit that letters differ in
}

TEST(AsciiTest, SmallLettersAreNotCopied) {
  Arena arena;
  const std::string_view small = "host", large = "Host";
  EXPECT_EQ(lower_case(small, arena).data(), small.data());
  EXPECT_EQ(lower_case(large, arena), "host");
  EXPECT_EQ(large, "Host");
}

TEST(GlobTest, StarIsAnyRunAndQuestionMarkOneCharacter) {
  EXPECT_TRUE(glob_match("", ""));
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("a*c", "abbbc"));
  EXPECT_TRUE(glob_match("*b*b*", "xbxbx"));
  EXPECT_TRUE(glob_match("a*b*c", "a/x/b/y/c"));
  EXPECT_TRUE(glob_match("*ab", "aab"));
  EXPECT_TRUE(glob_match("a?c", "abc"));
  EXPECT_FALSE(glob_match("?", ""));
  EXPECT_FALSE(glob_match("a?c", "ac"));
  EXPECT_FALSE(glob_match("a*c", "abcd"));
  EXPECT_FALSE(glob_match("a*b", "a"));
  EXPECT_FALSE(glob_match("a", "ab"));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_TRUE(glob_match("%3D", "%3D"));
}

TEST(GlobTest, ManyStarsTakeNoLonger) {
  EXPECT_FALSE(glob_match("*a*a*a*a*a*a*a*a*a*b", std::string(20000, 'a')));
}

/// Of the algorithm's authors: http://www.isthe.com/chongo/tech/comp/fnv/
TEST(HashTest, IsFnv1aWhateverTheMachine) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8ULL);
  EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar"));
}

TEST(HashTest, TextsOfOneParityAreSpreadWhenStirred) {
  int odd = 0;
  for (int i = 0; i < 1000; ++i) {
    odd += static_cast<int>(stirred_hash(std::to_string(i) + std::to_string(i)) % 2);
  }
  EXPECT_GT(odd, 400);
  EXPECT_LT(odd, 600);
}

TEST(HexTest, DigitsOfBothCasesHaveAValue) {
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('f'), 15);
  EXPECT_EQ(hex_value('F'), 15);
  EXPECT_EQ(hex_value('g'), -1);
  EXPECT_EQ(hex_value('@'), -1);
}

}  // namespace hoplab
