// Where an HTTP/1.1 head ends, however its bytes arrive, and when it is refused before it ends.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "http/h1/http1_parser.h"

namespace hoplab::http {
namespace {

constexpr std::size_t kNpos = std::string_view::npos;

struct EndCase {
  std::string_view head;  // all of it, up to its end
  std::string_view what;
};

constexpr EndCase kEndCases[] = {
    {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "CRLF"},
    {"GET / HTTP/1.1\nHost: a\n\n", "bare LF"},
    {"GET / HTTP/1.1\r\nHost: a\n\r\n", "mixed"},
    {"GET / HTTP/1.1\nHost: a\r\n\n", "mixed the other way"},
    {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "an empty line first"},
    {"\n\r\n\nGET / HTTP/1.1\r\n\r\n", "several empty lines first"},
    {"GET / HTTP/1.1\r\n\r\n", "no fields"},
    {"PRI * HTTP/2.0\r\n\r\n", "the HTTP/2 preface"},
    {"GET /old\r\n", "HTTP/0.9"},
    {"GET /old\n", "HTTP/0.9 with LF"},
    {"POST /old\r\nHost: a\r\n\r\n", "no version, but not HTTP/0.9 either"},
    {"x\ry\r\r\n\r\n", "stray CRs"},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "a response"},
};

/// Feeds `data` byte by byte, as a connection would; returns the end found.
std::size_t find_byte_by_byte(std::string_view data) {
  std::size_t searched = 0;
  for (std::size_t size = 1; size <= data.size(); ++size) {
    const std::size_t end = find_head_end(data.substr(0, size), searched);
    if (end != kNpos) return end;
    searched = size;
  }
  return kNpos;
}

TEST(HeadEnd, IsJustPastTheEmptyLine) {
  for (const auto& [head, what] : kEndCases) {
    EXPECT_EQ(find_head_end(head, 0), head.size()) << what;
    const std::string followed = std::string(head) + "GET /next HTTP/1.1\r\n\r\n";
    EXPECT_EQ(find_head_end(followed, 0), head.size()) << what;
  }
}

TEST(HeadEnd, IsTheSameByteByByte) {
  for (const auto& [head, what] : kEndCases)
    EXPECT_EQ(find_byte_by_byte(head), head.size()) << what;
}

TEST(HeadEnd, IsTheSameForEveryPairOfSplits) {
  for (const auto& [head, what] : kEndCases) {
    for (std::size_t first = 0; first < head.size(); ++first) {
      ASSERT_EQ(find_head_end(head.substr(0, first), 0), kNpos) << what << " at " << first;
      for (std::size_t second = first; second < head.size(); ++second) {
        ASSERT_EQ(find_head_end(head.substr(0, second), first), kNpos) << what;
        ASSERT_EQ(find_head_end(head, second), head.size()) << what;
      }
    }
  }
}

TEST(HeadEnd, IsNotFoundInEmptyLinesAlone) {
  EXPECT_EQ(find_head_end("", 0), kNpos);
  EXPECT_EQ(find_head_end("\r\n\r\n\r\n", 0), kNpos);
  EXPECT_EQ(find_byte_by_byte("\n\n\r\n"), kNpos);
}

TEST(HeadEnd, LineOfSpacesIsNotTheEmptyLine) {
  EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\n \r\n", 0), kNpos);
}

TEST(PartialHead, IsRefusedWhenTheRequestLineReachesItsLimit) {
  const std::string line(16 * 1024 - 1, 'a');
  EXPECT_EQ(check_partial_head(line), ParseError::none);
  EXPECT_EQ(check_partial_head(line + '\r'), ParseError::none);
  EXPECT_EQ(check_partial_head(line + 'a'), ParseError::request_line_too_long);
  EXPECT_EQ(check_partial_head("\r\n" + line), ParseError::none);
  EXPECT_EQ(check_partial_head("\r\n" + line + 'a'), ParseError::request_line_too_long);
}

TEST(PartialHead, IsRefusedWhenAFieldReachesItsLimit) {
  const std::string start = "GET / HTTP/1.1\r\n" + std::string(16 * 1024 - 1, 'a');
  EXPECT_EQ(check_partial_head(start), ParseError::none);
  EXPECT_EQ(check_partial_head(start + 'a'), ParseError::field_line_too_long);
}

TEST(PartialHead, IsRefusedBeyondTheWholeLimit) {
  std::string head = "GET / HTTP/1.1\r\n";
  while (head.size() < 64 * 1024) head += "a: b\r\n";
  head.resize(64 * 1024);
  EXPECT_EQ(check_partial_head(head), ParseError::none);
  EXPECT_EQ(check_partial_head(head + 'x'), ParseError::head_too_large);
}

TEST(PartialHead, IsRefusedAtOnceWhenNoMethodBeginsLikeThat) {
  EXPECT_EQ(check_partial_head("\x16\x03\x01"), ParseError::bad_request_line);
  EXPECT_EQ(check_partial_head("\x16\x03\n\x01"), ParseError::bad_request_line);
  EXPECT_EQ(check_partial_head("\r\n\xff"), ParseError::bad_request_line);
  EXPECT_EQ(check_partial_head("\r"), ParseError::none);
  EXPECT_EQ(check_partial_head("G"), ParseError::none);
  EXPECT_EQ(check_partial_head("\r\n"), ParseError::none);
}

TEST(PartialHead, FollowsTheLimitsGiven) {
  HeadLimits limits;
  limits.request_line = 10;
  EXPECT_EQ(check_partial_head("GET /1234", limits), ParseError::none);
  EXPECT_EQ(check_partial_head("GET /12345", limits), ParseError::request_line_too_long);
}

}  // namespace
}  // namespace hoplab::http
