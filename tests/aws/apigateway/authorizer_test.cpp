// Lambda authorizers at their gate: when a function is asked, and what (apigateway-features.md 2.1,
// 2.2).
#include <gmock/gmock.h>

#include "authorizer_lab.h"

namespace hoplab::aws::testing {
namespace {

using ::testing::ElementsAre;

using AuthorizerCalls = Guarded;

TEST_F(AuthorizerCalls, TokenIsAskedAboutTheWholeValue) {
  go({{"Authorization", "Bearer secret"}});
  ASSERT_TRUE(visit_->waits());
  EXPECT_EQ(call().function, "guard");
  EXPECT_EQ(call().timeout, 29s);
  EXPECT_EQ(call().event, std::string(R"({"type":"TOKEN","methodArn":")") + kMethodArn +
                              R"(","authorizationToken":"Bearer secret"})");
}

TEST_F(AuthorizerCalls, RequestIsAskedAboutAllButTheBody) {
  use(request_authorizer({"method.request.header.Authorization"}));
  go();
  const auto asked = event();
  std::vector<std::string> names;
  for (const auto& [name, value] : asked.items()) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("type", "methodArn", "resource", "path", "httpMethod", "headers",
                                 "multiValueHeaders", "queryStringParameters",
                                 "multiValueQueryStringParameters", "pathParameters",
                                 "stageVariables", "requestContext"));
  EXPECT_EQ(asked["type"], "REQUEST");
  EXPECT_EQ(asked["methodArn"], kMethodArn);
  EXPECT_EQ(asked["headers"]["Authorization"], "secret");
  EXPECT_EQ(asked["stageVariables"].dump(), R"({"tenant":"blue"})");
  for (const char* const empty :
       {"queryStringParameters", "multiValueQueryStringParameters", "pathParameters"}) {
    EXPECT_EQ(asked[empty].dump(), "{}") << empty;
  }
  EXPECT_FALSE(asked["requestContext"].contains("authorizer"));
}

TEST_F(AuthorizerCalls, TheRootsArnEndsBehindTheMethod) {
  model::Topology made = topology(token_authorizer());
  model::Method& root = made.rest_apis.front().methods.emplace_back(method("GET", "/", "root"));
  root.authorization = model::AuthorizationType::custom;
  root.authorizer = "guard";
  gateway_.emplace(made);
  target_ = "/";
  go();
  EXPECT_EQ(event()["methodArn"],
            "arn:aws:execute-api:eu-west-1:111122223333:abcde12345/prod/GET/");
}

TEST_F(AuthorizerCalls, WithoutItsTokenNobodyIsAsked) {
  go({});
  expect_unauthorized();
  EXPECT_EQ(visit_->detail(), "method.request.header.Authorization is not there");
  go({{"Authorization", ""}});
  expect_unauthorized();
}

TEST_F(AuthorizerCalls, AnExpressionIsOneOfTheWholeToken) {
  model::Authorizer authorizer = token_authorizer();
  authorizer.identity_validation_expression = "Bearer [a-z]+|open";
  use(authorizer);
  for (const char* const bad : {"Bearer 1", "Bearer a b", "xBearer a", "opened"}) {
    go({{"Authorization", bad}});
    expect_unauthorized();
  }
  for (const char* const good : {"Bearer abc", "open"}) {
    EXPECT_TRUE(go({{"Authorization", good}}).waits()) << good;
  }
}

TEST_F(AuthorizerCalls, ARequestLacksAnIdentitySource) {
  use(request_authorizer({"method.request.header.Authorization", "method.request.querystring.q"}));
  go();
  expect_unauthorized();
  EXPECT_EQ(visit_->detail(), "method.request.querystring.q is not there");
  target_ = "/widgets?q=";
  go();
  expect_unauthorized();
  target_ = "/widgets?q=1";
  EXPECT_TRUE(go().waits());
}

TEST_F(AuthorizerCalls, WithoutACacheARequestIsAskedAboutWhateverIsMissing) {
  use(request_authorizer({"method.request.header.Authorization"}, 0));
  EXPECT_TRUE(go({}).waits());
  use(request_authorizer({}, 0));
  EXPECT_TRUE(go({}).waits());
}

TEST_F(AuthorizerCalls, WhatTheResourcePolicyDeniesIsNotAskedAbout) {
  caller_.vpce_id = kOtherVpce;
  go();
  EXPECT_FALSE(visit_->waits());
  EXPECT_EQ(visit_->finish(), Outcome::explicit_deny);
  EXPECT_EQ(answer_.status(), 403);
}

TEST_F(AuthorizerCalls, OneThatTakesTooLongIs500) {
  go();
  visit_->too_late({});
  EXPECT_EQ(visit_->finish(), Outcome::authorizer_failed);
  EXPECT_EQ(answer_.status(), 500);
  EXPECT_EQ(answer_.header("x-amzn-ErrorType"), "AuthorizerFailureException");
}

class AuthorizerCaches : public Guarded {
 protected:
  /// Whether the function was asked; it allows everything.
  bool asks(std::vector<std::pair<std::string, std::string>> headers = {
                {"Authorization", "secret"}}) {
    go(std::move(headers));
    const bool asked = visit_->waits() && call().function == "guard";
    if (asked) visit_->answered(returned(says("Allow", "*")));
    visit_->finish();
    return asked;
  }
};

TEST_F(AuthorizerCaches, AnAnswerIsKeptForItsTime) {
  EXPECT_TRUE(asks());
  EXPECT_FALSE(asks());
  EXPECT_EQ(answer_.text(), kWidget);
  EXPECT_TRUE(asks({{"Authorization", "another"}}));
  gateway_->now += 299s;
  EXPECT_FALSE(asks());
  gateway_->now += 1s;
  EXPECT_TRUE(asks());
}

TEST_F(AuthorizerCaches, WithoutATimeNoneIsKept) {
  model::Authorizer authorizer = token_authorizer();
  authorizer.result_ttl_s = 0;
  use(authorizer);
  EXPECT_TRUE(asks());
  EXPECT_TRUE(asks());
}

TEST_F(AuthorizerCaches, AllSourcesAreTheKey) {
  use(request_authorizer({"method.request.header.A", "method.request.querystring.q",
                          "$stageVariables.tenant", "$context.httpMethod"}));
  target_ = "/widgets?q=b";
  EXPECT_TRUE(asks({{"A", "a"}}));
  EXPECT_FALSE(asks({{"A", "a"}}));
  EXPECT_TRUE(asks({{"A", "ab"}}));
  target_ = "/widgets?q=1:b";
  EXPECT_TRUE(asks({{"A", "a"}})) << "another pair, though the texts in a row are alike";
  method_ = "POST";
  EXPECT_TRUE(asks({{"A", "a"}}));
}

TEST_F(AuthorizerCaches, APolicyIsOneForAllMethodsOfTheStage) {
  EXPECT_EQ(send(returned(says("Allow"))), Outcome::answered);
  method_ = "POST";
  go();
  EXPECT_FALSE(visit_->waits()) << "nobody is asked about the other method";
  EXPECT_EQ(visit_->finish(), Outcome::implicit_deny);
  EXPECT_EQ(answer_.status(), 403);
}

TEST_F(AuthorizerCaches, RefusalsAreKeptAndFailuresAreNot) {
  EXPECT_EQ(send(thrown("Unauthorized")), Outcome::unauthorized);
  EXPECT_EQ(send(thrown("no")), Outcome::authorizer_failed);
  EXPECT_EQ(send(returned(says("Deny"))), Outcome::explicit_deny);
  EXPECT_FALSE(go().waits());
  EXPECT_EQ(visit_->finish(), Outcome::explicit_deny);
}

TEST_F(AuthorizerCaches, WhatHasNotChangedKeepsIt) {
  EXPECT_TRUE(asks());
  model::Topology changed = topology(token_authorizer());
  changed.rest_apis.front().methods.front().integration.body = "changed";
  gateway_->api = std::move(ExecuteApi::build(changed, {}, gateway_->api.get())).value();
  EXPECT_FALSE(asks());
  EXPECT_EQ(answer_.text(), "changed");
  model::Authorizer other = token_authorizer();
  other.result_ttl_s = 60;
  gateway_->api = std::move(ExecuteApi::build(topology(other), {}, gateway_->api.get())).value();
  EXPECT_TRUE(asks());
}

TEST(AuthorizerCache, TheOldestMakesRoom) {
  AuthorizerCache cache(300s);
  const auto answer = std::make_shared<AuthorizerAnswer>();
  answer->bytes = AuthorizerCache::kMostBytes / 4;
  for (const char* const key : {"a", "b", "c", "d"}) cache.put(key, answer, Time());
  EXPECT_EQ(cache.find("a", Time()), nullptr);
  EXPECT_NE(cache.find("b", Time()), nullptr);
  cache.put("b", answer, Time() + 10s);
  EXPECT_NE(cache.find("c", Time()), nullptr);
  EXPECT_NE(cache.find("b", Time() + 309s), nullptr);
  EXPECT_EQ(cache.find("d", Time() + 309s), nullptr);
}

}  // namespace
}  // namespace hoplab::aws::testing
