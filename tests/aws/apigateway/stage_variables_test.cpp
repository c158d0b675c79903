// Whom an API's integrations and authorizers ask by stage variables, in each stage
// (apigateway-features.md 8).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace hoplab::aws::testing {
namespace {

using ::testing::HasSubstr;

/// prod, and dev without its variables; /function, /backend, /link.
model::Topology varied() {
  model::Topology made = sample_topology();
  model::RestApi& api = made.rest_apis.front();
  api.stages.front().variables = {{"fn", "orders"}, {"host", "orders.example.com"}, {"link", "l"}};
  api.stages.front().method_settings.emplace_back().logging_level = model::LoggingLevel::info;
  model::RestApiStage dev = api.stages.front();
  dev.name = "dev";
  dev.variables.clear();
  api.stages.push_back(dev);
  model::Method function = method("GET", "/function", {});
  function.integration.type = model::IntegrationType::aws_proxy;
  function.integration.function = "${stageVariables.fn}";
  model::Method backend = method("GET", "/backend", {});
  backend.integration.type = model::IntegrationType::http_proxy;
  backend.integration.uri = "http://${stageVariables.host}/v1";
  backend.integration.http_method = "GET";
  backend.integration.services = {{"orders.example.com", "orders"},
                                  {"canary.example.com", "other"}};
  model::Method link = backend;
  link.path = "/link";
  link.integration.uri = "http://inside:81/";
  link.integration.services.clear();
  link.integration.vpc_link = "${stageVariables.link}";
  api.methods.insert(api.methods.end(), {function, backend, link});
  return made;
}

class LinesOfLog final : public ApiLog {
 public:
  [[nodiscard]] bool on() const noexcept override { return true; }
  void add(const ApiLogLine& line) override { text += std::string(line.text) + "\n"; }
  std::string text;
};

/// One request by the execute-api name, and its logs.
struct Sent {
  Sent(const model::Topology& topology, std::string_view target)
      : gateway(topology), request(get(target)) {
    visit.go_on();
  }
  static http::Request get(std::string_view target) {
    http::Request made;
    made.method = "GET";
    made.target = target;
    made.authority = kDefaultName;
    return made;
  }

  Gateway gateway;
  LinesOfLog log;
  http::Request request;
  Caller caller{"10.0.1.25", kVpce, "vpc-0aaaabbbbccccdddd"};
  http::Response response;
  Arrival arrival{gateway.now, 0, gateway.stamps, nullptr, {}, nullptr, &log};
  ExecuteApi::Visit visit{*gateway.api, request, caller, arrival, response};
};

TEST(StagesIntegrations, AskWhomTheStageSays) {
  Sent function(varied(), "/prod/function");
  EXPECT_EQ(std::get<FunctionCall>(function.visit.call()).function, "orders");
  Sent backend(varied(), "/prod/backend");
  const auto& call = std::get<HttpCall>(backend.visit.call());
  EXPECT_EQ(call.endpoint, "orders");
  EXPECT_EQ(call.exchange->request.authority, "orders.example.com");
  EXPECT_EQ(call.exchange->request.target, "/v1");
  Sent link(varied(), "/prod/link");
  EXPECT_EQ(std::get<HttpCall>(link.visit.call()).endpoint, "link l  81");
}

TEST(StagesIntegrations, ACanaryAsksItsOwn) {
  model::Topology topology = varied();
  auto& canary = topology.rest_apis.front().stages.front().canary.emplace();
  canary.percent_traffic = 100;
  canary.stage_variable_overrides = {{"host", "canary.example.com"}};
  Sent backend(topology, "/prod/backend");
  EXPECT_EQ(std::get<HttpCall>(backend.visit.call()).endpoint, "other");
}

TEST(StagesIntegrations, WithoutTheVariableIs500) {
  for (const std::string_view target : {"/dev/function", "/dev/backend", "/dev/link"}) {
    Sent sent(varied(), target);
    EXPECT_FALSE(sent.visit.waits()) << target;
    EXPECT_EQ(sent.visit.finish(), Outcome::integration_error);
    EXPECT_EQ(sent.response.status, 500);
    EXPECT_EQ(sent.response.text, R"({"message":"Internal server error"})");
    EXPECT_THAT(sent.visit.detail(), HasSubstr("the stage has no variable"));
    const bool http = target != "/dev/function";
    EXPECT_THAT(sent.log.text,
                HasSubstr(http ? "Execution failed due to configuration error: Invalid endpoint "
                                 "address"
                               : "Execution failed due to configuration error: the stage has no "
                                 "variable"));
  }
}

TEST(StagesAuthorizers, AskWhomTheStageSays) {
  model::Topology topology = varied();
  model::RestApi& api = topology.rest_apis.front();
  model::Authorizer& authorizer = api.authorizers.emplace_back();
  authorizer.name = "a";
  authorizer.type = model::Authorizer::Type::request;
  authorizer.function = "${stageVariables.fn}";
  authorizer.result_ttl_s = 0;
  api.methods.front().authorization = model::AuthorizationType::custom;
  api.methods.front().authorizer = "a";
  Sent prod(topology, "/prod/widgets");
  EXPECT_EQ(std::get<FunctionCall>(prod.visit.call()).function, "orders");
  Sent dev(topology, "/dev/widgets");
  EXPECT_EQ(dev.visit.finish(), Outcome::authorizer_failed);
  EXPECT_EQ(dev.response.status, 500);
  EXPECT_EQ(dev.response.text, R"({"message":null})");
  EXPECT_EQ(dev.visit.detail(), "the stage has no variable \"fn\"");
}

}  // namespace
}  // namespace hoplab::aws::testing
