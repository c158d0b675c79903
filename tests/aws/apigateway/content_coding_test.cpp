// Content codings: which one an answer gets, and what of a compressed body is taken.
#include "aws/apigateway/content_coding.h"

#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

using Verdict = Decompressed::Verdict;
constexpr std::size_t kMost = 1000;

TEST(ContentCoding, TheClientsHighestPriorityDecides) {
  const std::pair<const char*, ContentCoding> rows[] = {
      {"", ContentCoding::identity},
      {"*", ContentCoding::identity},
      {"gzip", ContentCoding::gzip},
      {" GZIP ", ContentCoding::gzip},
      {"deflate,gzip", ContentCoding::deflate},
      {"deflate;q=0.5,gzip;q=1.0", ContentCoding::gzip},
      {"deflate;q=0.25,gzip;q=0.3", ContentCoding::gzip},
      {"gzip;q=1.0,identity;q=0.5,*;q=0", ContentCoding::gzip},
      {"gzip, deflate, br", ContentCoding::gzip},
      {"br, gzip", ContentCoding::identity},
      {"br;q=0.9, gzip", ContentCoding::gzip},
      {"gzip;q=0", ContentCoding::identity},
      {"identity, gzip;q=0.5", ContentCoding::identity},
      {",;q=1,gzip ; q = 0.001", ContentCoding::gzip},
  };
  for (const auto& [field, coding] : rows) EXPECT_EQ(preferred_coding(field), coding) << field;
}

TEST(ContentCoding, OnlyThreeAreSupported) {
  EXPECT_EQ(parse_content_coding("gzip"), ContentCoding::gzip);
  EXPECT_EQ(parse_content_coding(" Deflate"), ContentCoding::deflate);
  EXPECT_EQ(parse_content_coding("identity"), ContentCoding::identity);
  for (const char* other : {"br", "gzip, gzip", "", "x-gzip"}) {
    EXPECT_EQ(parse_content_coding(other), std::nullopt) << other;
  }
}

TEST(ContentCoding, WhatIsCompressedComesBack) {
  const std::string text(kMost, 'x');
  for (const auto coding : {ContentCoding::gzip, ContentCoding::deflate}) {
    const std::string small = compressed(coding, text);
    EXPECT_LT(small.size(), text.size());
    EXPECT_EQ(decompressed(coding, small, kMost).bytes, text);
    EXPECT_EQ(decompressed(coding, small, kMost - 1).verdict, Verdict::too_large);
    EXPECT_EQ(decompressed(coding, compressed(coding, ""), kMost).verdict, Verdict::done);
  }
  EXPECT_EQ(decompressed(ContentCoding::identity, "as it is", kMost).bytes, "as it is");
}

TEST(ContentCoding, WhatIsNoneOfItOrCutShortIsMalformed) {
  const std::string good = compressed(ContentCoding::gzip, "hello");
  for (const std::string& bad : {std::string("hello"), std::string(), good.substr(0, 10),
                                 good + "x", compressed(ContentCoding::deflate, "hello")}) {
    EXPECT_EQ(decompressed(ContentCoding::gzip, bad, kMost).verdict, Verdict::malformed);
  }
}

}  // namespace
}  // namespace hoplab::aws
