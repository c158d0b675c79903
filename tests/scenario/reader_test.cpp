// The reader on scenarios that are good: what is written arrives in the model, with AWS's defaults.
#include "scenario/format/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "model/ids.h"
#include "scenario/format/writer.h"
#include "small_scenario.h"

namespace hoplab::scenario {
namespace {

using model::Topology;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kScenarios = HOPLAB_SOURCE_DIR "/scenarios/";

Scenario sample() {
  ReadOutcome outcome = read_scenario({kScenarios + "private-api-mtls.json"});
  EXPECT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  return outcome.ok() ? std::move(*outcome.scenario) : Scenario{};
}

TEST(Reader, PublishedScenariosAreGood) {
  for (const char* name :
       {"scenarios/private-api-mtls.json", "scenarios/private-api-mtls-passthrough.json",
        "scenarios/private-api-nlb.json", "scenarios/private-api-direct.json",
        "scenarios/private-api-openapi.json", "scenarios/same-account.json",
        "scenarios/private-api-transforms.json", "scenarios/own-service.json",
        "scenarios/own-service-nlb.json", "bench/scenarios/four-hops.json",
        "bench/scenarios/direct.json"}) {
    const ReadOutcome outcome = read_scenario({std::string(HOPLAB_SOURCE_DIR "/") + name});
    EXPECT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
    EXPECT_TRUE(!outcome.ok() || !outcome.scenario->checks.empty()) << name;
  }
}

TEST(Reader, SampleHasTheTopologyOfThePost) {
  const Scenario scenario = sample();
  const Topology& topology = scenario.topology;
  EXPECT_EQ(topology.entries.at(0), "consumer-endpoint");
  const auto* nlb = Topology::find(topology.load_balancers, "nlb");
  const auto* alb = Topology::find(topology.load_balancers, "alb");
  ASSERT_TRUE(nlb != nullptr && alb != nullptr);
  EXPECT_EQ(nlb->type, model::LoadBalancerType::network);
  EXPECT_TRUE(nlb->attributes.cross_zone);
  EXPECT_EQ(alb->listeners[0].ssl_policy, "ELBSecurityPolicy-2016-08");
  EXPECT_EQ(alb->listeners[0].mutual_authentication.mode, model::MutualAuthenticationMode::verify);
  EXPECT_EQ(alb->listeners[0].mutual_authentication.trust_store, "trust-store");
  const auto* api_group = Topology::find(topology.target_groups, "api-group");
  ASSERT_NE(api_group, nullptr);
  EXPECT_EQ(api_group->targets[0].vpc_endpoint, "execute-api-endpoint");
  EXPECT_EQ(api_group->health_check.path, "/ping");
  ASSERT_EQ(topology.rest_apis.size(), 1u);
  EXPECT_EQ(topology.rest_apis[0].methods[0].integration.body, R"({"id":"1","value":"4.99"})");
  EXPECT_EQ(topology.domain_names[0].base_path_mappings[0].base_path, "");
}

TEST(Reader, SamplePolicyNamesTheProducersEndpoint) {
  const Topology topology = sample().topology;
  const std::string id = model::derived_vpc_endpoint_id("execute-api-endpoint");
  EXPECT_EQ(Topology::find(topology.vpc_endpoints, "execute-api-endpoint")->id, id);
  EXPECT_THAT(topology.rest_apis[0].policy,
              HasSubstr(R"({"StringNotEquals":{"aws:SourceVpce":")" + id + "\"}}"));
}

TEST(Reader, SampleMintsEachKindOfClient) {
  const model::Pki pki = sample().topology.pki;
  std::vector<std::string> clients;
  for (const auto& one : pki.certificates) {
    if (one.client) clients.push_back(one.name);
  }
  EXPECT_THAT(clients, ElementsAre("my_client", "untrusted", "expired", "not_yet_valid", "revoked",
                                   "self_signed", "wrong_purpose"));
  const auto* expired = Topology::find(pki.certificates, "expired");
  EXPECT_EQ(expired->not_before_s, -60 * 86400);
  EXPECT_EQ(expired->not_after_s, -86400);
  EXPECT_EQ(Topology::find(pki.certificates, "self_signed")->issuer, "");
  EXPECT_THAT(Topology::find(pki.certificates, "server")->extended_key_usage,
              ElementsAre("serverAuth"));
  EXPECT_TRUE(Topology::find(pki.certificates, "revoked")->revoked);
}

TEST(Reader, SampleChecksSayWhatEachMustSee) {
  const Scenario scenario = sample();
  const Check& good = scenario.checks.front();
  EXPECT_EQ(good.certificate, "my_client");
  EXPECT_EQ(good.expect.status, 200);
  EXPECT_EQ(good.expect.body, R"({"id":"1","value":"4.99"})");
  ASSERT_TRUE(good.expect.api_saw);
  EXPECT_EQ(good.expect.api_saw->headers[0].kind, HeaderExpectation::Kind::subject_of);
  EXPECT_EQ(good.expect.api_saw->headers.back().kind, HeaderExpectation::Kind::absent);
  const auto is_none = [](const Check& check) { return check.name == "no certificate"; };
  const auto none = std::find_if(scenario.checks.begin(), scenario.checks.end(), is_none);
  ASSERT_NE(none, scenario.checks.end());
  EXPECT_FALSE(none->certificate);
  EXPECT_EQ(none->expect.end, EndKind::rst);
  EXPECT_EQ(none->expect.cause, Reason::certificate_refused);
  EXPECT_EQ(none->expect.verify_status, "Failed:UnmappedConnectionError");
  EXPECT_EQ(none->expect.api_requests, 0);
}

TEST(Reader, HealthChecksHaveTheDefaultsOfTheirLoadBalancer) {
  const Topology topology = sample().topology;
  const auto& of_nlb = Topology::find(topology.target_groups, "alb-group")->health_check;
  EXPECT_EQ(of_nlb.protocol, "HTTP");
  EXPECT_EQ(of_nlb.timeout_s, 6);
  EXPECT_EQ(of_nlb.matcher, "200-399");
  const auto& of_alb = Topology::find(topology.target_groups, "api-group")->health_check;
  EXPECT_EQ(of_alb.protocol, "HTTPS");
  EXPECT_EQ(of_alb.timeout_s, 5);
  EXPECT_EQ(of_alb.matcher, "200");
}

std::string with_group_attribute(const std::string& attribute) {
  return small_with(R"("Targets")",
                    R"("TargetGroupAttributes": { )" + attribute + R"( }, "Targets")");
}

TEST(Reader, TakesWhatIsSoAnywayAndRefusesTheRestWithItsReason) {
  for (const char* const attribute :
       {R"("stickiness.enabled": false, "stickiness.type": "lb_cookie")",
        R"("stickiness.lb_cookie.duration_seconds": 86400)", R"("slow_start.duration_seconds": 0)",
        R"("load_balancing.algorithm.type": "round_robin")",
        R"("load_balancing.algorithm.anomaly_mitigation": "off")",
        R"("target_group_health.dns_failover.minimum_healthy_targets.count": 1)",
        R"("target_group_health.dns_failover.minimum_healthy_targets.percentage": "off")"}) {
    EXPECT_EQ(report(with_group_attribute(attribute)), "") << attribute;
  }
  const std::string path = "test.json:13: /TargetGroups/group/TargetGroupAttributes/";
  EXPECT_EQ(report(with_group_attribute(R"("stickiness.type": "source_ip")")),
            path +
                "stickiness.type: found \"source_ip\"; behind an application load balancer it "
                "takes lb_cookie or app_cookie\n");
  EXPECT_EQ(report(with_group_attribute(R"("stickines.enabled": false)")),
            path +
                "stickines.enabled: found the key \"stickines.enabled\"; there is no such "
                "property; did you mean \"stickiness.enabled\"?\n")
      << "once";
}

TEST(Reader, JudgesWhatGoesTogetherInAGroupsRouting) {
  const std::string path = "test.json:13: /TargetGroups/group/TargetGroupAttributes/";
  const std::vector<std::pair<std::string, std::string>> bad = {
      {R"("slow_start.duration_seconds": 29)",
       "slow_start.duration_seconds: found 29; it takes 0 or 30 to 900\n"},
      {R"("slow_start.duration_seconds": 30,
          "load_balancing.algorithm.type": "least_outstanding_requests")",
       "slow_start.duration_seconds: found 30; only round_robin has a slow start\n"},
      {R"("load_balancing.algorithm.anomaly_mitigation": "on")",
       "load_balancing.algorithm.anomaly_mitigation: found \"on\"; only weighted_random mitigates "
       "anomalies\n"},
      {R"("stickiness.enabled": true, "load_balancing.algorithm.type": "weighted_random")",
       "stickiness.enabled: found true; weighted_random does not go together with stickiness\n"},
      {R"("stickiness.enabled": true, "load_balancing.cross_zone.enabled": false)",
       "stickiness.enabled: found true; stickiness needs cross-zone load balancing, which "
       "load_balancing.cross_zone.enabled switches off\n"},
      {R"("stickiness.app_cookie.cookie_name": "AWSALBTG2")",
       "stickiness.app_cookie.cookie_name: found \"AWSALBTG2\"; names that begin with AWSALB are "
       "the load balancer's own\n"},
      {R"("stickiness.app_cookie.cookie_name": "a b")",
       "stickiness.app_cookie.cookie_name: found \"a b\"; it takes a cookie's name\n"}};
  for (const auto& [attributes, words] : bad) {
    EXPECT_EQ(report(with_group_attribute(attributes)), path + words) << attributes;
  }
  EXPECT_THAT(report(with_group_attribute(
                  R"("stickiness.enabled": true, "stickiness.type": "app_cookie")")),
              ::testing::HasSubstr("app_cookie needs the name of the cookie that targets set"));
}

TEST(Reader, HealthChecksMayHaveTheirOwnPort) {
  const auto group_with = [](const std::string& port) {
    return small_with(R"("Targets")", R"("HealthCheckPort": )" + port + R"(, "Targets")");
  };
  const auto read = [&](const std::string& port) {
    return read_good(group_with(port)).topology.target_groups[0].health_check_port();
  };
  EXPECT_EQ(read(R"("traffic-port")"), 80);
  EXPECT_EQ(read(R"("8080")"), 8080);
  EXPECT_EQ(read("8080"), 8080);
  EXPECT_THAT(report(group_with(R"("http")")),
              HasSubstr("HealthCheckPort: found \"http\"; it takes traffic-port or a port, 1 to"));
  EXPECT_THAT(report(group_with("65536")), HasSubstr("HealthCheckPort: found 65536; it takes"));
}

std::string with_actions(const std::string& before, const std::string& forward_more = "") {
  return small_with(R"([{ "Type": "forward",)",
                    "[" + before + R"({ "Type": "forward",)" + forward_more);
}

TEST(Reader, OneActionAnswersAndItIsTheLast) {
  const std::string token =
      R"({ "Type": "jwt-validation", "JwtValidationConfig": { "Issuer": "i",
           "JwksEndpoint": "https://login.example.com/keys" } )";
  EXPECT_THAT(report(with_actions(R"({ "Type": "forward", "TargetGroup": "group" }, )")),
              HasSubstr("/DefaultActions: found 2 actions that answer; there is one, the last"));
  EXPECT_EQ(report(with_actions("", R"( "Order": 1,)")), "");
  EXPECT_THAT(report(with_actions(token + R"(, "Order": 2 }, )", R"( "Order": 1,)")),
              HasSubstr("/DefaultActions: the action that answers is the last, by Order"));
  EXPECT_THAT(report(with_actions(token + R"(, "Order": 1 }, )", R"( "Order": 1,)")),
              HasSubstr("/DefaultActions: two actions have Order 1"));
  EXPECT_THAT(report(with_actions(token + "}, " + token + "}, ")),
              HasSubstr("/DefaultActions: there is one jwt-validation at most"));
  EXPECT_THAT(report(with_actions(R"({ "Type": "jwt-validation" }, )")),
              HasSubstr("/DefaultActions/0: a jwt-validation action needs JwtValidationConfig"));
}

TEST(Reader, DefaultsFillWhatIsLeftOut) {
  const Topology topology = read_good(kSmall).topology;
  EXPECT_EQ(topology.region, "eu-west-1");
  EXPECT_THAT(topology.load_balancers[0].availability_zones, ElementsAre("eu-west-1a"));
  EXPECT_TRUE(topology.load_balancers[0].attributes.cross_zone) << "always on for an ALB";
  EXPECT_EQ(topology.target_groups[0].targets[0].service, "mine");
  EXPECT_EQ(topology.services[0].stand_in.body, "hello");
  EXPECT_EQ(topology.services[0].address, "");
}

TEST(Reader, ServiceNameOfAwsIsExecuteApi) {
  const std::string endpoint = R"("VpcEndpoints": { "e": { "ServiceName":
      "com.amazonaws.eu-west-1.execute-api" } }, "entry")";
  const Topology topology = read_good(small_with("\"entry\"", endpoint)).topology;
  EXPECT_TRUE(topology.vpc_endpoints[0].execute_api());
  EXPECT_EQ(topology.vpc_endpoints[0].account, "111111111111");
  EXPECT_EQ(topology.vpc_endpoints[0].vpc_id, model::derived_vpc_id("111111111111"));
}

TEST(Reader, RulesStayAsTheyStand) {
  const std::string rules = R"("Rules": [
      { "Priority": 20, "Conditions": [{ "Field": "path-pattern", "Values": ["/b"] }],
        "Actions": [{ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": "404" } }] },
      { "Priority": 10, "Conditions": [{ "Field": "http-header", "HttpHeaderConfig":
        { "HttpHeaderName": "X-A", "Values": ["a*"] } }],
        "Actions": [{ "Type": "redirect", "RedirectConfig": { "StatusCode": "HTTP_302",
          "Protocol": "HTTPS", "Port": "443" } }] }
    ], "Port": 80)";
  const Topology topology = read_good(small_with("\"Port\": 80", rules)).topology;
  const auto& read = topology.load_balancers[0].listeners[0].rules;
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[1].priority, 10);
  EXPECT_EQ(read[1].conditions[0].http_header_name, "X-A");
  EXPECT_EQ(read[1].action.redirect.status_code, 302);
  EXPECT_EQ(read[1].action.redirect.host, "#{host}");
  EXPECT_EQ(read[0].action.fixed_response.status_code, 404);
}

TEST(Reader, RegexValuesAndTransformsAreReadAndWritten) {
  const std::string rules = R"json("Rules": [
      { "Priority": 1,
        "Conditions": [
          { "Field": "path-pattern", "RegexValues": ["^/a+$"] },
          { "Field": "host-header", "HostHeaderConfig": { "RegexValues": ["^a", "b$"] } },
          { "Field": "http-header", "HttpHeaderConfig":
            { "HttpHeaderName": "X-A", "RegexValues": ["a|b"] } }],
        "Transforms": [
          { "Type": "url-rewrite", "UrlRewriteConfig":
            { "Rewrites": [{ "Regex": "^/a", "Replace": "" }] } },
          { "Type": "host-header-rewrite", "HostHeaderRewriteConfig":
            { "Rewrites": [{ "Regex": "(a)", "Replace": "$1" }] } }],
        "Actions": [{ "Type": "forward", "TargetGroup": "group" }] }
    ], "Port": 80)json";
  const Scenario scenario = read_good(small_with("\"Port\": 80", rules));
  const model::Rule& rule = scenario.topology.load_balancers[0].listeners[0].rules.at(0);
  ASSERT_EQ(rule.conditions.size(), 3u);
  EXPECT_THAT(rule.conditions[0].regex_values, ElementsAre("^/a+$"));
  EXPECT_THAT(rule.conditions[1].regex_values, ElementsAre("^a", "b$"));
  EXPECT_EQ(rule.conditions[2].http_header_name, "X-A");
  EXPECT_THAT(rule.conditions[2].regex_values, ElementsAre("a|b"));
  using Kind = model::Transform::Type;
  EXPECT_THAT(rule.transforms,
              ElementsAre(model::Transform{Kind::url_rewrite, "^/a", ""},
                          model::Transform{Kind::host_header_rewrite, "(a)", "$1"}));
  const Scenario again = read_good(scenario_text(scenario.topology, scenario.clock));
  EXPECT_EQ(again.topology.load_balancers[0].listeners[0].rules.at(0), rule);
}

TEST(Reader, WeightsOfAForwardAreRead) {
  const std::string text = small_with(R"("TargetGroup": "group")",
                                      R"("ForwardConfig": { "TargetGroups": [
          { "TargetGroup": "group", "Weight": 0 }] })");
  const Topology topology = read_good(text).topology;
  EXPECT_EQ(topology.load_balancers[0].listeners[0].default_action.target_groups[0].weight, 0);
}

TEST(Reader, CommentsOfBothKindsAreSkipped) {
  const std::string text = small_with("\"title\"", "// one\n/* two\n lines */ \"title\"");
  EXPECT_EQ(read_good(text).title, "small");
}

TEST(Reader, LinesCountThroughComments) {
  const std::string text = small_with("\"title\": \"small\"", "/* two\n lines */\n\"title\": 1");
  EXPECT_EQ(report(text), "test.json:4: /title: found 1; it takes a text that is not empty\n");
}

TEST(Reader, PointersEscapeTheirParts) {
  const std::string apis = R"("RestApis": { "api": { "EndpointConfiguration": { "Types":
      ["PRIVATE"] }, "Policy": { "Statement": [] }, "Resources": { "/a~b/{x}": { "GET": {} } } } },
      "entry")";
  EXPECT_THAT(report(small_with("\"entry\"", apis)),
              HasSubstr("/RestApis/api/Resources/~1a~0b~1{x}/GET: it needs Integration"));
}

TEST(Reader, FileThatIsNotThereIsOneDiagnostic) {
  const ReadOutcome outcome = read_scenario({"no/such/file.json"});
  EXPECT_EQ(to_text(outcome.diagnostics), "no/such/file.json: the file cannot be read\n");
}

TEST(Reader, DeepNestingIsRefused) {
  const std::string text(100000, '[');
  EXPECT_EQ(report(text), "test.json:1:65: nested deeper than 64 levels\n");
}

TEST(Reader, NumbersBeyondTheirRangeAreRefused) {
  for (const char* number : {"99999999999999999999", "-1", "80.0", "1e99"}) {
    const std::string text = small_with("\"Port\": 80", std::string("\"Port\": ") + number);
    EXPECT_THAT(report(text), HasSubstr("it takes a whole number, 1 to 65535")) << number;
  }
}

TEST(Reader, TruncatedAndMutatedTextNeverCrashes) {
  const std::string text(kSmall);
  for (std::size_t end = 0; end < text.size(); ++end) {
    EXPECT_FALSE(read_scenario_text(text.substr(0, end), "test.json").ok());
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 0x11);
    (void)read_scenario_text(changed, "test.json");
  }
}

TEST(Reader, ValidityIsCountedFromTheStart) {
  const std::string pki = R"("pki": { "authorities": { "ca": { "subject": "CN=ca",
      "validFor": "2w" }, "later":
      { "subject": "CN=later", "notBefore": "+1d", "validFor": "1d" } } },
      "entry")";
  const auto authorities = read_good(small_with("\"entry\"", pki)).topology.pki.authorities;
  EXPECT_EQ(authorities[0].not_after_s, 14 * 86400);
  EXPECT_EQ(authorities[1].not_before_s, 86400);
  EXPECT_EQ(authorities[1].not_after_s, 2 * 86400);
}

}  // namespace
}  // namespace hoplab::scenario
