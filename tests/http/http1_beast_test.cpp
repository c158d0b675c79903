// Differential test against Boost.Beast's parser: the same reading of valid messages; of invalid
// ones, every difference is listed with its reason.
#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/h1/http1_parser.h"

namespace hoplab::http {
namespace {

namespace beast = boost::beast;
using namespace std::string_literals;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

template <class Parser>
bool beast_reads(Parser& parser, const std::string& head) {
  parser.header_limit(64 * 1024);
  parser.body_limit(boost::none);
  beast::error_code error;
  parser.put(boost::asio::buffer(head), error);
  return !error && parser.is_header_done();
}

template <class Message>
void expect_fields(const FieldList& ours, const Message& message, const std::string& head) {
  // Beast keeps equal names together, we keep wire order: compare per name.
  std::size_t count = 0;
  for (const auto& field : message) {
    ++count;
    const std::string_view name = view(field.name_string());
    const std::string_view value = view(field.value());
    bool found = false;
    for (const Field& our : ours) found |= our.name == name && our.value == value;
    EXPECT_TRUE(found) << name << ": " << value << " in " << head;
  }
  EXPECT_EQ(ours.size(), count) << head;
}

std::vector<std::string> valid_requests() {
  std::vector<std::string> all;
  for (const std::string line :
       {"GET / HTTP/1.1", "GET /a/b?c=d%20e HTTP/1.1", "DELETE /x HTTP/1.0",
        "PATCH /~a;b=c HTTP/1.1", "OPTIONS * HTTP/1.1", "GET http://h:81/p HTTP/1.1",
        "HEAD / HTTP/1.1"}) {
    for (const std::string fields :
         {"", "Accept: */*\r\n", "A:b\r\nC: d\r\nE:\t f \t\r\nEmpty:\r\n", "X: \xc3\xa9\r\n",
          "Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: a, close ,b\r\n",
          "!#$%&'*+-.^_`|~9z: odd name\r\n", "Same: 1\r\nOther: 2\r\nSame: 3\r\n"}) {
      all.push_back(line + "\r\nHost: h\r\n" + fields + "\r\n");
    }
  }
  for (const std::string fields :
       {"Content-Length: 0\r\n", "Content-Length: 12345\r\n", "Transfer-Encoding: chunked\r\n",
        "transfer-encoding: Chunked\r\n", "Content-Length: 9223372036854775807\r\n"}) {
    all.push_back("POST /p HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
  }
  all.push_back("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(4000, 'x') + "\r\n\r\n");
  return all;
}

TEST(BeastDifferential, ValidRequestsReadTheSame) {
  for (const std::string& head : valid_requests()) {
    RequestHead ours;
    ASSERT_EQ(parse_request_head(head, ours), ParseError::none) << head;
    ASSERT_EQ(ours.desync, Classification{}) << head;
    beast::http::request_parser<beast::http::buffer_body> theirs;
    ASSERT_TRUE(beast_reads(theirs, head)) << head;
    const auto& message = theirs.get();
    EXPECT_EQ(ours.method, view(message.method_string()));
    EXPECT_EQ(ours.target, view(message.target()));
    EXPECT_EQ(10 * ours.version_major + ours.version_minor, static_cast<int>(message.version()));
    EXPECT_EQ(ours.keep_alive, message.keep_alive()) << head;
    EXPECT_EQ(ours.framing == BodyFraming::chunked, theirs.chunked()) << head;
    EXPECT_EQ(ours.framing == BodyFraming::content_length, theirs.content_length().has_value());
    EXPECT_EQ(ours.content_length, theirs.content_length().value_or(0)) << head;
    expect_fields(ours.fields, message, head);
  }
}

TEST(BeastDifferential, ValidResponsesReadTheSame) {
  for (const std::string line : {"HTTP/1.1 200 OK", "HTTP/1.0 404 Not Found", "HTTP/1.1 500 Oops",
                                 "HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified"}) {
    for (const std::string fields :
         {"", "Content-Length: 5\r\n", "Connection: close\r\nContent-Length: 0\r\n",
          "Server: x\r\nDate: y\r\n", "Connection: keep-alive\r\nContent-Length: 3\r\n"}) {
      const std::string head = line + "\r\n" + fields + "\r\n";
      ResponseHead ours;
      ASSERT_EQ(parse_response_head(head, false, ours), ParseError::none) << head;
      beast::http::response_parser<beast::http::buffer_body> theirs;
      ASSERT_TRUE(beast_reads(theirs, head)) << head;
      EXPECT_EQ(ours.status, static_cast<int>(theirs.get().result_int()));
      EXPECT_EQ(ours.reason, view(theirs.get().reason()));
      // Beast's need_eof() also covers "Connection: close".
      EXPECT_EQ(!ours.keep_alive, theirs.get().need_eof()) << head;
      const bool bodiless = ours.status == 204 || ours.status == 304;
      EXPECT_EQ(ours.framing == BodyFraming::until_close, !bodiless && !ours.has_content_length);
      expect_fields(ours.fields, theirs.get(), head);
    }
  }
}

struct Odd {
  std::string head;
  bool we_serve;  // no ParseError, and not blocked in defensive mode
  bool beast_reads;
  std::string_view why;  // of a difference
};

std::string post_text(const std::string& fields) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

std::vector<Odd> odd_requests() {
  constexpr std::string_view kEngine =
      "ALB's desync engine lets it pass as Acceptable or Ambiguous";
  constexpr std::string_view kLine = "Beast reads any target, version and method of its grammar";
  return {
      // Both refuse.
      {"GET\r\n\r\n", false, false, ""},
      {"GET HTTP/1.1\r\n\r\n", false, false, ""},
      {" GET / HTTP/1.1\r\nHost: h\r\n\r\n", false, false, ""},
      {"GE(T / HTTP/1.1\r\nHost: h\r\n\r\n", false, false, ""},
      {"GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n"s, false, false, ""},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", false, false, ""},
      {"GET / HTTP/1.10\r\nHost: h\r\n\r\n", false, false, ""},
      {"GET / http/1.1\r\nHost: h\r\n\r\n", false, false, ""},
      {post_text("X: a\0b\r\n"s), false, false, ""},
      {post_text("X: a\rb\r\n"), false, false, ""},
      {post_text("Content-Length: 1\r\nContent-Length: 2\r\n"), false, false, ""},
      {post_text("Content-Length: x\r\n"), false, false, ""},
      {post_text("Content-Length: 18446744073709551616\r\n"), false, false, ""},
      {post_text("Content-Length: -1\r\n"), false, false, ""},
      // Only Beast refuses.
      {post_text("X : a\r\n"), true, false, kEngine},
      {post_text("no colon\r\n"), true, false, kEngine},
      {post_text(": a\r\n"), true, false, kEngine},
      {post_text("X: a\x01\r\n"), true, false, kEngine},
      {post_text("X\xc3\xa9: a\r\n"), true, false, kEngine},
      {post_text("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"), true, false, kEngine},
      {"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", true, false, kEngine},
      {"GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n", true, false, kEngine},
      {"GET / HTTP/1.2\r\nHost: h\r\n\r\n", true, false, kEngine},
      {"GET / HTTP/0.9\r\nHost: h\r\n\r\n", true, false, kEngine},
      {"GET / HTTP/1.1\nHost: h\n\n", true, false, "RFC 9112 2.2 allows a bare LF"},
      {"\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", true, false, "RFC 9112 2.2 skips empty lines"},
      // Only we refuse.
      {"GET / HTTP/1.1\r\n\r\n", false, true, "Beast does not ask for Host"},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", false, true, "Beast does not look into Host"},
      {"GET x HTTP/1.1\r\nHost: h\r\n\r\n", false, true, kLine},
      {post_text("Transfer-Encoding: gzip\r\n"), false, true, "ALB answers 501"},
      {post_text("Transfer-Encoding: gzip, chunked\r\n"), false, true, "ALB answers 501"},
      {post_text("Transfer-Encoding: chunked, chunked\r\n"), false, true,
       "MultipleTransferEncoding"},
      // Both serve it.
      {post_text("Content-Length: 5\r\nContent-Length: 5\r\n"), true, true, ""},
      {post_text("X: a\r\n b\r\n"), true, true, ""},
  };
}

TEST(BeastDifferential, InvalidRequestsDifferOnlyWhereListed) {
  for (const Odd& odd : odd_requests()) {
    RequestHead ours;
    const ParseError error = parse_request_head(odd.head, ours);
    const bool served = error == ParseError::none &&
                        action_for(DesyncMode::defensive, ours.desync.tier) != DesyncAction::block;
    EXPECT_EQ(served, odd.we_serve) << odd.head << to_text(error);
    beast::http::request_parser<beast::http::buffer_body> theirs;
    EXPECT_EQ(beast_reads(theirs, odd.head), odd.beast_reads) << odd.head;
    EXPECT_EQ(odd.we_serve != odd.beast_reads, !odd.why.empty()) << odd.head;
  }
}

TEST(BeastDifferential, FoldedValueIsJoinedByBeastAndSplitByUs) {
  const std::string head = post_text("X: a\r\n b\r\n");
  RequestHead ours;
  ASSERT_EQ(parse_request_head(head, ours), ParseError::none);
  beast::http::request_parser<beast::http::buffer_body> theirs;
  ASSERT_TRUE(beast_reads(theirs, head));
  EXPECT_EQ(view(theirs.get()["X"]), "a b");
  EXPECT_EQ(ours.fields[1].value, "a");  // ALB does not support multi-line headers
}

}  // namespace
}  // namespace hoplab::http
