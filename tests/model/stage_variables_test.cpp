// What ${stageVariables.x} becomes, and in which stages.
#include "model/stage_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hoplab::model {
namespace {

using ::testing::ElementsAre;

const Texts kDev = {{"url", "orders.dev.example.com:8080"}, {"fn", "orders-dev"}, {"v", "v1"}};

TEST(StageVariables, StandAnywhereInAText) {
  EXPECT_EQ(in_stage("http://${stageVariables.url}/${stageVariables.v}?a", kDev),
            "http://orders.dev.example.com:8080/v1?a");
  EXPECT_EQ(in_stage("plain", kDev), "plain");
  EXPECT_EQ(in_stage("${stageVariables.v", kDev), "${stageVariables.v");
  EXPECT_EQ(in_stage("${stageVariables.other}", kDev), std::nullopt);
  EXPECT_THAT(stage_variables_in("${stageVariables.a}x${stageVariables.b}"), ElementsAre("a", "b"));
  EXPECT_EQ(lacking("${stageVariables.v}${stageVariables.b}${stageVariables.c}", kDev), "b");
}

TEST(StageVariables, OfAFunctionMayHaveItsArn) {
  for (const std::string_view value :
       {"orders", "orders:live", "arn:aws:lambda:r:111111111111:function:orders",
        "arn:aws:lambda:r:111111111111:function:orders:1"}) {
    Integration integration;
    integration.type = IntegrationType::aws_proxy;
    integration.function = "${stageVariables.fn}";
    ASSERT_TRUE(depends_on_stage(integration));
    EXPECT_EQ(in_stage(integration, {{"fn", std::string(value)}})->function, "orders") << value;
    Authorizer authorizer;
    authorizer.function = "${stageVariables.fn}";
    EXPECT_EQ(in_stage(authorizer, {{"fn", std::string(value)}})->function, "orders") << value;
  }
}

TEST(StageVariables, SayWhoseServiceItIs) {
  Integration integration;
  integration.type = IntegrationType::http_proxy;
  integration.uri = "http://${stageVariables.url}/x";
  integration.services = {{"orders.dev.example.com", "dev"}, {"orders.example.com:81", "prod"}};
  const auto made = in_stage(integration, kDev);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->service, "dev");
  EXPECT_FALSE(depends_on_stage(*made));
  EXPECT_EQ(in_stage(integration, {{"url", "orders.example.com:81"}})->service, "prod");
  EXPECT_EQ(in_stage(integration, {{"url", "orders.example.com"}})->service, "");
  EXPECT_EQ(in_stage(integration, {}), std::nullopt);
  EXPECT_EQ(lacking(integration, {}), "url");
}

TEST(StageVariables, AreThoseOfEachStageAndCanary) {
  RestApi api;
  api.stages = {RestApiStage(), RestApiStage(), RestApiStage()};
  api.stages[0].variables = {{"v", "1"}};
  api.stages[0].canary.emplace().stage_variable_overrides = {{"v", "2"}};
  api.stages[0].canary->deployment = "d1";
  api.stages[1].deployment = "gone";
  api.deployments.emplace_back().name = "d1";
  const auto all = served_by(api);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(&all[0].definition, &api);
  EXPECT_EQ(all[0].variables, (Texts{{"v", "1"}}));
  EXPECT_EQ(&all[1].definition, &api.deployments[0]);
  EXPECT_EQ(all[1].variables, (Texts{{"v", "2"}}));
  EXPECT_EQ(&all[2].stage, &api.stages[2]);
}

}  // namespace
}  // namespace hoplab::model
