// The scenario itself: the file's outermost object.
#include "scenario/cloudformation/templates.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

namespace rules = model::rules;
using model::Topology;

/// A place in the scenario's topology.
template <class Member>
auto in_topology(Member member) {
  return [member](Scenario & scenario) -> auto& {
    return scenario.topology.*member;
  };
}

const ObjectType& clock_type() {
  static const ObjectType type =
      Define<ClockSettings>("Clock", "How emulated time passes.")
          .word<Clock::Mode>("mode",
                             {{to_text(Clock::Mode::real), Clock::Mode::real},
                              {to_text(Clock::Mode::scaled), Clock::Mode::scaled},
                              {to_text(Clock::Mode::stepped), Clock::Mode::stepped}},
                             &ClockSettings::mode,
                             "real; scaled: faster than real time; stepped: it stands still, and "
                             "checks move it on")
          .required()
          .own("scale", integer(1, 100'000), "scaled: emulated seconds in a real one; default 1",
               [](ClockSettings& into, const Node& node, ReadContext&) {
                 into.scale = static_cast<double>(node.integer);
               })
          .written([](const ClockSettings& from, bool) {
            return node_of(static_cast<std::int64_t>(from.scale));
          })
          .when([](const ClockSettings& from) { return from.mode == Clock::Mode::scaled; })
          .after([](ClockSettings& into, const Node& node, ReadContext& context) {
            const Node* scale = node.find("scale");
            if (scale != nullptr && into.mode != Clock::Mode::scaled) {
              context.report(*scale, found(*scale), "it goes with mode scaled");
            }
          })
          .type();
  return type;
}

}  // namespace

const ObjectType& parameter_type() {
  static const ObjectType type =
      Define<Parameter>("Parameter", "A value given from outside; ${name} stands for it in texts.")
          .value("description", text(), &Parameter::description, "what it is for")
          .value("default", text(), &Parameter::default_value,
                 "its value when none is set; without it, one must be set")
          .type();
  return type;
}

const ObjectType& scenario_type() {
  static const ObjectType type =
      Define<Scenario>("Scenario", "A hoplab scenario.")
          .fixed("$schema", text(), "where editors find this schema")
          .fixed("extends", text(rules::kNotEmpty),
                 "another scenario, relative to this one's folder, that this one is merged over "
                 "(RFC 7396)")
          .value("title", text(rules::kNotEmpty), &Scenario::title, "what it shows, in one line")
          .required()
          .value("story", text(), &Scenario::story, "what happens in it, in a few sentences")
          .nested("case", case_type, &Scenario::reset_case,
                  "of the casebook: the symptom that it reproduces")
          .fixed("parameters", map_of(object(parameter_type), rules::kName),
                 "values given from outside, by name")
          .fixed(
              "templates", list_of(object(cloudformation::template_type), 1, 100),
              "CloudFormation templates and CDK's cdk.out, over whose resources this scenario is "
              "merged")
          .value("region", text(rules::kRegion), in_topology(&Topology::region),
                 "the AWS Region; default eu-west-1")
          .nested("pki", pki_type, in_topology(&Topology::pki),
                  "the authorities and certificates to mint")
          .map("Subnets", subnet_type, rules::kName, in_topology(&Topology::subnets),
               &model::Subnet::name,
               "subnets by name; a zone without one gets 10.0.n.0/24, n counted from the first")
          .map("SecurityGroups", security_group_type, rules::kName,
               in_topology(&Topology::security_groups), &model::SecurityGroup::name,
               "security groups by name: who may connect")
          .map("VpcEndpoints", vpc_endpoint_type, rules::kName,
               in_topology(&Topology::vpc_endpoints), &model::VpcEndpoint::name,
               "interface endpoints by name")
          .map("VpcEndpointServices", vpc_endpoint_service_type, rules::kName,
               in_topology(&Topology::vpc_endpoint_services), &model::VpcEndpointService::name,
               "endpoint services by name")
          .map("LoadBalancers", load_balancer_type, rules::kLoadBalancerName,
               in_topology(&Topology::load_balancers), &model::LoadBalancer::name,
               "load balancers by name")
          .map("TargetGroups", target_group_type, rules::kLoadBalancerName,
               in_topology(&Topology::target_groups), &model::TargetGroup::name,
               "target groups by name")
          .map("TrustStores", trust_store_type, rules::kTrustStoreName,
               in_topology(&Topology::trust_stores), &model::TrustStore::name,
               "trust stores by name")
          .map("VpcLinks", vpc_link_type, rules::kName, in_topology(&Topology::vpc_links),
               &model::VpcLink::name, "VPC links by name")
          .map("RestApis", rest_api_type, rules::kName, in_topology(&Topology::rest_apis),
               &model::RestApi::name, "private REST APIs by name")
          .map("DomainNames", domain_name_type, rules::kDomainName,
               in_topology(&Topology::domain_names), &model::DomainName::name,
               "custom domain names")
          .map("ApiKeys", api_key_type, rules::kName, in_topology(&Topology::api_keys),
               &model::ApiKey::name, "API keys by name: clients whom APIs tell apart")
          .map("UsagePlans", usage_plan_type, rules::kName, in_topology(&Topology::usage_plans),
               &model::UsagePlan::name, "usage plans by name: what these clients may ask")
          .map("AccessKeys", access_key_type, rules::kName, in_topology(&Topology::access_keys),
               &model::AccessKey::name,
               "whom IAM knows, by name, with the access keys that their requests are signed with")
          .map("Functions", function_type, rules::kFunctionName, in_topology(&Topology::functions),
               &model::Function::name,
               "Lambda functions by name: commands that hoplab starts, or where somebody answers "
               "for them")
          .map("IdentityProviders", identity_provider_type, rules::kName,
               in_topology(&Topology::identity_providers), &model::IdentityProvider::name,
               "where people sign in, by name: OpenID providers of this machine, or played ones")
          .map("services", service_type, rules::kName, in_topology(&Topology::services),
               &model::Service::name, "services on this machine by name")
          .map("RecordSets", record_set_type, rules::kDomainName,
               in_topology(&Topology::record_sets), &model::RecordSet::name,
               "names of a hosted zone that lead to ways in")
          .own("entry", either({text(rules::kNotEmpty), list_of(text(rules::kNotEmpty), 0, 50)}),
               "the clients' ways in: interface endpoints and load balancers; a check that names "
               "none uses the first",
               [](Scenario& into, const Node& node, ReadContext&) {
                 auto& entries = into.topology.entries;
                 if (node.kind == Node::Kind::text) return entries.push_back(node.text);
                 assign(entries, node);
               })
          .written([](const Scenario& from, bool) -> std::optional<Node> {
            const auto& entries = from.topology.entries;
            if (entries.size() == 1) return node_of(entries.front());
            return node_of(entries);
          })
          .required_or("templates")
          .map("proxies", proxy_type, rules::kName, in_topology(&Topology::proxies),
               &model::Proxy::name,
               "further listeners by name, which pass on what comes as it is: hops for faults")
          .map("faults", fault_type, rules::kName, in_topology(&Topology::faults),
               &model::Fault::name, "faults by name: what happens to connections, and when")
          .nested("clock", clock_type, &Scenario::clock, "how time passes; default real")
          .list("checks", check_object_type, &Scenario::checks, "what must come of which request")
          .refuse("UsagePlanKeys", "a usage plan's ApiKeys are its keys")
          .refuse("Authorizers", "there are no authorizers")
          .refuse({"Models", "RequestValidators", "GatewayResponses"}, "each API has its own")
          .refuse({"Apis", "HttpApis", "WebSocketApis"}, "APIs are REST APIs, in RestApis")
          .refuse({"Routes", "RouteTables", "Vpcs"}, "every address is reached; see Subnets")
          .refuse({"WebACLs", "WebACLAssociations"}, "there is no WAF")
          .type();
  return type;
}

}  // namespace hoplab::scenario
