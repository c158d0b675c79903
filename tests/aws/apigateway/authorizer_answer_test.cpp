// What comes of what an authorizer's function does (apigateway-features.md 2.3).
#include <gmock/gmock.h>

#include "authorizer_lab.h"

namespace hoplab::aws::testing {
namespace {

using AuthorizerAnswers = Guarded;

constexpr const char* kPolicy = R"("policyDocument":{"Version":"2012-10-17","Statement":)"
                                R"([{"Action":"*","Effect":"Allow","Resource":"*"}]})";

std::string with(const std::string& members) {
  return "{" + members + "," + kPolicy + "}";
}

TEST_F(AuthorizerAnswers, AllowGoesOn) {
  EXPECT_EQ(send(returned(says("Allow"))), Outcome::answered);
  EXPECT_EQ(answer_.text(), kWidget);
}

TEST_F(AuthorizerAnswers, DenyIs403) {
  EXPECT_EQ(send(returned(says("Deny"))), Outcome::explicit_deny);
  EXPECT_EQ(answer_.status(), 403);
  EXPECT_EQ(answer_.header("x-amzn-ErrorType"), "AccessDeniedException");
  EXPECT_EQ(
      answer_.text(),
      R"({"Message":"User is not authorized to access this resource with an explicit deny"})");
}

TEST_F(AuthorizerAnswers, NoStatementForTheMethodIs403) {
  EXPECT_EQ(send(returned(says("Allow", "arn:aws:execute-api:*:*:*/prod/GET/other"))),
            Outcome::implicit_deny);
  EXPECT_EQ(answer_.status(), 403);
  EXPECT_EQ(answer_.text(), R"({"Message":"User is not authorized to access this resource"})");
}

TEST_F(AuthorizerAnswers, TheResourcePolicyMayAllowWhatItSaysNothingOf) {
  model::Topology made = topology(token_authorizer());
  made.rest_apis.front().policy = kSamplePolicy;
  gateway_.emplace(made);
  EXPECT_EQ(send(returned(says("Allow", "arn:aws:execute-api:*:*:*/prod/GET/other"))),
            Outcome::answered);
  gateway_.emplace(made);
  EXPECT_EQ(send(returned(says("Deny"))), Outcome::explicit_deny);
}

TEST_F(AuthorizerAnswers, ConditionsSeeTheRequest) {
  const auto with_condition = [](const char* vpce) {
    return std::string(R"({"principalId":"a","policyDocument":{"Version":"2012-10-17",)") +
           R"("Statement":{"Action":"*","Effect":"Allow","Resource":"*",)" +
           R"("Condition":{"StringEquals":{"aws:SourceVpce":")" + vpce + R"("}}}}})";
  };
  EXPECT_EQ(send(returned(with_condition(kVpce))), Outcome::answered);
  use(token_authorizer());
  EXPECT_EQ(send(returned(with_condition(kOtherVpce))), Outcome::implicit_deny);
}

TEST_F(AuthorizerAnswers, UnauthorizedIs401) {
  EXPECT_EQ(send(thrown("Unauthorized")), Outcome::unauthorized);
  expect_unauthorized();
}

TEST_F(AuthorizerAnswers, AnyOtherErrorIs500) {
  expect_failed(thrown("unauthorized"), "lambda-unhandled: Error: unauthorized");
  lambda::Invocation busy;
  busy.fail(Reason::lambda_throttling, "no more");
  expect_failed(busy, "lambda-throttling: no more");
}

TEST_F(AuthorizerAnswers, WhatIsNoAnswerIs500) {
  const std::string unknown = R"(Invalid JSON in response: Unrecognized field "errorType" , )"
                              "not marked as ignorable";
  expect_failed(returned(with(R"("principalId":"a","errorType":"Error")")), unknown);
  expect_failed(returned("text"), "Invalid JSON in response: it is no object");
  expect_failed(returned(R"("Allow")"), "Invalid JSON in response: it is no object");
  expect_failed(returned(with(R"("context":{})")), "principalId is not there");
  expect_failed(returned(with(R"("principalId":null)")), "principalId is not there");
  expect_failed(returned(R"({"principalId":"a"})"), "policyDocument is not there");
  for (const char* const context : {R"({"a":{}})", R"({"a":[1]})"}) {
    expect_failed(returned(with(R"("principalId":"a","context":)" + std::string(context))),
                  "context.a is no text, number or boolean");
  }
  expect_failed(returned(with(R"("principalId":"a","context":[])")), "context is no object");
  const std::string resource(513, '*');
  expect_failed(returned(says("Allow", "arn:" + resource)),
                "policy: Statement[0]: Resource has 517 characters; the limit is 512");
}

TEST_F(AuthorizerAnswers, ItsOwnerMayCustomizeWhatIsSaid) {
  model::Topology made = topology(token_authorizer());
  made.rest_apis.front().gateway_responses = {
      {"AUTHORIZER_CONFIGURATION_ERROR", 503, {}, {{"application/json", R"({"m":1})"}}},
      {"UNAUTHORIZED", std::nullopt, {{"gatewayresponse.header.X", "'y'"}}, {}}};
  gateway_.emplace(made);
  send(thrown("no"));
  EXPECT_EQ(answer_.status(), 503);
  EXPECT_EQ(answer_.text(), R"({"m":1})");
  go({});
  EXPECT_EQ(answer_.status(), 401);
  EXPECT_EQ(answer_.header("X"), "y");
}

TEST_F(AuthorizerAnswers, WhatItSaysOfTheCallerReachesTheFunction) {
  target_ = "/orders/7";
  go();
  visit_->answered(returned(
      with(R"("principalId":"alice","context":{"text":"t","number":1,"good":true,"none":null})")));
  ASSERT_TRUE(visit_->waits());
  EXPECT_EQ(call().function, "orders");
  const auto context = event()["requestContext"];
  EXPECT_EQ(context["authorizer"].dump(),
            R"({"principalId":"alice","text":"t","number":1,"good":true,"integrationLatency":0})");
  std::vector<std::string> names;
  for (const auto& [name, value] : context.items()) names.push_back(name);
  EXPECT_EQ(names[0], "resourceId");
  EXPECT_EQ(names[1], "authorizer");
  EXPECT_EQ(visit_->variable("context.authorizer.principalId"), "alice");
  EXPECT_EQ(visit_->variable("context.authorizer.number"), "1");
  EXPECT_EQ(visit_->variable("context.authorizer.good"), "true");
  EXPECT_EQ(visit_->variable("context.authorizer.integrationLatency"), "0");
  EXPECT_EQ(visit_->variable("context.authorizer.none"), std::nullopt);
  lambda::Invocation done = returned(R"({"statusCode":201})");
  done.output = "second";
  visit_->answered(done);
  EXPECT_EQ(visit_->finish(), Outcome::answered);
  EXPECT_EQ(answer_.status(), 201);
}

/// Keeps the lines of execution logs, without their request's id.
class KeptLog final : public ApiLog {
 public:
  [[nodiscard]] bool on() const noexcept override { return true; }
  void add(const ApiLogLine& line) override {
    if (line.kind == ApiLogKind::execution) {
      lines.emplace_back(line.text.substr(line.text.find(' ') + 1));
    }
  }
  std::vector<std::string> lines;
};

TEST_F(AuthorizerAnswers, AreInTheExecutionLog) {
  model::Topology made = topology(token_authorizer());
  model::MethodSettings& settings =
      made.rest_apis.front().stages.front().method_settings.emplace_back();
  settings.logging_level = model::LoggingLevel::info;
  settings.data_trace_enabled = true;
  gateway_.emplace(made);
  KeptLog log;
  api_log_ = &log;
  const std::string allow = says("Allow");
  send(returned(allow));
  ASSERT_GT(log.lines.size(), 6U);
  EXPECT_THAT(log.lines[1], ::testing::MatchesRegex("Starting authorizer: .+ for request: .+"));
  EXPECT_EQ(log.lines[2], "Incoming identity: ******");
  EXPECT_THAT(log.lines[3],
              ::testing::StartsWith("Endpoint request body after transformations: {\"type\""));
  EXPECT_EQ(log.lines[4], "Authorizer result body before parsing: " + allow);
  EXPECT_EQ(log.lines[5], "Using valid authorizer policy for principal: *****");
  EXPECT_EQ(log.lines[6], "Successfully completed authorizer execution");
  log.lines.clear();
  made.rest_apis.front().authorizers = {
      request_authorizer({"method.request.header.Authorization"})};
  gateway_.emplace(made);
  send(returned("text"));
  ASSERT_GT(log.lines.size(), 6U);
  EXPECT_EQ(log.lines[2], "Incoming identity: {method.request.header.Authorization=******}");
  EXPECT_EQ(log.lines[5],
            "Execution failed due to configuration error: Invalid JSON in response: it is no "
            "object");
  EXPECT_EQ(log.lines[6], "AuthorizerConfigurationException");
}

}  // namespace
}  // namespace hoplab::aws::testing
