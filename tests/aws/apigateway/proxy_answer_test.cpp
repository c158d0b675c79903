// What functions return to a REST API (apigateway-features.md 1.3).
#include "aws/apigateway/proxy_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

ProxyAnswer read(std::string_view json) {
  ProxyAnswer answer;
  const auto why = read_proxy_answer(json, answer);
  EXPECT_FALSE(why) << json << ": " << *why;
  return answer;
}

bool is_malformed(std::string_view json) {
  ProxyAnswer unused;
  return read_proxy_answer(json, unused).has_value();
}

TEST(ProxyAnswer, AStatusIsEnough) {
  const ProxyAnswer answer = read(R"({"statusCode":200})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(answer.body, "");
  EXPECT_THAT(answer.headers, IsEmpty());
}

TEST(ProxyAnswer, AStatusMayBeATextOrMissing) {
  EXPECT_EQ(read(R"({"statusCode":"201"})").status, 201);
  EXPECT_EQ(read(R"({"headers":{}})").status, 200);
  EXPECT_EQ(read(R"({"statusCode":null,"body":"x"})").status, 200);
}

TEST(ProxyAnswer, ValuesOfHeadersMayBeNoTexts) {
  const ProxyAnswer answer =
      read(R"({"headers":{"X-A":true,"X-B":7,"X-C":null,"content-type":"text/plain"}})");
  EXPECT_THAT(answer.headers, ElementsAre(Pair("X-A", "true"), Pair("X-B", "7"), Pair("X-C", "")));
  EXPECT_EQ(answer.content_type, "text/plain");
  EXPECT_THAT(read(R"({"statusCode":200,"headers":null})").headers, IsEmpty());
}

TEST(ProxyAnswer, AHeaderOfBothMapsHasTheValuesOfTheListFirst) {
  const ProxyAnswer answer =
      read(R"({"headers":{"x-a":"3","X-B":"4"},"multiValueHeaders":{"X-A":["1","2"]}})");
  EXPECT_THAT(answer.headers,
              ElementsAre(Pair("X-A", "1"), Pair("X-A", "2"), Pair("X-B", "4"), Pair("X-A", "3")));
}

TEST(ProxyAnswer, AValueOfBothMapsIsThereOnce) {
  const ProxyAnswer answer =
      read(R"({"headers":{"x-a":"1"},"multiValueHeaders":{"X-A":["1","2"]}})");
  EXPECT_THAT(answer.headers, ElementsAre(Pair("X-A", "1"), Pair("X-A", "2")));
}

TEST(ProxyAnswer, FieldsOfTheApiItselfComeUnderOtherNames) {
  const ProxyAnswer answer =
      read(R"({"headers":{"Connection":"close","Content-Length":"9","Date":"now",)"
           R"("Server":"me","Transfer-Encoding":"chunked"}})");
  EXPECT_THAT(answer.headers, ElementsAre(Pair("x-amzn-Remapped-Connection", "close"),
                                          Pair("x-amzn-Remapped-Content-Length", "9"),
                                          Pair("x-amzn-Remapped-Date", "now"),
                                          Pair("x-amzn-Remapped-Server", "me")));
}

TEST(ProxyAnswer, Base64StaysTheTextThatItIs) {
  EXPECT_EQ(read(R"({"body":"aGVsbG8=","isBase64Encoded":true})").body, "aGVsbG8=");
}

TEST(ProxyAnswer, IsMalformed) {
  for (const char* const json : {"",
                                 "{",
                                 "null",
                                 "\"text\"",
                                 "[]",
                                 "200",
                                 "{}",
                                 R"({"status":200})",
                                 R"({"statusCode":200,"cookies":[]})",
                                 R"({"statusCode":"ok"})",
                                 R"({"statusCode":"200 "})",
                                 R"({"statusCode":199})",
                                 R"({"statusCode":600})",
                                 R"({"statusCode":200.5})",
                                 R"({"statusCode":true})",
                                 R"({"headers":[]})",
                                 R"({"headers":{"X-A":{}}})",
                                 R"({"headers":{"X-A":["1"]}})",
                                 R"({"multiValueHeaders":[]})",
                                 R"({"multiValueHeaders":{"X-A":"1"}})",
                                 R"({"multiValueHeaders":{"X-A":[[]]}})",
                                 R"({"headers":{"X A":"1"}})",
                                 R"({"headers":{"X-A":"1\r\nX-B: 2"}})",
                                 R"({"body":{}})",
                                 R"({"body":1})",
                                 R"({"isBase64Encoded":"true"})"}) {
    EXPECT_TRUE(is_malformed(json)) << json;
  }
}

}  // namespace
}  // namespace hoplab::aws
