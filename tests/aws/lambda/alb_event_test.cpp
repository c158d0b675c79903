// Events as load balancers were seen to make them (alb-features.md 2.2).
#include "aws/lambda/alb_event.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/fixture.h"

namespace hoplab::aws::lambda {
namespace {

const std::string kGroup =
    "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/functions/0123456789abcdef";

struct Asked {
  std::string_view method = "GET";
  std::string_view target = "/";
  http::FieldList fields = {{"Host", "api.example.com"}};
  std::string_view body = {};
  bool lists = false;
};

std::optional<std::string> event_of(const Asked& asked) {
  http::Request request;
  request.method = asked.method;
  request.target = asked.target;
  for (const http::Field& field : asked.fields) request.headers.add(field.name, field.value);
  auto event = alb_event(request, asked.body, {kGroup, asked.lists});
  if (event) *event += '\n';
  return event;
}

const http::FieldList kFields = {{"X-Forwarded-For", "127.0.0.1"},
                                 {"X-Forwarded-Proto", "https"},
                                 {"X-Forwarded-Port", "443"},
                                 {"Host", "api.example.com"},
                                 {"X-Amzn-Trace-Id", "Root=1-69eceddc-1e2d3c4b5a69788796a5b4c3"},
                                 {"Accept", "text/html"},
                                 {"User-Agent", "curl/7.88.1"},
                                 {"accept", "text/plain"}};
constexpr std::string_view kTarget = "/widgets/a%20b?color=red%2Cblue&size=1&flag&size=2&";

TEST(AlbEvent, TheLastOfSeveralValuesCounts) {
  EXPECT_EQ(event_of({.target = kTarget, .fields = kFields}),
            testing::fixture("lambda/alb-event-get.json"));
}

TEST(AlbEvent, WithMultiValueHeadersAllOfThemCount) {
  EXPECT_EQ(event_of({.target = kTarget, .fields = kFields, .lists = true}),
            testing::fixture("lambda/alb-event-multi-value.json"));
}

TEST(AlbEvent, WithoutAQueryItsObjectIsEmpty) {
  EXPECT_EQ(event_of({}), testing::fixture("lambda/alb-event-empty-query.json"));
  EXPECT_EQ(event_of({.target = "/?"}), testing::fixture("lambda/alb-event-empty-query.json"));
}

TEST(AlbEvent, ATextBodyIsAText) {
  EXPECT_EQ(event_of({.method = "POST",
                      .target = "/widgets",
                      .fields = {{"Host", "api.example.com"},
                                 {"Content-Type", "application/json; charset=utf-8"}},
                      .body = "{\"name\": \"gr\xc3\xb6\xc3\x9f"
                              "e\",\n\"path\": \"C:\\\\x\"}"}),
            testing::fixture("lambda/alb-event-post.json"));
}

TEST(AlbEvent, AnotherBodyIsBase64) {
  EXPECT_EQ(event_of({.method = "POST",
                      .target = "/widgets",
                      .fields = {{"Host", "api.example.com"},
                                 {"Content-Type", "application/octet-stream"}},
                      .body = std::string_view("\0\xff\xfehi", 5)}),
            testing::fixture("lambda/alb-event-binary.json"));
}

TEST(AlbEvent, TypeAndEncodingDecideWhatIsBase64) {
  const struct {
    http::Field field;
    bool base64;
  } rows[] = {{{"Content-Type", "text/csv"}, false},
              {{"Content-Type", "TEXT/HTML; charset=utf-8"}, false},
              {{"Content-Type", "application/json"}, false},
              {{"Content-Type", "application/javascript"}, false},
              {{"Content-Type", "application/xml ; x=y"}, false},
              {{"Content-Type", "application/vnd.api+json"}, true},
              {{"Content-Type", "application/x-www-form-urlencoded"}, true},
              {{"Content-Type", "image/png"}, true},
              {{"X-Other", "no type at all"}, true}};
  for (const auto& row : rows) {
    const auto event = event_of({.method = "POST", .fields = {row.field}, .body = "hi"});
    ASSERT_TRUE(event);
    EXPECT_EQ(event->find(R"("body":"aGk=","isBase64Encoded":true})") != std::string::npos,
              row.base64)
        << row.field.value;
    EXPECT_EQ(event->find(R"("body":"hi","isBase64Encoded":false})") != std::string::npos,
              !row.base64)
        << row.field.value;
  }
  const auto encoded =
      event_of({.method = "POST",
                .fields = {{"Content-Type", "text/plain"}, {"Content-Encoding", "identity"}},
                .body = "hi"});
  EXPECT_NE(encoded->find(R"("isBase64Encoded":true)"), std::string::npos);
}

TEST(AlbEvent, TextThatIsNoUtf8CannotBeSaid) {
  EXPECT_FALSE(event_of({.fields = {{"X-Name",
                                     "gr\xf6\xdf"
                                     "e"}}}));
  EXPECT_FALSE(event_of({.target = "/\xff"}));
  EXPECT_FALSE(
      event_of({.method = "POST", .fields = {{"Content-Type", "text/plain"}}, .body = "\xc3\x28"}));
  EXPECT_TRUE(
      event_of({.method = "POST", .fields = {{"Content-Type", "image/png"}}, .body = "\xc3\x28"}));
}

TEST(AlbEvent, OfAHealthCheck) {
  EXPECT_EQ(alb_health_check_event("/health", {kGroup, false}) + "\n",
            testing::fixture("lambda/alb-event-health-check.json"));
}

}  // namespace
}  // namespace hoplab::aws::lambda
