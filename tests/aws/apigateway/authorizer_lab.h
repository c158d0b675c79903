// What the tests of authorizers share: an API whose methods ask one, and requests to it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "support.h"

namespace hoplab::aws::testing {

/// Denies whoever comes by another endpoint, and says nothing of all others: the authorizer
/// decides.
inline const std::string kSilentPolicy = R"({
  "Version": "2012-10-17",
  "Statement": {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke",
                "Resource": "execute-api:/*",
                "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}}})";

inline constexpr const char* kMethodArn =
    "arn:aws:execute-api:eu-west-1:111122223333:abcde12345/prod/GET/widgets";

/// What a function returns that allows or denies `resource`.
inline std::string says(const std::string& effect, const std::string& resource = kMethodArn) {
  return R"({"principalId":"alice","policyDocument":{"Version":"2012-10-17","Statement":[)"
         R"({"Action":"execute-api:Invoke","Effect":")" +
         effect + R"(","Resource":")" + resource + R"("}]}})";
}

inline lambda::Invocation returned(std::string payload) {
  lambda::Invocation invocation;
  invocation.payload = std::move(payload);
  invocation.done = true;
  return invocation;
}

inline lambda::Invocation thrown(const std::string& message) {
  lambda::Invocation invocation;
  invocation.payload = R"({"errorMessage":")" + message + R"(","errorType":"Error"})";
  invocation.fail(Reason::lambda_unhandled, "Error: " + message);
  return invocation;
}

/// GET /widgets (MOCK), GET /orders/{id} (AWS_PROXY) and POST /widgets, all by the authorizer
/// "guard".
class Guarded : public ::testing::Test {
 protected:
  static model::Authorizer token_authorizer() {
    model::Authorizer made;
    made.name = "guard";
    made.function = "guard";
    made.identity_sources = {"method.request.header.Authorization"};
    return made;
  }
  static model::Authorizer request_authorizer(std::vector<std::string> sources, int ttl_s = 300) {
    model::Authorizer made = token_authorizer();
    made.type = model::Authorizer::Type::request;
    made.identity_sources = std::move(sources);
    made.result_ttl_s = ttl_s;
    return made;
  }

  static model::Topology topology(const model::Authorizer& authorizer) {
    model::Topology made = sample_topology();
    model::RestApi& api = made.rest_apis.front();
    api.policy = kSilentPolicy;
    api.authorizers = {authorizer};
    api.stages.front().variables = {{"tenant", "blue"}};
    api.methods.push_back(method("POST", "/widgets", "made"));
    model::Method& orders = api.methods.emplace_back(method("GET", "/orders/{id}", ""));
    orders.integration.type = model::IntegrationType::aws_proxy;
    orders.integration.function = "orders";
    for (model::Method& one : api.methods) {
      one.authorization = authorizer.type == model::Authorizer::Type::cognito_user_pools
                              ? model::AuthorizationType::cognito_user_pools
                              : model::AuthorizationType::custom;
      one.authorizer = "guard";
    }
    return made;
  }

  void use(const model::Authorizer& authorizer) { gateway_.emplace(topology(authorizer)); }

  /// A request up to its first call or its answer.
  ExecuteApi::Visit& go(std::vector<std::pair<std::string, std::string>> headers = {
                            {"Authorization", "secret"}}) {
    visit_.reset();
    answer_ = {};
    request_ = {};
    request_.method = method_;
    request_.target = target_;
    request_.authority = "api.example.com";
    sent_ = std::move(headers);
    for (const auto& [name, value] : sent_) request_.headers.add(name, value);
    arrival_.emplace(
        Arrival{gateway_->now, 0, gateway_->stamps, nullptr, {}, nullptr, api_log_, nullptr});
    visit_.emplace(*gateway_->api, request_, caller_, *arrival_, answer_.response);
    visit_->go_on();
    return *visit_;
  }
  /// A whole one, whose authorizer does that.
  Outcome send(const lambda::Invocation& invocation) {
    go();
    EXPECT_TRUE(visit_->waits());
    visit_->answered(invocation);
    return visit_->finish();
  }
  [[nodiscard]] FunctionCall call() { return std::get<FunctionCall>(visit_->call()); }
  [[nodiscard]] nlohmann::ordered_json event() {
    return nlohmann::ordered_json::parse(call().event);
  }
  void expect_unauthorized() {
    EXPECT_FALSE(visit_->waits());
    EXPECT_EQ(visit_->finish(), Outcome::unauthorized);
    EXPECT_EQ(answer_.status(), 401);
    EXPECT_EQ(answer_.text(), R"({"message":"Unauthorized"})");
    EXPECT_EQ(answer_.header("x-amzn-ErrorType"), "UnauthorizedException");
  }
  void expect_failed(const lambda::Invocation& invocation, const std::string& why) {
    EXPECT_EQ(send(invocation), Outcome::authorizer_failed);
    EXPECT_EQ(answer_.status(), 500);
    EXPECT_EQ(answer_.text(), R"({"message":null})");
    EXPECT_EQ(answer_.header("x-amzn-ErrorType"), "AuthorizerConfigurationException");
    EXPECT_EQ(visit_->detail(), why);
  }

  std::optional<Gateway> gateway_{topology(token_authorizer())};
  std::string method_ = "GET", target_ = "/widgets";
  std::vector<std::pair<std::string, std::string>> sent_;
  http::Request request_;
  ApiLog* api_log_ = nullptr;
  Caller caller_{"10.0.1.25", kVpce, "vpc-0aaaabbbbccccdddd"};
  std::optional<Arrival> arrival_;
  Answer answer_;
  std::optional<ExecuteApi::Visit> visit_;
};

}  // namespace hoplab::aws::testing
