// Answers of functions, and what is none (alb-features.md 2.3).
#include "aws/lambda/alb_answer.h"

#include <gtest/gtest.h>

#include <ctime>

namespace hoplab::aws::lambda {
namespace {

/// The answer in lines: status and phrase, fields, body; or why it is none.
std::string read(std::string_view json, bool lists = false) {
  http::Response response;
  if (const auto why = read_alb_answer(json, lists, response)) return *why;
  std::string text = std::to_string(response.status) + " " + std::string(response.reason);
  for (const http::Field& field : response.headers.fields()) {
    text.append("\n").append(field.name).append(": ").append(field.value);
  }
  return text + "\n\n" + std::string(response.text);
}

TEST(AlbAnswer, StatusFieldsAndBodyAreTheFunctions) {
  EXPECT_EQ(read(R"({"statusCode":201,"statusDescription":"201 Made",
                     "headers":{"Content-Type":"text/plain","X-B":"2"},"body":"done",
                     "isBase64Encoded":false})"),
            "201 Made\nContent-Type: text/plain\nX-B: 2\n\ndone");
}

TEST(AlbAnswer, AStatusCodeIsEnough) {
  EXPECT_EQ(read(R"({"statusCode":204})"), "204 \n\n");
  EXPECT_EQ(read(R"({"statusCode":200,"headers":null,"body":null})"), "200 \n\n");
}

TEST(AlbAnswer, Base64IsDecoded) {
  EXPECT_EQ(read(R"({"statusCode":200,"body":"aGk=","isBase64Encoded":true})"), "200 \n\nhi");
  EXPECT_EQ(read(R"({"statusCode":200,"body":"h!","isBase64Encoded":true})"),
            "its body is no base64");
}

TEST(AlbAnswer, MultiValueHeadersWhereTheGroupAsksForThem) {
  const std::string_view both = R"({"statusCode":200,"headers":{"X-A":"1"},
                                    "multiValueHeaders":{"Set-Cookie":["a=1","b=2"]}})";
  EXPECT_EQ(read(both, true), "200 \nSet-Cookie: a=1\nSet-Cookie: b=2\n\n");
  EXPECT_EQ(read(both, false), "200 \nX-A: 1\n\n");
}

TEST(AlbAnswer, FieldsOfTheOtherKindAloneAreNoAnswer) {
  EXPECT_EQ(read(R"({"statusCode":200,"headers":{"X-A":"1"}})", true),
            "it has headers where lambda.multi_value_headers.enabled (true) asks for "
            "multiValueHeaders");
  EXPECT_EQ(read(R"({"statusCode":200,"multiValueHeaders":{"X-A":["1"]}})", false),
            "it has multiValueHeaders where lambda.multi_value_headers.enabled (false) asks for "
            "headers");
  EXPECT_EQ(read(R"({"statusCode":200,"headers":{}})", true), "200 \n\n");
}

TEST(AlbAnswer, FieldsOfTheConnectionAreNotHonoured) {
  EXPECT_EQ(read(R"({"statusCode":200,"headers":{"Connection":"close","Transfer-Encoding":"chunked",
                     "Content-Length":"99","Keep-Alive":"timeout=5","X-A":"1"},"body":"hi"})"),
            "200 \nX-A: 1\n\nhi");
}

TEST(AlbAnswer, AStatusWithoutABodyHasNone) {
  EXPECT_EQ(read(R"({"statusCode":304,"body":"hi"})"), "304 \n\n");
}

TEST(AlbAnswer, WhatIsNoneSaysWhy) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", "it is no JSON"},
      {"hello", "it is no JSON"},
      {"null", "it is no JSON object"},
      {R"("hello")", "it is no JSON object"},
      {"[]", "it is no JSON object"},
      {R"({"message":"hello"})", "it has no statusCode"},
      {R"({"statusCode":"200"})", "its statusCode is no number from 200 to 599"},
      {R"({"statusCode":200.5})", "its statusCode is no number from 200 to 599"},
      {R"({"statusCode":101})", "its statusCode is no number from 200 to 599"},
      {R"({"statusCode":1e9})", "its statusCode is no number from 200 to 599"},
      {R"({"statusCode":200,"statusDescription":1})", "its statusDescription is no text"},
      {R"({"statusCode":200,"statusDescription":"200 OK\r\nX: 1"})",
       "its statusDescription is no line of text"},
      {R"({"statusCode":200,"headers":[]})", "its headers are no object"},
      {R"({"statusCode":200,"headers":{"X-A":1}})", "the value of its header X-A is no text"},
      {R"({"statusCode":200,"headers":{"X-A":["1"]}})", "the value of its header X-A is no text"},
      {R"({"statusCode":200,"headers":{"X A":"1"}})", "its header X A cannot be one"},
      {R"({"statusCode":200,"headers":{"X-A":"1\r\nX-B: 2"}})", "its header X-A cannot be one"},
      {R"({"statusCode":200,"body":{"a":1}})", "its body is no text"},
      {R"({"statusCode":200,"isBase64Encoded":"true"})",
       "its isBase64Encoded is neither true nor false"}};
  for (const auto& [json, why] : rows) EXPECT_EQ(read(json), why) << json;
  EXPECT_EQ(read(R"({"statusCode":200,"multiValueHeaders":{"X-A":"1"}})", true),
            "the value of its header X-A is no list of texts");
}

/// A function chooses its fields' names: a record of it is a line all the same.
TEST(AlbAnswer, WhatItsReasonQuotesIsOneShortLine) {
  EXPECT_EQ(read(R"({"statusCode":200,"headers":{"A\n\u001b[31m\u009bB":"1"}})"),
            "its header A  [31m B cannot be one");
  const std::string long_name(100'000, 'n');
  EXPECT_LT(read(R"({"statusCode":200,"headers":{")" + long_name + R"(":1}})").size(), 300u);
}

/// alb.md 0: "all response headers 32 K".
TEST(AlbAnswer, MoreThan32KOfFieldsAreNone) {
  const auto with = [](std::size_t size) {
    return read(R"({"statusCode":200,"headers":{"X-A":")" + std::string(size, 'a') + "\"}}");
  };
  const std::size_t most = 32 * 1024 - 7;  // "X-A: " and CRLF
  EXPECT_TRUE(with(most).starts_with("200 "));
  EXPECT_EQ(with(most + 1), "its headers are larger than 32 KB");
}

std::string many_members(int count) {
  std::string json = "{";
  for (int i = 0; i < count; ++i) json += "\"m" + std::to_string(i) + "\":1,";
  return json + R"("statusCode":200})";
}

std::clock_t time_to_read(const std::string& json, int times) {
  const std::clock_t begin = std::clock();
  for (int i = 0; i < times; ++i) EXPECT_EQ(read(json), "200 \n\n");
  return std::clock() - begin;
}

/// Twenty answers of 1000 members are as much to read as one of 20,000.
TEST(AlbAnswer, ItsMembersAreReadInTimeThatGrowsAsTheyDo) {
  const std::clock_t many_small = time_to_read(many_members(1000), 20);
  const std::clock_t one_large = time_to_read(many_members(20'000), 1);
  EXPECT_LT(one_large, 6 * many_small);
}

}  // namespace
}  // namespace hoplab::aws::lambda
