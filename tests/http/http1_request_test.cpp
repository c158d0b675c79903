// What parse_request_head reads out of a request, what it refuses and with which status.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "http/h1/http1_parser.h"

namespace hoplab::http {
namespace {

using namespace std::string_literals;

struct Parsed {
  std::string text;
  RequestHead head;
  ParseError error = ParseError::none;
};

/// Parses `text`; the result keeps the text that its views point into.
std::unique_ptr<Parsed> parse(std::string text) {
  auto parsed = std::make_unique<Parsed>();
  parsed->text = std::move(text);
  parsed->error = parse_request_head(parsed->text, parsed->head);
  return parsed;
}

std::unique_ptr<Parsed> parsed_post(const std::string& fields) {
  return parse("POST /p HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
}

TEST(RequestHead, HasLineAndFieldsInWireOrder) {
  const auto p = parse(
      "GET /a/b?c=d HTTP/1.1\r\nHost: Example.com:8443\r\nX-Two:  two words\t \r\n"
      "x-two:second\r\nEmpty:\r\n\r\n");
  ASSERT_EQ(p->error, ParseError::none);
  EXPECT_EQ(p->head.method, "GET");
  EXPECT_EQ(p->head.target, "/a/b?c=d");
  EXPECT_EQ(p->head.origin_target, "/a/b?c=d");
  EXPECT_EQ(p->head.authority, "Example.com:8443");
  EXPECT_EQ(p->head.version_major, 1);
  EXPECT_EQ(p->head.version_minor, 1);
  ASSERT_EQ(p->head.fields.size(), 4u);
  EXPECT_EQ(p->head.fields[1].name, "X-Two");
  EXPECT_EQ(p->head.fields[1].value, "two words");
  EXPECT_EQ(p->head.fields[2].name, "x-two");
  EXPECT_EQ(p->head.fields[2].value, "second");
  EXPECT_EQ(p->head.fields[3].value, "");
  EXPECT_EQ(p->head.framing, BodyFraming::none);
  EXPECT_EQ(p->head.desync, Classification{});
}

TEST(RequestHead, KeepsTabsAndHighBytesInValues) {
  const auto p = parsed_post("X-Long: 0123456789abcdef\tfedcba9876543210 \xc3\xa9\xff end\r\n");
  ASSERT_EQ(p->error, ParseError::none);
  EXPECT_EQ(p->head.fields[1].value, "0123456789abcdef\tfedcba9876543210 \xc3\xa9\xff end");
  EXPECT_EQ(p->head.desync, Classification{});
}

TEST(RequestHead, IsOverwrittenByTheNextParse) {
  RequestHead head;
  ASSERT_EQ(parse_request_head(
                "POST / HTTP/1.0\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n", head),
            ParseError::none);
  ASSERT_EQ(parse_request_head("GET / HTTP/1.1\r\nHost: a\r\n\r\n", head), ParseError::none);
  EXPECT_EQ(head.framing, BodyFraming::none);
  EXPECT_EQ(head.content_length, 0u);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(head.fields.size(), 1u);
}

struct TargetCase {
  std::string_view line;
  ParseError error;
  std::string_view origin;
  std::string_view authority;
};

TEST(RequestHead, TargetFormsAreTakenApart) {
  const TargetCase cases[] = {
      {"GET / HTTP/1.1", ParseError::none, "/", "h"},
      {"GET /a?b=http://c HTTP/1.1", ParseError::none, "/a?b=http://c", "h"},
      {"OPTIONS * HTTP/1.1", ParseError::none, "*", "h"},
      {"GET http://x.com:81/p?q HTTP/1.1", ParseError::none, "/p?q", "x.com:81"},
      {"GET HTTPS://x.com HTTP/1.1", ParseError::none, "/", "x.com"},
      {"GET http://x.com?q HTTP/1.1", ParseError::none, "?q", "x.com"},
      {"CONNECT x.com:443 HTTP/1.1", ParseError::none, "x.com:443", "x.com:443"},
      {"GET http:///p HTTP/1.1", ParseError::bad_target, "", ""},
      {"GET http://u@x.com/p HTTP/1.1", ParseError::bad_target, "", ""},
      {"GET ftp://x.com/p HTTP/1.1", ParseError::bad_target, "", ""},
      {"GET x.com:443 HTTP/1.1", ParseError::bad_target, "", ""},
      {"CONNECT x.com/y HTTP/1.1", ParseError::bad_target, "", ""},
  };
  for (const auto& c : cases) {
    const auto p = parse(std::string(c.line) + "\r\nHost: h\r\n\r\n");
    EXPECT_EQ(p->error, c.error) << c.line;
    if (c.error != ParseError::none) continue;
    EXPECT_EQ(p->head.origin_target, c.origin) << c.line;
    EXPECT_EQ(p->head.authority, c.authority) << c.line;
  }
}

struct FramingCase {
  std::string_view start;
  std::string_view fields;
  ParseError error;
  BodyFraming framing;
  std::uint64_t length;
};

TEST(RequestFraming, FollowsRfc9112AndAlb) {
  using enum BodyFraming;
  constexpr auto kOk = ParseError::none;
  constexpr auto k501 = ParseError::unsupported_transfer_encoding;
  constexpr auto kBad = ParseError::bad_content_length;
  const FramingCase cases[] = {
      {"POST / HTTP/1.1", "", kOk, none, 0},
      {"POST / HTTP/1.1", "Content-Length: 0\r\n", kOk, content_length, 0},
      {"POST / HTTP/1.1", "content-LENGTH:12\r\n", kOk, content_length, 12},
      {"POST / HTTP/1.1", "Content-Length: 9223372036854775807\r\n", kOk, content_length,
       INT64_MAX},
      {"POST / HTTP/1.1", "Content-Length: 9223372036854775808\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length: 18446744073709551615\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length: 18446744073709551616\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length: 99999999999999999999999\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length: +1\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length: -1\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length: 0x10\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length: 1 1\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length: 5, 5\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length:\r\n", kBad, none, 0},
      {"POST / HTTP/1.1", "Content-Length: 5\r\nContent-Length: 5\r\n", kOk, content_length, 5},
      {"POST / HTTP/1.1", "Content-Length: 5\r\nContent-Length: 6\r\n", kOk, content_length, 5},
      {"POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", kOk, chunked, 0},
      {"POST / HTTP/1.1", "Transfer-Encoding: ChUnKeD\r\n", kOk, chunked, 0},
      {"POST / HTTP/1.1", "Transfer-Encoding: identity, chunked\r\n", kOk, chunked, 0},
      {"POST / HTTP/1.1", "Transfer-Encoding: identity\r\nContent-Length: 3\r\n", kOk,
       content_length, 3},
      {"POST / HTTP/1.1", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", kOk, chunked, 0},
      {"POST / HTTP/1.1", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", kOk, chunked, 0},
      {"POST / HTTP/1.1", "Transfer-Encoding: gzip, chunked\r\n", k501, none, 0},
      {"POST / HTTP/1.1", "Transfer-Encoding: gzip\r\n", k501, none, 0},
      {"POST / HTTP/1.1", "Transfer-Encoding: xchunked\r\n", k501, none, 0},
      {"POST / HTTP/1.1", "Transfer-Encoding: chunked;a=b\r\n", k501, none, 0},
      {"POST / HTTP/1.1", "Transfer-Encoding:\r\n", k501, none, 0},
      {"POST / HTTP/1.1", "Transfer-Encoding : chunked\r\n", kOk, none, 0},
      {"POST / HTTP/1.1", "Transfer_Encoding: chunked\r\n", kOk, none, 0},
      {"POST / HTTP/1.0", "Transfer-Encoding: chunked\r\n", kOk, chunked, 0},
      {"GET / HTTP/1.1", "Content-Length: 7\r\n", kOk, content_length, 7},
      {"GET / HTTP/0.9", "Content-Length: 7\r\n", kOk, none, 0},
  };
  for (const auto& c : cases) {
    const auto p = parse(std::string(c.start) + "\r\nHost: a\r\n" + std::string(c.fields) + "\r\n");
    EXPECT_EQ(p->error, c.error) << c.start << ' ' << c.fields << to_text(p->error);
    EXPECT_EQ(p->head.framing, c.framing) << c.start << ' ' << c.fields;
    EXPECT_EQ(p->head.content_length, c.length) << c.start << ' ' << c.fields;
  }
}

TEST(RequestPersistence, FollowsVersionAndConnection) {
  const struct {
    std::string_view version;
    std::string_view connection;
    bool keep_alive;
  } cases[] = {
      {"HTTP/1.1", "", true},
      {"HTTP/1.1", "Connection: close\r\n", false},
      {"HTTP/1.1", "Connection: Keep-Alive , CLOSE\r\n", false},
      {"HTTP/1.1", "Connection: x\r\nConnection: close\r\n", false},
      {"HTTP/1.1", "Connection: closed\r\n", true},
      {"HTTP/1.2", "", true},
      {"HTTP/1.0", "", false},
      {"HTTP/1.0", "Connection: keep-alive\r\n", true},
      {"HTTP/1.0", "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n", false},
      {"HTTP/0.9", "Connection: keep-alive\r\n", false},
  };
  for (const auto& c : cases) {
    const auto p = parse("GET / " + std::string(c.version) + "\r\nHost: a\r\n" +
                         std::string(c.connection) + "\r\n");
    ASSERT_EQ(p->error, ParseError::none);
    EXPECT_EQ(p->head.keep_alive, c.keep_alive) << c.version << ' ' << c.connection;
  }
}

TEST(RequestHead, ExpectContinueCountsFromHttp11On) {
  EXPECT_TRUE(parsed_post("Expect: 100-Continue\r\n")->head.expect_continue);
  EXPECT_FALSE(parsed_post("Expect: 200-ok\r\n")->head.expect_continue);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n")->head.expect_continue);
}

TEST(RequestHead, UpgradeCountsWhenConnectionNamesIt) {
  EXPECT_EQ(parsed_post("Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n")->head.upgrade,
            "websocket");
  EXPECT_EQ(parsed_post("Upgrade: websocket\r\n")->head.upgrade, "");
  EXPECT_EQ(parsed_post("Connection: upgrade\r\n")->head.upgrade, "");
}

TEST(RequestHead, HostIsRequiredSinceHttp11AndTheFirstCounts) {
  EXPECT_EQ(parse("GET / HTTP/1.1\r\n\r\n")->error, ParseError::missing_host);
  EXPECT_EQ(parse("GET http://a/ HTTP/1.1\r\n\r\n")->error, ParseError::missing_host);
  EXPECT_EQ(parse("GET / HTTP/1.0\r\n\r\n")->error, ParseError::none);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost:\r\n\r\n")->error, ParseError::none);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n")->error, ParseError::none);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a b\r\n\r\n")->error, ParseError::bad_host);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n")->error, ParseError::bad_host);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")->head.authority, "a");
}

TEST(RequestHead, RefusalsHaveAlbsStatus) {
  const struct {
    std::string head;
    ParseError error;
    int status;
  } cases[] = {
      {"PRI * HTTP/2.0\r\n\r\n", ParseError::unsupported_version, 505},
      {"GET / HTTP/3\r\n\r\n", ParseError::unsupported_version, 505},
      {"GET / HTTP/1.10\r\n\r\n", ParseError::bad_version, 400},
      {"GET / http/1.1\r\n\r\n", ParseError::bad_version, 400},
      {"GET / HTTP/0.8\r\n\r\n", ParseError::bad_version, 400},
      {"POST /\r\n\r\n", ParseError::bad_version, 400},
      {"GET\r\n\r\n", ParseError::bad_request_line, 400},
      {"GET HTTP/1.1\r\n\r\n", ParseError::bad_request_line, 400},
      {"GET  HTTP/1.1\r\n\r\n", ParseError::bad_request_line, 400},
      {" GET / HTTP/1.1\r\n\r\n", ParseError::bad_request_line, 400},
      {"GE\0T / HTTP/1.1\r\n\r\n"s, ParseError::bad_request_line, 400},
      {"GET /\ra HTTP/1.1\r\nHost: a\r\n\r\n", ParseError::bad_target, 400},
      {"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s, ParseError::bad_target, 400},
      {"GET / HTTP/1.1\r\nHost: a\r\n", ParseError::incomplete, 400},
      {"GET / HTTP/1.1\r\nHost: a", ParseError::incomplete, 400},
      {"GET / HTTP/1.1", ParseError::incomplete, 400},
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\nx", ParseError::incomplete, 400},
      {"", ParseError::incomplete, 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br\r\n\r\n",
       ParseError::unsupported_transfer_encoding, 501},
  };
  for (const auto& c : cases) {
    const auto p = parse(c.head);
    EXPECT_EQ(p->error, c.error) << c.head << ": " << to_text(p->error);
    EXPECT_EQ(http_status(p->error), c.status) << c.head;
  }
}

TEST(RequestLimits, RequestLineMustBeShorterThan16K) {
  const auto with_line_of = [](std::size_t size) {
    return parse("GET /" + std::string(size - 14, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n")->error;
  };
  EXPECT_EQ(with_line_of(16383), ParseError::none);
  EXPECT_EQ(with_line_of(16384), ParseError::request_line_too_long);
  EXPECT_EQ(http_status(ParseError::request_line_too_long), 414);
}

TEST(RequestLimits, FieldLineMustBeShorterThan16KWhicheverPathReadsIt) {
  for (const char filler : {'a', '\x01'}) {
    const auto with_field_of = [filler](std::size_t size) {
      return parsed_post("X: " + std::string(size - 3, filler) + "\r\n")->error;
    };
    EXPECT_EQ(with_field_of(16383), ParseError::none);
    EXPECT_EQ(with_field_of(16384), ParseError::field_line_too_long);
  }
  EXPECT_EQ(http_status(ParseError::field_line_too_long), 400);
}

TEST(RequestLimits, HeadMayHave64K) {
  const auto head_of = [](std::size_t size) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    while (size - head.size() > 2000) head += "X: " + std::string(995, 'x') + "\r\n";
    return head + "Y: " + std::string(size - head.size() - 7, 'y') + "\r\n\r\n";
  };
  EXPECT_EQ(head_of(65536).size(), 65536u);
  EXPECT_EQ(parse(head_of(65536))->error, ParseError::none);
  EXPECT_EQ(parse(head_of(65537))->error, ParseError::head_too_large);
}

TEST(RequestLimits, CanBeGiven) {
  HeadLimits limits;
  limits.field_line = 8;
  RequestHead head;
  EXPECT_EQ(parse_request_head("GET / HTTP/1.1\r\nHost: a\r\n\r\n", head, limits),
            ParseError::none);
  EXPECT_EQ(parse_request_head("GET / HTTP/1.1\r\nHost: ab\r\n\r\n", head, limits),
            ParseError::field_line_too_long);
  limits = {};
  limits.head = 26;
  EXPECT_EQ(parse_request_head("GET / HTTP/1.1\r\nHost: ab\r\n\r\n", head, limits),
            ParseError::head_too_large);
}

TEST(RequestHead, ContinuationIsAFieldOfItsOwn) {
  const auto p = parsed_post("X-Fold: one\r\n  two\r\n\tContent-Length: 3\r\nno colon\r\n");
  ASSERT_EQ(p->error, ParseError::none);
  ASSERT_EQ(p->head.fields.size(), 5u);
  EXPECT_EQ(p->head.fields[1].value, "one");
  EXPECT_EQ(p->head.fields[2].name, "  two");
  EXPECT_EQ(p->head.fields[2].value, "");
  EXPECT_EQ(p->head.fields[3].name, "\tContent-Length");
  EXPECT_EQ(p->head.fields[3].value, "3");
  EXPECT_EQ(p->head.fields[4].name, "no colon");
  EXPECT_EQ(p->head.framing, BodyFraming::none);
}

TEST(RequestHead, FieldsThatMustNotReachATargetAreLeftOut) {
  const auto p = parsed_post("A: b\0c\r\nA: b\rc\r\nA\0: b\r\n: x\r\n  : x\r\nOk: 1\r\nW : 2\r\n"s);
  ASSERT_EQ(p->error, ParseError::none);
  ASSERT_EQ(p->head.fields.size(), 3u);
  EXPECT_EQ(p->head.fields[1].name, "Ok");
  EXPECT_EQ(p->head.fields[2].name, "W ");
}

TEST(RequestHead, Http09HasNoFieldsWhenItHasNoVersion) {
  const auto p = parse("GET /old\r\n");
  ASSERT_EQ(p->error, ParseError::none);
  EXPECT_EQ(p->head.target, "/old");
  EXPECT_EQ(p->head.version_major, 0);
  EXPECT_EQ(p->head.version_minor, 9);
  EXPECT_FALSE(p->head.keep_alive);
}

}  // namespace
}  // namespace hoplab::http
