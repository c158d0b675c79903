// Private APIs.
#include <set>
#include <utility>

#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

/// Through a VPC link: which load balancer it leads to.
void validate_connection(const Topology& topology, const Integration& one, const std::string& here,
                         Findings& findings) {
  const VpcLink* const link = refer(topology.vpc_links, one.vpc_link, "VPC link", "/VpcLinks",
                                    at(here, "ConnectionId"), findings);
  refer(topology.load_balancers, one.load_balancer, "load balancer", kLoadBalancers,
        at(here, "IntegrationTarget"), findings);
  if (!link) return;
  const bool names_one = !link->load_balancer.empty();
  if (names_one && !one.load_balancer.empty()) {
    findings.add(at(here, "IntegrationTarget"), in_quotes(one.load_balancer),
                 "the link " + in_quotes(link->name) + " leads to " + link->load_balancer);
  } else if (!names_one && one.load_balancer.empty()) {
    findings.add(here, {},
                 "it needs IntegrationTarget, a load balancer, since the link " +
                     in_quotes(link->name) + " has no TargetArns");
  }
}

void validate_link(const Topology& topology, const VpcLink& link, Findings& findings) {
  const std::string path = at("/VpcLinks", link.name);
  const auto* const balancer = refer(topology.load_balancers, link.load_balancer, "load balancer",
                                     kLoadBalancers, at(path, "TargetArns"), findings);
  if (balancer && balancer->type != LoadBalancerType::network) {
    findings.add(at(path, "TargetArns"), in_quotes(link.load_balancer),
                 "such a link leads to a network load balancer; to an application load balancer "
                 "leads one with SubnetIds, by an integration's IntegrationTarget");
  }
  for (std::size_t i = 0; i < link.subnets.size(); ++i) {
    refer(topology.subnets, link.subnets[i], "subnet", "/Subnets", at(at(path, "SubnetIds"), i),
          findings);
  }
}

/// As a stage has it.
void validate_integration(const Topology& topology, const Integration& one, const std::string& here,
                          Findings& findings) {
  if (one.asks_function()) {
    refer(topology.functions, one.function, "function", "/Functions", at(here, "Function"),
          findings);
  }
  if (!one.asks_backend()) return;
  if (one.vpc_link.empty()) {
    refer(topology.services, one.service, "service", "/services", at(here, "service"), findings);
  } else {
    validate_connection(topology, one, here, findings);
  }
}

void validate_services(const Topology& topology, const Integration& one, const std::string& here,
                       Findings& findings) {
  for (const auto& [host, service] : one.services) {
    refer(topology.services, service, "service", "/services", at(at(here, "services"), host),
          findings);
  }
}

/// Whom its stages ask, each.
void validate_in_stages(const Topology& topology, const Integration& one,
                        const std::vector<const Served*>& stages, const std::string& here,
                        Findings& findings) {
  validate_services(topology, one, here, findings);
  std::set<std::string> seen;  // what has been said
  for (const Served* const served : stages) {
    auto resolved = in_stage(one, served->variables);
    if (!resolved) continue;
    const std::string key = resolved->function + " " + resolved->uri + " " + resolved->vpc_link;
    if (!seen.insert(key).second) continue;
    if (!one.services.empty() && std::exchange(resolved->service, {}).empty()) {
      findings.add(at(here, "services"), in_quotes(resolved->uri) + " in " + served->stage.name,
                   "no service stands behind this host");
    }
    validate_integration(topology, *resolved, here, findings);
  }
}

template <class T, class Id>
void unique_ids(const List<T>& all, std::string_view section, std::string_view property, Id id,
                Findings& findings) {
  std::set<std::string> seen;
  for (const T& one : all) {
    if (!seen.insert(one.*id).second) {
      findings.add(at(at(section, one.name), property), in_quotes(one.*id),
                   "another one has this id already");
    }
  }
}

/// Endpoints for {api}-{vpce-id}.execute-api...: apigateway.md 1.
void validate_associations(const Topology& topology, const RestApi& api, Findings& findings) {
  const std::string path =
      at(at(at("/RestApis", api.name), "EndpointConfiguration"), "VpcEndpointIds");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < api.vpc_endpoints.size(); ++i) {
    const std::string& name = api.vpc_endpoints[i];
    const std::string here = at(path, i);
    const auto* endpoint =
        refer(topology.vpc_endpoints, name, "VPC endpoint", "/VpcEndpoints", here, findings);
    if (endpoint && !endpoint->execute_api()) {
      findings.add({here,
                    in_quotes(name),
                    "private APIs are called through endpoints whose ServiceName is execute-api",
                    {},
                    at("/VpcEndpoints", name)});
    }
    if (!seen.insert(name).second) {
      findings.add(here, in_quotes(name), "it stands twice in the list");
    }
  }
}

void validate_definition(const Topology& topology, const ApiDefinition& api,
                         const std::vector<Served>& served, const std::string& path,
                         Findings& findings) {
  std::vector<const Served*> stages;
  for (const Served& one : served) {
    if (&one.definition == &api) stages.push_back(&one);
  }
  validate_authorizers(topology, api, stages, path, findings);
  validate_requests_of_api(api, path, findings);
  const std::string resources = at(path, "Resources");
  for (const Method& method : api.methods) {
    const Integration& one = method.integration;
    const std::string here = at(at(at(resources, method.path), method.http_method), "Integration");
    if (!depends_on_stage(one)) {
      validate_integration(topology, one, here, findings);
      continue;
    }
    for (const auto& [text, property] :
         {std::pair(&one.function, "Function"), std::pair(&one.uri, "Uri"),
          std::pair(&one.vpc_link, "ConnectionId")}) {
      known_in_some_stage(*text, stages, at(here, property), findings);
    }
    validate_in_stages(topology, one, stages, here, findings);
  }
}

}  // namespace

void validate_api(const Topology& topology, Findings& findings) {
  unique_ids(topology.rest_apis, "/RestApis", "RestApiId", &RestApi::id, findings);
  unique_ids(topology.vpc_endpoints, "/VpcEndpoints", "VpcEndpointId", &VpcEndpoint::id, findings);
  for (const VpcLink& link : topology.vpc_links) validate_link(topology, link, findings);
  for (const RestApi& api : topology.rest_apis) {
    validate_associations(topology, api, findings);
    validate_stages(api, findings);
    const std::string path = at("/RestApis", api.name);
    const std::vector<Served> served = served_by(api);
    validate_definition(topology, api, served, path, findings);
    for (const Deployment& one : api.deployments) {
      validate_definition(topology, one, served, at(at(path, "Deployments"), one.name), findings);
    }
  }
}

}  // namespace hoplab::model
