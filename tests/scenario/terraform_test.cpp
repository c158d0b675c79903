// Terraform's states and plans as scenarios: from the files to what clients meet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "file_scenario.h"
#include "scenario/format/writer.h"
#include "scenario/resources/builder.h"
#include "scenario/terraform/terraform.h"

namespace hoplab::scenario {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

ReadOutcome read_state(const std::string& file) {
  return read_file_scenario("terraform/" + file);
}

TEST(Terraform, AStateRunsAsItIs) {
  const ReadOutcome outcome = read_state("widgets/scenario.json");
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  expect_every_check_to_pass(*outcome.scenario);
}

TEST(Terraform, AStateBecomesWhatItsConfigurationSays) {
  const ReadOutcome outcome = read_state("widgets/terraform.tfstate");
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.diagnostics);
  const model::Topology& topology = outcome.scenario->topology;
  EXPECT_EQ(topology.entries, std::vector<std::string>{"c-2"});
  const model::VpcEndpoint& entry = topology.vpc_endpoints.front();
  EXPECT_EQ(entry.account, "210987654321");
  EXPECT_EQ(entry.service_name, "svc");
  EXPECT_EQ(entry.state, model::EndpointState::available);
  const model::LoadBalancer& alb = topology.load_balancers.front();
  EXPECT_EQ(alb.attributes.desync_mitigation_mode, "strictest");
  EXPECT_TRUE(alb.attributes.drop_invalid_header_fields);
  EXPECT_EQ(alb.availability_zones, (std::vector<std::string>{"eu-west-1b", "eu-west-1a"}));
  ASSERT_EQ(alb.listeners.size(), 1u);
  EXPECT_EQ(alb.listeners.front().mutual_authentication.trust_store, "clients");
  EXPECT_EQ(alb.listeners.front().rules.size(), 1u);
  EXPECT_TRUE(topology.load_balancers.back().attributes.cross_zone);
  EXPECT_EQ(topology.target_groups.back().health_check.matcher, "200,403");
  EXPECT_THAT(outcome.notes, Contains(HasSubstr("output terraform.svc: com.amazonaws.vpce.")));
  EXPECT_THAT(outcome.notes, Contains(HasSubstr("ca.pem, which aws_s3_object.ca uploads")));
  EXPECT_THAT(outcome.notes, Contains(HasSubstr("aws_security_group_rule 1")));
}

TEST(Terraform, ShownInJsonAStateIsTheSame) {
  const ReadOutcome raw = read_state("widgets/terraform.tfstate"),
                    shown = read_state("widgets/state.json");
  ASSERT_TRUE(raw.ok()) << to_text(raw.diagnostics);
  ASSERT_TRUE(shown.ok()) << to_text(shown.diagnostics);
  EXPECT_EQ(shown.scenario->topology, raw.scenario->topology);
}

TEST(Terraform, APlanIsTheSameButForWhatAnApplyKnows) {
  const ReadOutcome state = read_state("widgets/terraform.tfstate"),
                    plan = read_state("widgets/plan.json");
  ASSERT_TRUE(state.ok()) << to_text(state.diagnostics);
  ASSERT_TRUE(plan.ok()) << to_text(plan.diagnostics);
  const model::Topology &is = plan.scenario->topology, &was = state.scenario->topology;
  EXPECT_EQ(is.entries, was.entries);
  EXPECT_EQ(is.vpc_endpoints.front().account, "210987654321");
  const model::LoadBalancer& alb = is.load_balancers.front();
  EXPECT_EQ(alb.listeners.front().mutual_authentication.trust_store, "clients");
  EXPECT_EQ(alb.listeners.front().certificates,
            was.load_balancers.front().listeners[0].certificates);
  const model::TargetGroup& group = is.target_groups.back();
  EXPECT_EQ(group.targets.size(), 2u);
  EXPECT_EQ(group.targets.front().vpc_endpoint, "exec");
  ASSERT_EQ(is.rest_apis.size(), 1u);
  EXPECT_EQ(is.rest_apis.front().vpc_endpoints, std::vector<std::string>{"exec"});
  EXPECT_THAT(plan.notes, Contains(HasSubstr("a plan does not say what its policy will be")));
  EXPECT_THAT(plan.notes, Contains(HasSubstr("aws.consumer is taken to be of the account 21098")));
  EXPECT_THAT(plan.notes,
              Contains("aws_lb_listener.https: mutual_authentication.trust_store_arn is "
                       "aws_lb_trust_store.ts, the only one there is"));
  EXPECT_THAT(plan.notes, Not(Contains(HasSubstr("route53"))));
}

TEST(Terraform, APlanIsFollowedThroughItsModules) {
  const ReadOutcome plan = read_state("modules/plan.json");
  ASSERT_TRUE(plan.ok()) << to_text(plan.diagnostics);
  const model::Topology& topology = plan.scenario->topology;
  EXPECT_EQ(topology.entries, std::vector<std::string>{"c"});
  EXPECT_EQ(topology.vpc_endpoints.front().state, model::EndpointState::available);
  EXPECT_EQ(topology.vpc_endpoints.back().availability_zones,
            (std::vector<std::string>{"eu-west-1a", "eu-west-1b"}));
  ASSERT_EQ(topology.load_balancers.size(), 2u);
  const model::LoadBalancer& alb = topology.load_balancers.front();
  EXPECT_EQ(alb.name, "blue-alb");
  EXPECT_EQ(alb.security_groups, std::vector<std::string>{"edge-blue-alb"});
  EXPECT_EQ(alb.listeners.front().mutual_authentication.trust_store, "cl-this");
  ASSERT_EQ(topology.target_groups.size(), 2u);
  EXPECT_EQ(topology.target_groups.front().targets.front().load_balancer, "blue-alb");
  EXPECT_EQ(topology.target_groups.back().targets.size(), 2u);
  EXPECT_EQ(topology.rest_apis.front().stages.front().name, "live");
  EXPECT_EQ(topology.domain_names.front().base_path_mappings.front().rest_api, "api");
  EXPECT_THAT(plan.notes, Contains(HasSubstr("network_load_balancer_arns is module.edge")));
}

// ---- Small states -------------------------------------------------------------------------------

std::string resource(const std::string& type, const std::string& name,
                     const std::string& attributes, const std::string& more = "") {
  return R"({"mode":"managed","type":")" + type + R"(","name":")" + name +
         R"(","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",)" + more +
         R"("instances":[{"attributes":{)" + attributes + "}}]}";
}

std::string state_of(std::initializer_list<std::string> resources) {
  std::string text = R"({"version":4,"lineage":"x","outputs":{},"resources":[)";
  for (const std::string& one : resources) text += (text.ends_with('[') ? "" : ",") + one;
  return text + "]}";
}

constexpr std::string_view kArn = "arn:aws:elasticloadbalancing:eu-central-1:444444444444:";

std::string arn(const std::string& rest) {
  return std::string(kArn) + rest;
}

/// The scenario that a state becomes, as compact JSON, and what is said of it.
struct Projected {
  std::string json;
  std::vector<std::string> notes;
  std::string mistakes;
  Node scenario;
};

Projected project(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  auto workspace = terraform::parse_workspace(text, "s.tfstate", diagnostics);
  if (!workspace) return {"", {}, to_text(diagnostics), {}};
  auto loaded = terraform::to_resources(std::move(*workspace), "", "eu-west-1");
  auto projection = resources::project(loaded.resources, loaded.overrides, diagnostics);
  std::vector<std::string> notes = loaded.notes;
  notes.insert(notes.end(), projection.report.notes.begin(), projection.report.notes.end());
  return {to_json(projection.scenario), notes, to_text(diagnostics), projection.scenario};
}

std::string at(const Projected& projected, const std::string& pointer) {
  const Node& node = nearest_place(projected.scenario, pointer);
  return node.pointer == pointer ? to_json(node) : "nothing at " + pointer;
}

std::string balancer(const std::string& more = "") {
  return resource(
      "aws_lb", "web",
      R"("id":")" + arn("loadbalancer/app/web/1") + R"(","arn":")" + arn("loadbalancer/app/web/1") +
          R"(","name":"web","load_balancer_type":"application","internal":false)" + more);
}

std::string listener(const std::string& more) {
  return resource("aws_lb_listener", "web",
                  R"("id":")" + arn("listener/app/web/1/2") + R"(","load_balancer_arn":")" +
                      arn("loadbalancer/app/web/1") + R"(","port":80,"protocol":"HTTP",)" + more);
}

const char kFixed[] =
    R"("default_action":[{"type":"fixed-response","order":1,"target_group_arn":"","forward":[],)"
    R"("redirect":[],"fixed_response":[{"content_type":"text/plain","message_body":"",)"
    R"("status_code":"404"}]}])";

TEST(TerraformState, OfALoadBalancerHasItsAttributes) {
  const Projected web = project(
      state_of({balancer(R"(,"idle_timeout":30,"enable_http2":false,"access_logs":[{"bucket":"b",)"
                         R"("enabled":true}],"enable_cross_zone_load_balancing":true)"),
                listener(kFixed)}));
  EXPECT_EQ(web.mistakes, "");
  EXPECT_EQ(at(web, "/region"), R"("eu-central-1")");
  EXPECT_EQ(at(web, "/LoadBalancers/web/Scheme"), R"("internet-facing")");
  EXPECT_EQ(at(web, "/LoadBalancers/web/LoadBalancerAttributes"),
            R"({"idle_timeout.timeout_seconds":30,"routing.http2.enabled":false})");
  EXPECT_EQ(at(web, "/LoadBalancers/web/Listeners/0/DefaultActions"),
            R"([{"Type":"fixed-response","Order":1,"FixedResponseConfig":{"ContentType":)"
            R"("text/plain","StatusCode":"404"}}])");
  EXPECT_EQ(at(web, "/entry"), R"("web")");
}

TEST(TerraformState, OfRulesHasConditionsAndActions) {
  const std::string rule =
      resource("aws_alb_listener_rule", "r",
               R"("id":"r","listener_arn":")" + arn("listener/app/web/1/2") +
                   R"(","priority":7,"action":[{"type":"redirect","redirect":[{"host":"#{host}",)"
                   R"("path":"/#{path}","port":"443","protocol":"HTTPS","query":"#{query}",)"
                   R"("status_code":"HTTP_301"}]}],)"
                   R"("condition":[{"host_header":[{"values":["a.example.com"],)"
                   R"("regex_values":[]}],"path_pattern":[],"http_header":[],"query_string":[]},)"
                   R"({"http_header":[{"http_header_name":"X-A","values":["1"]}]},)"
                   R"({"query_string":[{"key":"k","value":"v"},{"key":"","value":"w"}]},)"
                   R"({"http_request_method":[{"values":["GET"]}]},)"
                   R"({"source_ip":[{"values":["10.0.0.0/8"]}]}])");
  const Projected web = project(state_of({balancer(), listener(kFixed), rule}));
  EXPECT_EQ(web.mistakes, "");
  EXPECT_EQ(
      at(web, "/LoadBalancers/web/Listeners/0/Rules/0/Conditions"),
      R"([{"Field":"host-header","HostHeaderConfig":{"Values":["a.example.com"]}},)"
      R"({"Field":"http-header","HttpHeaderConfig":{"HttpHeaderName":"X-A","Values":["1"]}},)"
      R"({"Field":"query-string","QueryStringConfig":{"Values":[{"Key":"k","Value":"v"},)"
      R"({"Value":"w"}]}},{"Field":"http-request-method","HttpRequestMethodConfig":{"Values":)"
      R"(["GET"]}},{"Field":"source-ip","SourceIpConfig":{"Values":["10.0.0.0/8"]}}])");
  EXPECT_THAT(at(web, "/LoadBalancers/web/Listeners/0/Rules/0/Actions"),
              HasSubstr(R"("RedirectConfig":{"Protocol":"HTTPS","Host":"#{host}","Port":"443")"));
}

std::string group(const std::string& more) {
  return resource("aws_lb_target_group", "g",
                  R"("id":")" + arn("targetgroup/g/1") +
                      R"(","name":"g","port":80,"protocol":"HTTP","target_type":"instance",)"
                      R"("proxy_protocol_v2":false,"slow_start":0,"deregistration_delay":"5",)" +
                      more);
}

TEST(TerraformState, OfATargetGroupHasItsAttachments) {
  const std::string forward =
      R"("default_action":[{"type":"forward","order":1,"target_group_arn":"","forward":[)"
      R"({"target_group":[{"arn":")" +
      arn("targetgroup/g/1") +
      R"(","weight":3}],"stickiness":[{"enabled":true,"duration":60}]}]}])";
  const Projected web = project(
      state_of({balancer(), listener(forward),
                group(R"("stickiness":[{"enabled":true,"type":"app_cookie","cookie_name":"C",)"
                      R"("cookie_duration":60}])"),
                resource("aws_lb_target_group_attachment", "a",
                         R"("id":"x","target_id":"i-1","target_group_arn":")" +
                             arn("targetgroup/g/1") + "\""),
                resource("aws_instance", "server", R"("id":"i-1")")}));
  EXPECT_EQ(web.mistakes, "");
  EXPECT_EQ(at(web, "/TargetGroups/g/Targets"), R"(["server"])");
  EXPECT_THAT(at(web, "/TargetGroups/g/TargetGroupAttributes"),
              HasSubstr(R"("stickiness.app_cookie.cookie_name":"C")"));
  EXPECT_THAT(at(web, "/TargetGroups/g/TargetGroupAttributes"),
              Not(HasSubstr("proxy_protocol_v2")));
  EXPECT_EQ(at(web, "/LoadBalancers/web/Listeners/0/DefaultActions/0/ForwardConfig"),
            R"({"TargetGroups":[{"TargetGroup":"g","Weight":3}],"TargetGroupStickinessConfig":)"
            R"({"Enabled":true,"DurationSeconds":60}})");
}

TEST(TerraformState, OfATrustStoreHasItsObjects) {
  const std::string mutual =
      R"("mutual_authentication":[{"mode":"verify","trust_store_arn":")" + arn("truststore/t/1") +
      R"(","ignore_client_certificate_expiry":true,"advertise_trust_store_ca_names":"off"}],)";
  const Projected web = project(state_of(
      {balancer(), listener(mutual + kFixed),
       resource(
           "aws_lb_trust_store", "t",
           R"("id":")" + arn("truststore/t/1") +
               R"(","ca_certificates_bundle_s3_bucket":"b","ca_certificates_bundle_s3_key":"k")"),
       resource("aws_lb_trust_store_revocation", "r",
                R"("id":"r","trust_store_arn":")" + arn("truststore/t/1") +
                    R"(","revocations_s3_bucket":"b","revocations_s3_key":"crl")"),
       resource("aws_s3_object", "k", R"("bucket":"b","key":"k","content":"bundle")"),
       resource("aws_s3_object", "crl",
                R"("bucket":"b","key":"crl","content_base64":"bGlzdA==")")}));
  EXPECT_EQ(web.mistakes, "");
  EXPECT_EQ(at(web, "/TrustStores/t"),
            R"({"CaCertificatesBundle":[{"pem":"bundle"}],"Revocations":[{"pem":"list"}]})");
  EXPECT_EQ(at(web, "/LoadBalancers/web/Listeners/0/MutualAuthentication"),
            R"({"Mode":"verify","TrustStore":"t","IgnoreClientCertificateExpiry":true})");
}

TEST(TerraformState, OfAnImportedCertificateHasItsKey) {
  const std::string own =
      R"("certificate_arn":"arn:aws:acm:eu-central-1:444444444444:certificate/1",)";
  const Projected web = project(state_of(
      {balancer(), listener(own + kFixed),
       resource("aws_acm_certificate", "own",
                R"("arn":"arn:aws:acm:eu-central-1:444444444444:certificate/1","certificate_body":)"
                R"("body","certificate_chain":"chain","private_key":"key")")}));
  EXPECT_EQ(at(web, "/pki/certificates/own/files"),
            R"({"certificate":"body\nchain","privateKey":"key"})");
}

TEST(TerraformState, OfASecurityGroupHasEachPeer) {
  const std::string groups = R"(,"security_groups":["sg-1"])";
  const std::string one = resource(
      "aws_security_group", "g",
      R"("id":"sg-1","ingress":[{"from_port":443,"to_port":443,"protocol":"tcp","cidr_blocks":)"
      R"(["192.0.2.0/24","198.51.100.0/24"],"self":false,"security_groups":[]}])");
  const Projected inlined = project(state_of({balancer(groups), listener(kFixed), one}));
  EXPECT_THAT(at(inlined, "/SecurityGroups/g/SecurityGroupIngress"),
              HasSubstr(R"("CidrIp":"198.51.100.0/24")"));
  const std::string rule =
      resource("aws_security_group_rule", "r",
               R"("id":"r","type":"ingress","security_group_id":"sg-1","protocol":"-1",)"
               R"("from_port":0,"to_port":0,"cidr_blocks":["203.0.113.0/24"])");
  const Projected apart = project(state_of({balancer(groups), listener(kFixed), one, rule}));
  EXPECT_EQ(at(apart, "/SecurityGroups/g/SecurityGroupIngress"),
            R"([{"IpProtocol":"-1","CidrIp":"203.0.113.0/24"}])");
}

TEST(TerraformState, OfModulesAndCountsHasNamesApart) {
  const auto in_module = [](std::string text, const std::string& name, const std::string& id) {
    text.insert(1, R"("module":")" + name + R"(",)");
    const auto index = text.find(R"({"attributes")") + 1;
    text.insert(index, R"("index_key":")" + id + R"(",)");
    return text;
  };
  const std::string service = R"("service_name":"com.amazonaws.eu-west-1.execute-api",)"
                              R"("vpc_endpoint_type":"Interface","id":"vpce-0000000000000000)";
  const Projected edge = project(state_of(
      {in_module(resource("aws_vpc_endpoint", "this", service + "1\""), "module.edge", "a"),
       in_module(resource("aws_vpc_endpoint", "this", service + "2\""), "module.edge", "b")}));
  EXPECT_EQ(at(edge, "/entry"), R"(["edge-a","edge-b"])");
}

TEST(TerraformState, OfPartsOfAnEndpointAreOneEndpoint) {
  const std::string vpce = "\"vpc_endpoint_id\":\"vpce-00000000000000001\",\"id\":\"x\",";
  const Projected parts = project(state_of(
      {resource(
           "aws_vpc_endpoint", "exec",
           R"("id":"vpce-00000000000000001","service_name":"com.amazonaws.eu-west-1.execute-api",)"
           R"("vpc_endpoint_type":"Interface","subnet_ids":[],"owner_id":"444444444444")"),
       resource("aws_subnet", "s",
                R"("id":"subnet-1","cidr_block":"10.0.3.0/24","availability_zone":"eu-west-1c")"),
       resource("aws_vpc_endpoint_subnet_association", "s", vpce + R"("subnet_id":"subnet-1")"),
       resource("aws_vpc_endpoint_private_dns", "s", vpce + R"("private_dns_enabled":true)"),
       resource("aws_vpc_endpoint_policy", "s",
                vpce + R"("policy":"{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\"}]}")")}));
  EXPECT_EQ(parts.mistakes, "");
  EXPECT_EQ(at(parts, "/VpcEndpoints/exec"),
            R"({"PolicyDocument":{"Statement":[{"Effect":"Deny","Action":"*"}]},)"
            R"("PrivateDnsEnabled":true,"ServiceName":"execute-api","Account":"444444444444",)"
            R"("VpcEndpointId":"vpce-00000000000000001","SubnetIds":["s"]})");
}

TEST(TerraformState, OfAnApiHasItsStagesSettingsAndPlans) {
  const std::string api = R"("rest_api_id":"abcdefghij",)";
  const Projected parts = project(state_of(
      {resource("aws_api_gateway_rest_api", "api",
                R"("id":"abcdefghij","root_resource_id":"root","endpoint_configuration":)"
                R"([{"types":["PRIVATE"],"vpc_endpoint_ids":[]}],"minimum_compression_size":"-1")"),
       resource("aws_api_gateway_method", "m",
                api + R"("id":"m","resource_id":"root","http_method":"ANY","authorization":"NONE",)"
                      R"("api_key_required":true,"request_parameters":{})"),
       resource("aws_api_gateway_integration", "i",
                api + R"("id":"i","resource_id":"root","http_method":"ANY","type":"HTTP_PROXY",)"
                      R"("integration_http_method":"GET","uri":"http://backend.example.com/",)"
                      R"("connection_type":"INTERNET","timeout_milliseconds":29000)"),
       resource("aws_api_gateway_stage", "s", api + R"("id":"s","stage_name":"live")"),
       resource(
           "aws_api_gateway_method_settings", "s",
           api +
               R"("id":"t","stage_name":"live","method_path":"*/*","settings":[{)"
               R"("throttling_burst_limit":5,"throttling_rate_limit":-1,"metrics_enabled":true}])"),
       resource("aws_api_gateway_usage_plan", "p",
                R"("id":"p","api_stages":[{"api_id":"abcdefghij","stage":"live","throttle":[]}],)"
                R"("quota_settings":[{"limit":9,"offset":0,"period":"DAY"}])"),
       resource("aws_api_gateway_api_key", "k", R"("id":"k","value":"12345678901234567890")"),
       resource("aws_api_gateway_usage_plan_key", "k",
                R"("id":"k","key_id":"k","usage_plan_id":"p","key_type":"API_KEY")")}));
  EXPECT_EQ(parts.mistakes, "");
  EXPECT_EQ(at(parts, "/RestApis/api/StageName"), R"("live")");
  EXPECT_EQ(
      at(parts, "/RestApis/api/Stage/MethodSettings"),
      R"([{"ResourcePath":"/*","HttpMethod":"*","ThrottlingBurstLimit":5,"MetricsEnabled":true}])");
  EXPECT_EQ(
      at(parts, "/RestApis/api/Resources/~1/ANY/Integration"),
      R"({"Type":"HTTP_PROXY","IntegrationHttpMethod":"GET","Uri":"http://backend.example.com/",)"
      R"("TimeoutInMillis":29000,"service":"backend-example-com"})");
  EXPECT_EQ(at(parts, "/UsagePlans/p"),
            R"({"Quota":{"Limit":9,"Offset":0,"Period":"DAY"},"ApiStages":[{"RestApi":"api",)"
            R"("Stage":"live"}],"ApiKeys":["k"]})");
}

// ---- What is refused ----------------------------------------------------------------------------

TEST(TerraformState, OfAnotherKindIsRefused) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"version":3,"terraform_version":"0.11.0"})", "version 4 is read"},
      {R"({"resource":{"aws_lb":{}}})", "run terraform plan -out=FILE"},
      {R"({"format_version":"1.0"})", "there are no resources in it"},
      {R"({"version":4,)", "s.tfstate:1"},
  };
  for (const auto& [text, said] : cases) EXPECT_THAT(project(text).mistakes, HasSubstr(said));
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(terraform::parse_workspace("resource \"aws_lb\" {}", "main.tf", diagnostics));
  EXPECT_THAT(to_text(diagnostics), HasSubstr("main.tf: found Terraform's configuration; run "));
}

TEST(TerraformState, NamesThePlaceOfAMistake) {
  std::string port = listener(kFixed);
  port.replace(port.find("\"port\":80"), 9, "\n\"port\":99999");
  const Projected web = project(state_of({balancer(), port}));
  std::vector<Diagnostic> diagnostics;
  const Node& place = nearest_place(web.scenario, "/LoadBalancers/web/Listeners/0/Port");
  EXPECT_EQ(place.written, "/resources/1/instances/0/attributes/port");
  EXPECT_EQ(place.line, 2);
}

}  // namespace
}  // namespace hoplab::scenario
