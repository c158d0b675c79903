// Stages, what they serve of an API's deployments, and canaries (apigateway.md 7).
#include <gmock/gmock.h>

#include "model/change.h"
#include "support.h"

namespace hoplab::aws::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kDevWidgets = "/dev/widgets";
constexpr const char* kProdWidgets = "/prod/widgets";

model::Topology changed_by(const model::Topology& topology, const model::Change& change) {
  auto next = model::changed(topology, change);
  EXPECT_TRUE(next.ok()) << next.error();
  return next ? std::move(next).value() : topology;
}

/// GET /widgets answers that.
model::Topology edited(const model::Topology& topology, const std::string& body) {
  return changed_by(topology, model::PutMethod{"widgets", method("GET", "/widgets", body)});
}

model::Topology deployed(const model::Topology& topology, const std::string& stage,
                         const std::string& id = {}) {
  return changed_by(topology, model::CreateDeployment{"widgets", id, stage, std::nullopt});
}

/// The sample's API answers "first", which is deployed to prod; what is not deployed is "second".
model::Topology edited_after_deployment() {
  return edited(deployed(edited(sample_topology(), "first"), "prod"), "second");
}

std::string answer(Gateway& gateway, const std::string& target) {
  return gateway.send({.target = target, .host = kDefaultName}).text();
}

TEST(Deployments, AnEditShowsAfterTheNextOne) {
  const model::Topology topology = edited_after_deployment();
  Gateway before(topology);
  EXPECT_EQ(answer(before, kProdWidgets), "first");
  EXPECT_EQ(before.send({}).text(), "first");  // by the custom domain name
  Gateway after(deployed(topology, "prod"));
  EXPECT_EQ(answer(after, kProdWidgets), "second");
}

TEST(Deployments, AStageWithoutOneServesTheApiAsItIs) {
  Gateway gateway(edited(sample_topology(), "edited"));
  EXPECT_EQ(answer(gateway, kProdWidgets), "edited");
}

TEST(Deployments, HoldPoliciesAndGatewayResponsesToo) {
  model::Topology topology = deployed(sample_topology(), "prod");
  model::RestApi& api = topology.rest_apis[0];
  api.policy = R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke",)"
               R"("Resource":"execute-api:/*"}]})";
  api.gateway_responses = {{"DEFAULT_4XX", 418, {}, {}}};
  const Ask unknown{.target = "/prod/other", .host = kDefaultName};
  Gateway before(topology);
  EXPECT_EQ(answer(before, kProdWidgets), kWidget);
  EXPECT_EQ(before.send(unknown).status(), 403);
  Gateway after(deployed(topology, "prod"));
  EXPECT_EQ(after.send(unknown).status(), 418);
}

TEST(Deployments, StagesServeEachItsOwn) {
  Gateway gateway(deployed(edited_after_deployment(), "dev"));
  EXPECT_EQ(answer(gateway, kProdWidgets), "first");
  EXPECT_EQ(answer(gateway, kDevWidgets), "second");
  EXPECT_EQ(gateway.send({.target = "/test/widgets", .host = kDefaultName}).outcome,
            Outcome::no_stage);
  EXPECT_EQ(gateway.requests(), 2u);  // one API's
}

TEST(Deployments, AStagesOwnSettingsCountAtOnce) {
  model::Topology topology = deployed(sample_topology(), "prod");
  auto& settings = topology.rest_apis[0].stages[0].method_settings.emplace_back();
  settings.throttling_rate_limit = 1;
  settings.throttling_burst_limit = 1;
  Gateway gateway(topology);
  EXPECT_EQ(gateway.send({}).status(), 200);
  EXPECT_EQ(gateway.send({}).status(), 429);
}

TEST(Deployments, AMappingWithoutAStageLeavesItToThePath) {
  model::Topology topology = deployed(edited_after_deployment(), "dev");
  topology.domain_names[0].base_path_mappings = {{"", "widgets", ""}};
  Gateway gateway(topology);
  EXPECT_EQ(gateway.send({.target = kProdWidgets}).text(), "first");
  EXPECT_EQ(gateway.send({.target = kDevWidgets}).text(), "second");
}

TEST(Deployments, ACanaryServesAnotherOne) {
  model::CanarySetting canary;
  canary.percent_traffic = 100;
  model::Topology topology = changed_by(
      edited_after_deployment(), model::CreateDeployment{"widgets", "canary1", "prod", canary});
  Gateway all(topology);
  EXPECT_EQ(answer(all, kProdWidgets), "second");
  EXPECT_EQ(all.requests(), 1u);
  topology.rest_apis[0].stages[0].canary->percent_traffic = 0;
  Gateway none(topology);
  EXPECT_EQ(answer(none, kProdWidgets), "first");
}

TEST(Deployments, ACanarysRequestsCountForItsStagesThrottles) {
  model::Topology topology = edited_after_deployment();
  model::RestApiStage& stage = topology.rest_apis[0].stages[0];
  stage.canary.emplace().percent_traffic = 50;
  auto& settings = stage.method_settings.emplace_back();
  settings.throttling_rate_limit = 1;
  settings.throttling_burst_limit = 6;
  Gateway gateway(topology);
  int passed = 0;
  constexpr int kRequests = 20;
  for (int i = 0; i < kRequests; ++i) passed += gateway.send({}).status() == 200;
  EXPECT_EQ(passed, 6);
}

TEST(Deployments, WhatIsNotThereIsRefused) {
  const model::Topology topology = edited_after_deployment();
  const std::string id = topology.rest_apis[0].deployments[0].name;
  const auto failure = [&](const model::Change& change) {
    const auto next = model::changed(topology, change);
    EXPECT_FALSE(next.ok());
    return next ? std::string() : next.error();
  };
  EXPECT_THAT(failure(model::DeleteDeployment{"widgets", id}),
              HasSubstr("Active stages pointing to this deployment must be moved or deleted"));
  EXPECT_THAT(failure(model::CreateDeployment{"widgets", id, "prod", std::nullopt}),
              HasSubstr("already"));
  EXPECT_THAT(failure(model::CreateDeployment{"widgets", {}, {}, model::CanarySetting()}),
              HasSubstr("Non null and non empty stageName must be provided"));
  EXPECT_THAT(failure(model::CreateDeployment{"widgets", {}, "dev", model::CanarySetting()}),
              HasSubstr("Stage dev must already be created"));
  EXPECT_THAT(failure(model::DeleteStage{"widgets", "prod"}), HasSubstr("last stage"));
  EXPECT_THAT(failure(model::DeleteStage{"widgets", "dev"}), HasSubstr("no stage 'dev'"));
  EXPECT_THAT(failure(model::DeleteMethod{"widgets", "/none", "GET"}), HasSubstr("GET /none"));
  EXPECT_THAT(failure(model::PutMethod{"other", {}}), HasSubstr("there is widgets"));
}

}  // namespace
}  // namespace hoplab::aws::testing
