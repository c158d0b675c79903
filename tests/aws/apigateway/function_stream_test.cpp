// Methods of functions whose answers stream (ResponseTransferMode STREAM): what is asked, and what
// the head that the function writes becomes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/apigateway/proxy_answer.h"
#include "support.h"

namespace hoplab::aws::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kEnd(8, '\0');

TEST(StreamedHeads, EndWithEightNulBytes) {
  using enum StreamedHead::Verdict;
  EXPECT_EQ(streamed_head("").verdict, incomplete);
  EXPECT_EQ(streamed_head("{}" + kEnd.substr(1)).verdict, incomplete);
  const std::string text = "{}" + kEnd + "payload";
  const StreamedHead head = streamed_head(text);
  EXPECT_EQ(head.verdict, whole);
  EXPECT_EQ(head.json, "{}");
  EXPECT_EQ(head.size, 10U);
}

TEST(StreamedHeads, AreWithinSixteenKilobytes) {
  using enum StreamedHead::Verdict;
  constexpr std::size_t kMost = 16UL * 1024;
  EXPECT_EQ(streamed_head(std::string(kMost - 8, ' ') + kEnd).verdict, whole);
  EXPECT_EQ(streamed_head(std::string(kMost - 7, ' ') + kEnd).verdict, none);
  EXPECT_EQ(streamed_head(std::string(kMost - 1, ' ')).verdict, incomplete);
  EXPECT_EQ(streamed_head(std::string(kMost, ' ')).verdict, none);
}

TEST(StreamedHeads, HaveFourMembersAtMost) {
  ProxyAnswer answer;
  EXPECT_EQ(read_streamed_head(R"({"statusCode":201,"headers":{"X-A":"1"},"multiValueHeaders":)"
                               R"({"X-B":["1","2"]},"cookies":["a=1","b=2"]})",
                               answer),
            std::nullopt);
  EXPECT_EQ(answer.status, 201);
  using Field = std::pair<std::string, std::string>;
  EXPECT_THAT(answer.headers, ElementsAre(Field("X-B", "1"), Field("X-B", "2"), Field("X-A", "1"),
                                          Field("Set-Cookie", "a=1"), Field("Set-Cookie", "b=2")));
  ProxyAnswer of_nothing;
  EXPECT_EQ(read_streamed_head("{}", of_nothing), std::nullopt);
  EXPECT_EQ(of_nothing.status, 200);
  for (const char* const wrong :
       {"", "[]", "null", R"({"body":"x"})", R"({"isBase64Encoded":true})", R"({"cookies":"a=1"})",
        R"({"cookies":[1]})", R"({"cookies":["a\nb"]})", R"({"statusCode":99})",
        R"({"headers":{"Content-Length":"x"}})", "{} {}"}) {
    ProxyAnswer unused;
    EXPECT_NE(read_streamed_head(wrong, unused), std::nullopt) << wrong;
  }
}

TEST(StreamedHeads, SayALengthThatIsTheAnswers) {
  ProxyAnswer answer;
  EXPECT_EQ(read_streamed_head(R"({"headers":{"content-length":"12"}})", answer), std::nullopt);
  EXPECT_EQ(answer.content_length, 12U);
  EXPECT_TRUE(answer.headers.empty());
}

class FunctionStreams : public ::testing::Test {
 protected:
  static model::Topology topology() {
    model::Topology made = sample_topology();
    model::Method method;
    method.http_method = "ANY";
    method.path = "/orders";
    method.integration.type = model::IntegrationType::aws_proxy;
    method.integration.function = "orders";
    method.integration.stream = true;
    made.rest_apis.front().methods.push_back(method);
    return made;
  }

  FunctionStreams() : gateway_(topology()) { ask("GET"); }
  void ask(std::string_view method) {
    request_.method = method;
    request_.target = "/orders";
    request_.authority = "api.example.com";
    visit_.emplace(*gateway_.api, request_, caller_, arrival_, answer_.response);
    visit_->go_on();
    EXPECT_TRUE(std::get<FunctionCall>(visit_->call()).streams);
  }
  void streamed(std::string_view bytes) {
    stream_.put(bytes);
    visit_->answered(invocation_, stream_);
  }

  Gateway gateway_;
  http::Request request_;
  Caller caller_{"10.0.1.25", kVpce, "vpc-0aaaabbbbccccdddd"};
  Arrival arrival_{gateway_.now, 0, gateway_.stamps};
  Answer answer_;
  std::optional<ExecuteApi::Visit> visit_;
  lambda::Invocation invocation_;
  lambda::ResponseStream stream_;
};

TEST_F(FunctionStreams, TheHeadIsTheAnswersAndTheRestItsBody) {
  streamed(R"({"statusCode":201,"headers":{"Content-Type":"text/plain"}})" + kEnd + "first");
  EXPECT_TRUE(visit_->streams());
  EXPECT_EQ(stream_.ready(), "first");
  EXPECT_EQ(answer_.status(), 201);
  EXPECT_EQ(answer_.header("Content-Type"), "text/plain");
  Streamed said;
  said.bytes = 5;
  said.first_content_at = gateway_.now + 3ms;
  visit_->stream_over(said, &invocation_);
  EXPECT_EQ(visit_->variable("context.responseLength"), "5");
  EXPECT_EQ(visit_->variable("context.integration.responseTransferMode"), "STREAM");
  EXPECT_EQ(visit_->variable("context.integration.timeToAllHeaders"), "0");
  EXPECT_EQ(visit_->variable("context.integration.timeToFirstContent"), "3");
  EXPECT_EQ(visit_->finish(), Outcome::answered);
}

TEST_F(FunctionStreams, WhatIsCutIsCountedAsAFailure) {
  streamed("{}" + kEnd + "first");
  Streamed said;
  said.broken = Reason::lambda_unhandled;
  said.detail = "exit status 3";
  visit_->stream_over(said, &invocation_);
  EXPECT_EQ(visit_->finish(), Outcome::integration_failed);
  EXPECT_EQ(visit_->detail(), "lambda-unhandled: exit status 3");
}

TEST_F(FunctionStreams, WhatHasNoHeadIs500) {
  stream_.put(R"({"statusCode":200,"body":"x"})");
  stream_.end();
  visit_->answered(invocation_, stream_);
  EXPECT_FALSE(visit_->streams());
  EXPECT_EQ(answer_.status(), 500);
  EXPECT_EQ(answer_.header("x-amzn-ErrorType"), "InternalServerErrorException");
  EXPECT_THAT(visit_->detail(), HasSubstr("eight NUL bytes"));
}

TEST_F(FunctionStreams, AHeadWithMoreMembersIs500) {
  streamed(R"({"statusCode":200,"body":"x"})" + kEnd);
  EXPECT_EQ(answer_.status(), 500);
  EXPECT_THAT(visit_->detail(), StartsWith("the head of what the function streams: "));
}

TEST_F(FunctionStreams, AFunctionThatFailsFirstIs502) {
  invocation_.fail(Reason::lambda_unhandled, "KeyError");
  stream_.fail(Reason::lambda_unhandled, "KeyError");
  visit_->answered(invocation_, stream_);
  EXPECT_EQ(answer_.status(), 502);
  EXPECT_EQ(visit_->detail(), "lambda-unhandled: KeyError");
}

TEST_F(FunctionStreams, AnswersWithoutABodyAreDoneWithTheirHead) {
  streamed(R"({"statusCode":204})" + kEnd + "first");
  EXPECT_FALSE(visit_->streams());
  EXPECT_EQ(answer_.status(), 204);
}

TEST_F(FunctionStreams, AskedForItsHeadItSaysItsLength) {
  ask("HEAD");
  streamed(R"({"headers":{"Content-Length":"9"}})" + kEnd + "first");
  EXPECT_FALSE(visit_->streams());
  EXPECT_TRUE(answer_.response.head_only);
  EXPECT_EQ(answer_.response.content_length, 9U);
}

}  // namespace
}  // namespace hoplab::aws::testing
