// CloudFormation templates as scenarios: from the files to what clients meet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "file_scenario.h"
#include "scenario/format/writer.h"

namespace hoplab::scenario {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kFolder = HOPLAB_SOURCE_DIR "/tests/scenario/cloudformation/";

ReadOutcome read_template(const std::string& file) {
  return read_file_scenario("cloudformation/" + file);
}

TEST(Templates, OfTheAwsSampleRunAsTheyAre) {
  const ReadOutcome outcome = read_template("sample/scenario.json");
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  expect_every_check_to_pass(*outcome.scenario);
}

TEST(Templates, NeedNoScenarioAroundThem) {
  Source source;
  source.file = std::string(kFolder) + "sample/Producer.template.json";
  source.more_templates = {std::string(kFolder) + "sample/Consumer.template.json"};
  source.template_parameters = {{"consumerAccountId", "222222222222"},
                                {"Producer.subdomain", "mtls"},
                                {"domainName", "example.com"}};
  const ReadOutcome outcome = read_scenario(source);
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  const model::Topology& topology = outcome.scenario->topology;
  EXPECT_EQ(topology.entries, std::vector<std::string>{"Endpoint4F9C"});
  EXPECT_EQ(topology.vpc_endpoints.back().account, "222222222222");
  EXPECT_EQ(topology.vpc_endpoints.back().state, model::EndpointState::available);
  EXPECT_EQ(topology.vpc_endpoint_services.front().private_dns_name, "mtls.example.com");
  EXPECT_THAT(outcome.notes, Contains(HasSubstr("Endpoint4F9C leads to")));
  EXPECT_THAT(outcome.notes, Contains(HasSubstr("IAM::Role 12")));
  EXPECT_THAT(outcome.notes,
              Contains(HasSubstr("output Producer.VpceServiceName: com.amazonaws.")));
  EXPECT_EQ(outcome.files.size(), 2u);
  // What it has become reads back as the same.
  const ReadOutcome again = read_scenario_text(text_as_read(*outcome.scenario->tree), "again.json");
  ASSERT_TRUE(again.ok()) << to_text(again.diagnostics);
  EXPECT_EQ(again.scenario->topology, topology);
}

TEST(Templates, SayWhichValuesTheyNeed) {
  const ReadOutcome outcome = read_template("sample/Producer.template.json");
  EXPECT_FALSE(outcome.ok());
  EXPECT_THAT(
      to_text(outcome.diagnostics),
      HasSubstr("/Resources/EndpointServicePermissions9F1D/Properties/AllowedPrincipals/0: it "
                "needs the value of the parameter Producer.consumerAccountId"));
  EXPECT_THAT(to_text(outcome.diagnostics), HasSubstr("Producer.template.json:"));
  // Of the hosted zone nothing emulated asks.
  EXPECT_THAT(to_text(outcome.diagnostics), Not(HasSubstr("hostedZoneId")));
}

TEST(Templates, InYamlRunBehindAScenariosOwnValues) {
  const ReadOutcome outcome = read_template("web/scenario.json");
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  const model::LoadBalancer& balancer = outcome.scenario->topology.load_balancers.front();
  EXPECT_EQ(balancer.name, "web-test");
  EXPECT_EQ(balancer.scheme, "internet-facing");
  EXPECT_EQ(balancer.attributes.idle_timeout_s, 5);
  const model::List<model::RecordSet> names = {{"shop.example.com", "web-test"},
                                               {"www.example.com", "web-test"}};
  EXPECT_EQ(outcome.scenario->topology.record_sets, names);
  expect_every_check_to_pass(*outcome.scenario);
}

TEST(Templates, OfOneConditionDifferFromThoseOfAnother) {
  const ReadOutcome outcome = read_template("web/web.yaml");
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  EXPECT_EQ(outcome.scenario->topology.load_balancers.front().listeners.size(), 2u);
  Source source;
  source.file = std::string(kFolder) + "web/web.yaml";
  source.template_parameters = {{"Environment", "production"}};
  const ReadOutcome production = read_scenario(source);
  ASSERT_TRUE(production.ok()) << to_text(production.diagnostics);
  const model::Topology& topology = production.scenario->topology;
  EXPECT_EQ(topology.load_balancers.front().name, "web-production");
  EXPECT_EQ(topology.load_balancers.front().listeners.size(), 1u);
  EXPECT_EQ(topology.target_groups.front().port, 80);
}

TEST(Templates, OfCdkAreReadFromItsFolder) {
  const ReadOutcome outcome = read_template("app/scenario.json");
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  const model::Topology& topology = outcome.scenario->topology;
  EXPECT_EQ(topology.vpc_endpoints.front().account, "333333333333");
  EXPECT_EQ(topology.vpc_endpoints.front().state, model::EndpointState::available);
  EXPECT_THAT(topology.trust_stores.front().ca_files,
              ElementsAre(HasSubstr("app/cdk.out/asset.5f3a/ca.pem")));
  expect_every_check_to_pass(*outcome.scenario);
}

TEST(Templates, OfAPrivateApiHaveAllThatBelongsToIt) {
  const ReadOutcome outcome = read_template("api/scenario.json");
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  const model::Topology& topology = outcome.scenario->topology;
  EXPECT_EQ(topology.rest_apis.front().stages.front().name, "live");
  EXPECT_EQ(topology.vpc_endpoints.front().vpc_id, "vpc-0123456789abcdef0");
  EXPECT_THAT(outcome.notes, Contains(HasSubstr("Regional is no private API")));
  for (const model::Method& method : topology.rest_apis.front().methods) {
    const model::Integration& integration = method.integration;
    if (integration.type == model::IntegrationType::mock) {
      EXPECT_EQ(integration.content_handling, model::ContentHandling::convert_to_text);
      EXPECT_EQ(integration.responses[0].content_handling, model::ContentHandling::convert_to_text);
    } else if (method.path == "/orders") {
      EXPECT_EQ(integration.vpc_link, "Link");
    } else {
      EXPECT_EQ(integration.uri, "http://${stageVariables.host}/v${stageVariables.version}/{id}");
      EXPECT_EQ(integration.service, "orders-example-com");
    }
  }
  expect_every_check_to_pass(*outcome.scenario);
}

TEST(Templates, AsPeopleWriteThemNameFunctionsAndLinksInABody) {
  const ReadOutcome outcome = read_template("body/scenario.json");
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  const model::Topology& topology = outcome.scenario->topology;
  EXPECT_THAT(outcome.notes, Contains(HasSubstr("everybody may call what keeper of")));
  const model::RestApi& api = topology.rest_apis.front();
  ASSERT_EQ(api.methods.size(), 2u);
  EXPECT_EQ(api.methods[0].integration.type, model::IntegrationType::mock);
  EXPECT_EQ(api.methods[1].integration.vpc_link, "Link");
  EXPECT_EQ(api.methods[1].request_validator, "all");
  EXPECT_EQ(api.minimum_compression_size, 100);
  // Nobody has to allow an account what is its own.
  for (const model::VpcEndpoint& one : topology.vpc_endpoints) {
    EXPECT_EQ(one.state, model::EndpointState::available) << one.name;
  }
  expect_every_check_to_pass(*outcome.scenario);
}

}  // namespace
}  // namespace hoplab::scenario
