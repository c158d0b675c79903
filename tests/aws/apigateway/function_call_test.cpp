// Methods of functions (AWS_PROXY): what is asked, and what comes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aws/apigateway/content_coding.h"
#include "support.h"

namespace hoplab::aws::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class FunctionCalls : public ::testing::Test {
 protected:
  static model::Topology topology() {
    model::Topology made = sample_topology();
    model::Method method;
    method.http_method = "POST";
    method.path = "/orders/{id}";
    method.integration.type = model::IntegrationType::aws_proxy;
    method.integration.function = "orders";
    method.integration.timeout_ms = 3000;
    made.rest_apis.front().methods.push_back(method);
    return made;
  }

  FunctionCalls() : gateway_(topology()) {
    request_.method = "POST";
    request_.target = "/orders/7?a=b";
    request_.authority = "api.example.com";
    visit_.emplace(*gateway_.api, request_, caller_, arrival_, answer_.response);
  }

  lambda::Invocation returned(std::string payload) {
    lambda::Invocation invocation;
    invocation.payload = std::move(payload);
    invocation.done = true;
    return invocation;
  }
  Outcome answered(const lambda::Invocation& invocation) {
    visit_->go_on();
    visit_->answered(invocation);
    return visit_->finish();
  }

  const FunctionCall& call() { return std::get<FunctionCall>(visit_->call()); }

  Gateway gateway_;
  http::Request request_;
  Caller caller_{"10.0.1.25", kVpce, "vpc-0aaaabbbbccccdddd"};
  Arrival arrival_{gateway_.now, 5, gateway_.stamps, nullptr, "hello"};
  Answer answer_;
  std::optional<ExecuteApi::Visit> visit_;
};

TEST_F(FunctionCalls, AMethodLeavesWhatIsToBeAsked) {
  EXPECT_TRUE(gateway_.api->reads_bodies());
  visit_->go_on();
  ASSERT_TRUE(visit_->waits());
  EXPECT_EQ(call().function, "orders");
  EXPECT_EQ(call().timeout, 3s);
  const auto event = nlohmann::json::parse(call().event);
  EXPECT_EQ(event["resource"], "/orders/{id}");
  EXPECT_EQ(event["path"], "/orders/7");
  EXPECT_EQ(event["pathParameters"]["id"], "7");
  EXPECT_EQ(event["body"], "hello");
  EXPECT_EQ(event["requestContext"]["path"], "/orders/7");
  EXPECT_EQ(answer_.status(), 0) << "there is no answer yet";
}

TEST_F(FunctionCalls, ByADefaultNameTheStageIsNotInThePath) {
  request_.target = "/prod/orders/7";
  request_.authority = kDefaultName;
  visit_.emplace(*gateway_.api, request_, caller_, arrival_, answer_.response);
  visit_->go_on();
  const auto event = nlohmann::json::parse(call().event);
  EXPECT_EQ(event["path"], "/orders/7");
  EXPECT_EQ(event["requestContext"]["path"], "/prod/orders/7");
}

TEST_F(FunctionCalls, WhatItReturnsIsTheAnswer) {
  visit_->go_on();
  const auto event = nlohmann::json::parse(call().event);
  visit_->answered(returned(
      R"({"statusCode":201,"headers":{"X-A":"1","Content-Type":"text/plain"},"body":"hi"})"));
  EXPECT_EQ(visit_->finish(), Outcome::answered);
  EXPECT_EQ(answer_.status(), 201);
  EXPECT_EQ(answer_.text(), "hi");
  EXPECT_THAT(answer_.names(), ElementsAre("Date", "Content-Type", "x-amzn-RequestId", "X-A",
                                           "x-amz-apigw-id", "X-Amzn-Trace-Id"));
  EXPECT_EQ(event["requestContext"]["requestId"], *answer_.header("x-amzn-RequestId"));
  EXPECT_EQ(event["requestContext"]["extendedRequestId"], *answer_.header("x-amz-apigw-id"));
}

TEST_F(FunctionCalls, WhatIsNoAnswerIs502) {
  EXPECT_EQ(answered(returned(R"("text")")), Outcome::integration_failed);
  EXPECT_EQ(answer_.status(), 502);
  EXPECT_EQ(answer_.text(), R"({"message": "Internal server error"})");
  EXPECT_EQ(answer_.header("x-amzn-ErrorType"), "InternalServerErrorException");
  EXPECT_THAT(visit_->detail(), StartsWith("malformed Lambda proxy response: "));
  EXPECT_EQ(gateway_.api->traffic("widgets")->errors_5xx, 1U);
}

TEST_F(FunctionCalls, WhatTheApiSaysInItsPlaceIsItsOwnersToCustomize) {
  model::Topology made = topology();
  made.rest_apis.front().gateway_responses = {
      {"DEFAULT_5XX", {}, {}, {{"text/plain", "$context.error.responseType"}}},
      {"INTEGRATION_TIMEOUT", 503, {}, {{"text/plain", "$context.error.message"}}}};
  gateway_.api = std::move(ExecuteApi::build(made)).value();
  visit_.emplace(*gateway_.api, request_, caller_, arrival_, answer_.response);
  answered(returned("{}"));
  EXPECT_EQ(answer_.status(), 502);
  EXPECT_EQ(answer_.text(), "DEFAULT_5XX");
  Answer late;
  visit_.emplace(*gateway_.api, request_, caller_, arrival_, late.response);
  visit_->go_on();
  visit_->too_late({});
  EXPECT_EQ(late.status(), 503);
  EXPECT_EQ(late.text(), "Endpoint request timed out");
}

TEST_F(FunctionCalls, AFailedOneIs502) {
  lambda::Invocation invocation;
  invocation.fail(Reason::lambda_unhandled, "KeyError: no such widget");
  EXPECT_EQ(answered(invocation), Outcome::integration_failed);
  EXPECT_EQ(answer_.status(), 502);
  EXPECT_EQ(visit_->detail(), "lambda-unhandled: KeyError: no such widget");
}

TEST_F(FunctionCalls, OneThatTakesTooLongIs504) {
  visit_->go_on();
  visit_->too_late({});
  EXPECT_EQ(visit_->finish(), Outcome::integration_timeout);
  EXPECT_EQ(answer_.status(), 504);
  EXPECT_EQ(answer_.text(), R"({"message": "Endpoint request timed out"})");
}

TEST_F(FunctionCalls, ToReturnMoreThan6MegabytesIs502) {
  const std::string body(kMaxFunctionPayload, 'x');
  EXPECT_EQ(answered(returned(R"({"body":")" + body + R"("})")), Outcome::integration_failed);
}

TEST_F(FunctionCalls, ARequestOfMoreThan6MegabytesIs413) {
  const std::string body(kMaxFunctionPayload, 'x');
  const Arrival large{gateway_.now, body.size(), gateway_.stamps, nullptr, body};
  visit_.emplace(*gateway_.api, request_, caller_, large, answer_.response);
  visit_->go_on();
  EXPECT_FALSE(visit_->waits());
  EXPECT_EQ(answer_.status(), 413);
  EXPECT_EQ(answer_.text(), R"({"message":"Request Too Long"})");
}

// ---- Binary media types -------------------------------------------------------------------------

class BinaryFunctionCalls : public FunctionCalls {
 protected:
  BinaryFunctionCalls() {
    model::Topology made = topology();
    made.rest_apis.front().binary_media_types = {"image/*"};
    made.rest_apis.front().minimum_compression_size = 10;
    gateway_.api = std::move(ExecuteApi::build(made)).value();
    visit_.emplace(*gateway_.api, request_, caller_, arrival_, answer_.response);
  }
  nlohmann::json event(std::string_view body) {
    const Arrival arrival{gateway_.now, body.size(), gateway_.stamps, nullptr, body};
    visit_.emplace(*gateway_.api, request_, caller_, arrival, answer_.response);
    visit_->go_on();
    return nlohmann::json::parse(call().event);
  }
};

TEST_F(BinaryFunctionCalls, ABodyOfSuchATypeIsPassedOnInBase64) {
  request_.headers.add("Content-Type", "image/png");
  const auto binary = event("\x89PNG");
  EXPECT_EQ(binary["body"], "iVBORw==");
  EXPECT_EQ(binary["isBase64Encoded"], true);
  const auto none = event("");
  EXPECT_EQ(none["body"], nullptr);
  EXPECT_EQ(none["isBase64Encoded"], false);
}

TEST_F(BinaryFunctionCalls, ABodyOfAnotherTypeIsText) {
  request_.headers.add("Content-Type", "text/plain");
  const auto text = event("\x89PNG");
  EXPECT_EQ(text["body"], "\xef\xbf\xbdPNG");
  EXPECT_EQ(text["isBase64Encoded"], false);
}

TEST_F(BinaryFunctionCalls, ACompressedBodyIsPassedOnWithoutItsCoding) {
  request_.headers.add("Content-Encoding", "gzip");
  const auto text = event(compressed(ContentCoding::gzip, "hello"));
  EXPECT_EQ(text["body"], "hello");
  EXPECT_FALSE(text["headers"].contains("Content-Encoding"));
  const auto small = event("below 10");
  EXPECT_EQ(small["body"], "below 10") << "smaller than what is compressed";
  EXPECT_EQ(small["headers"]["Content-Encoding"], "gzip");
}

TEST_F(BinaryFunctionCalls, Base64IsDecodedForAClientThatTakesSuchATypeFirst) {
  const std::pair<const char*, const char*> rows[] = {
      {"image/png,*/*", "\x89PNG"}, {"*/*", "iVBORw=="}, {"text/html,image/png", "iVBORw=="}};
  for (const auto& [accept, body] : rows) {
    request_.headers.set("Accept", accept);
    Answer answer;
    visit_.emplace(*gateway_.api, request_, caller_, arrival_, answer.response);
    EXPECT_EQ(answered(returned(R"({"body":"iVBORw==","isBase64Encoded":true})")),
              Outcome::answered);
    EXPECT_EQ(answer.text(), body) << accept;
  }
  request_.headers.set("Accept", "image/png");
  visit_.emplace(*gateway_.api, request_, caller_, arrival_, answer_.response);
  answered(returned(R"({"body":"iVBORw==","isBase64Encoded":false})"));
  EXPECT_EQ(answer_.text(), "iVBORw==") << "it is a text";
}

TEST_F(BinaryFunctionCalls, WhatIsNoBase64Is500) {
  request_.headers.add("Accept", "image/png");
  EXPECT_EQ(answered(returned(R"({"body":"no base64!","isBase64Encoded":true})")),
            Outcome::integration_error);
  EXPECT_EQ(answer_.status(), 500);
  EXPECT_EQ(answer_.text(), R"({"message":"Internal server error"})");
}

TEST_F(FunctionCalls, AGateBeforeItRefuses) {
  caller_.vpce_id = kOtherVpce;
  visit_->go_on();
  EXPECT_FALSE(visit_->waits());
  EXPECT_EQ(answer_.status(), 403);
}

}  // namespace
}  // namespace hoplab::aws::testing
