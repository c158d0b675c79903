// Keys, usage plans and throttles at an API's gates; the event that tells of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/apigateway/stage_settings.h"
#include "support.h"

namespace hoplab::aws::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr const char* kKey = "abcdefghijklmnopqrst";

class ExecuteApiUsage : public ::testing::Test {
 protected:
  ExecuteApiUsage() : topology_(sample_topology()) {
    model::ApiKey& key = topology_.api_keys.emplace_back();
    key.name = "key";
    key.value = kKey;
    model::UsagePlan& plan = topology_.usage_plans.emplace_back();
    plan.name = "plan";
    plan.api_stages = {{"widgets", "prod", {}}};
    plan.api_keys = {"key"};
    api().methods.front().api_key_required = true;
  }
  model::RestApi& api() { return topology_.rest_apis.front(); }
  void throttle(std::string path, std::string method, double rate, double burst) {
    model::MethodSettings& settings = api().stages.front().method_settings.emplace_back();
    settings.resource_path = std::move(path);
    settings.http_method = std::move(method);
    settings.throttling_rate_limit = rate;
    settings.throttling_burst_limit = burst;
  }
  static Ask with_key(std::string key = kKey) { return {.headers = {{"X-Api-Key", key}}}; }

  model::Topology topology_;
};

TEST_F(ExecuteApiUsage, AKeyOfAPlanPasses) {
  Gateway gateway(topology_);
  EXPECT_EQ(gateway.send(with_key()).status(), 200);
  for (const Ask& ask : {Ask{}, with_key("tsrqponmlkjihgfedcba")}) {
    const Answer answer = gateway.send(ask);
    EXPECT_EQ(answer.status(), 403);
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), "ForbiddenException");
    EXPECT_EQ(answer.text(), R"({"message":"Forbidden"})");
  }
  EXPECT_EQ(gateway.api->traffic("widgets")->counters.of(Outcome::invalid_api_key), 2U);
}

TEST_F(ExecuteApiUsage, TheOrderOfLimits) {
  topology_.usage_plans.front().throttle = {0.5, 1};
  throttle("/*", "*", 1, 3);
  Gateway gateway(topology_);
  const auto count = [&](Outcome outcome) {
    return gateway.api->traffic("widgets")->counters.of(outcome);
  };
  EXPECT_EQ(gateway.send(with_key()).status(), 200);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(gateway.send(with_key()).status(), 429);
  gateway.now += 2s;
  EXPECT_EQ(gateway.send(with_key()).status(), 200)
      << "what the plan refused cost the stage nothing";
  EXPECT_EQ(count(Outcome::throttled), 5U);
}

TEST_F(ExecuteApiUsage, TheStagesLimitIsOfAllClients) {
  throttle("/widgets", "GET", 1, 2);
  Gateway gateway(topology_);
  EXPECT_EQ(gateway.send(with_key()).status(), 200);
  EXPECT_EQ(gateway.send(with_key()).status(), 200);
  const Answer answer = gateway.send(with_key());
  EXPECT_EQ(answer.text(), R"({"message":"Too Many Requests"})");
  EXPECT_EQ(answer.header("x-amzn-ErrorType"), "TooManyRequestsException");
}

TEST_F(ExecuteApiUsage, TheAccountsLimitIsTheLast) {
  api().methods.front().api_key_required = false;
  Gateway gateway(topology_);
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(gateway.send({}).status(), 200);
  EXPECT_EQ(gateway.send({}).status(), 429);
  gateway.now += 100us;
  EXPECT_EQ(gateway.send({}).status(), 200);
  EXPECT_EQ(gateway.send({}).status(), 429);
}

TEST_F(ExecuteApiUsage, ANewModelGoesOnWhereTheLimitIsTheSame) {
  throttle("/*", "*", 1, 1);
  Gateway gateway(topology_);
  EXPECT_EQ(gateway.send(with_key()).status(), 200);
  gateway.api = std::move(ExecuteApi::build(topology_, {}, gateway.api.get())).value();
  EXPECT_EQ(gateway.send(with_key()).status(), 429);
  api().stages.front().method_settings.front().throttling_burst_limit = 2;
  gateway.api = std::move(ExecuteApi::build(topology_, {}, gateway.api.get())).value();
  EXPECT_EQ(gateway.send(with_key()).status(), 200);
}

TEST(RestApiStage, WhatIsSaidOfOneMethodGoesBeforeWhatIsSaidOfAll) {
  model::RestApiStage settings;
  settings.method_settings.resize(2);
  model::MethodSettings& one = settings.method_settings[0];
  model::MethodSettings& all = settings.method_settings[1];
  one.resource_path = "/widgets";
  one.http_method = "GET";
  one.logging_level = model::LoggingLevel::error;
  all.logging_level = model::LoggingLevel::info;
  all.data_trace_enabled = true;
  const MethodStage of_one = method_stage(settings, "/widgets", "GET");
  EXPECT_EQ(of_one.logging.level, model::LoggingLevel::error);
  EXPECT_TRUE(of_one.logging.data_trace);
  EXPECT_EQ(method_stage(settings, "/widgets", "POST").logging.level, model::LoggingLevel::info);
}

TEST(RestApiStage, ACanaryHasOtherValuesAndMore) {
  model::RestApiStage settings;
  settings.variables = {{"a", "1"}, {"b", "2"}};
  settings.canary.emplace().stage_variable_overrides = {{"b", "3"}, {"c", "4"}};
  EXPECT_THAT(settings.canary_variables(),
              ElementsAre(Pair("a", "1"), Pair("b", "3"), Pair("c", "4")));
}

}  // namespace
}  // namespace hoplab::aws::testing
