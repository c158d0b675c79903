// Response heads from a target: what is read, how the body is framed, and what becomes a 502.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "http/h1/http1_parser.h"

namespace hoplab::http {
namespace {

using namespace std::string_literals;

TEST(ResponseHead, HasStatusReasonAndFields) {
  ResponseHead head;
  ASSERT_EQ(parse_response_head("HTTP/1.1 404 Not Found\r\nServer: x\r\nContent-Length: 3\r\n\r\n",
                                false, head),
            ParseError::none);
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.reason, "Not Found");
  EXPECT_EQ(head.version_minor, 1);
  ASSERT_EQ(head.fields.size(), 2u);
  EXPECT_EQ(head.fields[0].value, "x");
  EXPECT_TRUE(head.keep_alive);
}

TEST(ResponseHead, ReasonMayBeMissing) {
  for (const std::string line : {"HTTP/1.1 464", "HTTP/1.1 464 "}) {
    ResponseHead head;
    ASSERT_EQ(parse_response_head(line + "\r\n\r\n", false, head), ParseError::none) << line;
    EXPECT_EQ(head.status, 464);
    EXPECT_EQ(head.reason, "");
  }
}

TEST(ResponseFraming, FollowsRfc9112) {
  using enum BodyFraming;
  const struct {
    std::string_view line;
    std::string_view fields;
    bool to_head;
    BodyFraming framing;
    bool keep_alive;
  } cases[] = {
      {"HTTP/1.1 200 OK", "Content-Length: 5\r\n", false, content_length, true},
      {"HTTP/1.1 200 OK", "Content-Length: 5\r\nContent-Length: 5\r\n", false, content_length,
       true},
      {"HTTP/1.1 200 OK", "Content-Length: 5\r\n", true, none, true},
      {"HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\n", false, chunked, true},
      {"HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\n", true, none, true},
      {"HTTP/1.0 200 OK", "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n", false,
       chunked, false},
      {"HTTP/1.1 200 OK", "", false, until_close, false},
      {"HTTP/1.1 200 OK", "Transfer-Encoding: identity\r\n", false, until_close, false},
      {"HTTP/1.1 200 OK", "", true, none, true},
      {"HTTP/1.1 100 Continue", "", false, none, true},
      {"HTTP/1.1 101 Switching Protocols", "", false, none, true},
      {"HTTP/1.1 204 No Content", "Content-Length: 5\r\n", false, none, true},
      {"HTTP/1.1 304 Not Modified", "Content-Length: 5\r\n", false, none, true},
      {"HTTP/1.1 200 OK", "Content-Length: 0\r\nConnection: close\r\n", false, content_length,
       false},
      {"HTTP/1.0 200 OK", "Content-Length: 0\r\n", false, content_length, false},
      {"HTTP/1.0 200 OK", "Content-Length: 0\r\nConnection: keep-alive\r\n", false, content_length,
       true},
  };
  for (const auto& c : cases) {
    ResponseHead head;
    const std::string text = std::string(c.line) + "\r\n" + std::string(c.fields) + "\r\n";
    ASSERT_EQ(parse_response_head(text, c.to_head, head), ParseError::none) << text;
    EXPECT_EQ(head.framing, c.framing) << text;
    EXPECT_EQ(head.keep_alive, c.keep_alive) << text;
  }
}

TEST(ResponseFraming, LengthIsKnownWithoutABody) {
  ResponseHead head;
  ASSERT_EQ(parse_response_head("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n", true, head),
            ParseError::none);
  EXPECT_TRUE(head.has_content_length);
  EXPECT_EQ(head.content_length, 77u);
}

TEST(ResponseHead, UpgradeIsReadFrom101) {
  ResponseHead head;
  ASSERT_EQ(parse_response_head("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                "Connection: Upgrade\r\n\r\n",
                                false, head),
            ParseError::none);
  EXPECT_EQ(head.upgrade, "websocket");
}

TEST(ResponseHead, AnyViolationIs502) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const std::string& text : {
           ""s,
           "HTTP/1.1 200 OK\r\n"s,
           "\r\nHTTP/1.1 200 OK\r\n\r\n"s,
           "HTTP/2.0 200 OK\r\n\r\n"s,
           "HTTP/1.1 20 OK\r\n\r\n"s,
           "HTTP/1.1 2000 OK\r\n\r\n"s,
           "HTTP/1.1 099 OK\r\n\r\n"s,
           "HTTP/1.1  200 OK\r\n\r\n"s,
           "HTTP/1.1 2x0 OK\r\n\r\n"s,
           "HTTP/1.1 200 O\x01K\r\n\r\n"s,
           "ICY 200 OK\r\n\r\n"s,
           ok + "A b\r\n\r\n",
           ok + "A : b\r\n\r\n",
           ok + ": b\r\n\r\n",
           ok + "A: b\r\n c\r\n\r\n",
           ok + "A: b\0c\r\n\r\n"s,
           ok + "A: b\rc\r\n\r\n",
           ok + "A: b\x01\r\n\r\n",
           ok + "Content-Length: x\r\n\r\n",
           ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
           ok + "Content-Length: 1, 1\r\n\r\n",
           ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           ok + "Transfer-Encoding: gzip\r\n\r\n",
           ok + "Transfer-Encoding: chunked, chunked\r\n\r\n",
           ok + "A: b\r\n\r\nbody",
       }) {
    ResponseHead head;
    EXPECT_EQ(parse_response_head(text, false, head), ParseError::malformed_response) << text;
  }
  EXPECT_EQ(http_status(ParseError::malformed_response), 502);
}

TEST(ResponseLimits, HeadMayHave32K) {
  const std::string start = "HTTP/1.1 200 OK\r\nX: ";
  const std::string end = "\r\nContent-Length: 0\r\n\r\n";
  const std::string fit(32 * 1024 - start.size() - end.size(), 'x');
  ResponseHead head;
  EXPECT_EQ(parse_response_head(start + fit + end, false, head), ParseError::none);
  EXPECT_EQ(parse_response_head(start + fit + 'x' + end, false, head),
            ParseError::malformed_response);
}

}  // namespace
}  // namespace hoplab::http
