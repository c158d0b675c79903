// Methods of functions (AWS_PROXY): what is asked, and what comes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

TEST_F(FunctionCalls, AGateBeforeItRefuses) {
  caller_.vpce_id = kOtherVpce;
  visit_->go_on();
  EXPECT_FALSE(visit_->waits());
  EXPECT_EQ(answer_.status(), 403);
}

}  // namespace
}  // namespace hoplab::aws::testing
