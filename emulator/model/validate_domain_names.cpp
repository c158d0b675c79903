// Custom domain names of private APIs: apigateway.md 4, apigateway-features.md 11.
#include <set>

#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

/// The API and its stage that a mapping or a rule leads to.
void validate_stage(const Topology& topology, const std::string& rest_api,
                    std::string_view property, const std::string& stage, const std::string& path,
                    Findings& findings) {
  const auto* api =
      refer(topology.rest_apis, rest_api, "REST API", "/RestApis", at(path, property), findings);
  if (api != nullptr) refer_to_stage(*api, stage, at(path, "Stage"), findings);
}

void validate_mappings(const Topology& topology, const DomainName& domain, const std::string& here,
                       Findings& findings) {
  const std::string mappings = at(here, "BasePathMappings");
  const bool is_private = domain.endpoint_type == "PRIVATE";
  std::set<std::string> paths;
  for (std::size_t i = 0; i < domain.base_path_mappings.size(); ++i) {
    const BasePathMapping& one = domain.base_path_mappings[i];
    const std::string path = at(mappings, i);
    if (!paths.insert(one.base_path).second) {
      findings.add(at(path, "BasePath"), in_quotes(one.base_path),
                   "this base path is mapped already");
    }
    if (is_private && one.base_path.find('/') != std::string::npos) {
      findings.add(at(path, "BasePath"), in_quotes(one.base_path),
                   "a private custom domain name has base paths of one level; a routing rule may "
                   "have more");
    }
    validate_stage(topology, one.rest_api, "RestApi", one.stage, path, findings);
  }
}

void validate_rules(const Topology& topology, const DomainName& domain, const std::string& here,
                    Findings& findings) {
  const std::string rules = at(here, "RoutingRules");
  std::set<int> priorities;
  for (std::size_t i = 0; i < domain.routing_rules.size(); ++i) {
    const RoutingRule& one = domain.routing_rules[i];
    const std::string path = at(rules, i);
    if (!priorities.insert(one.priority).second) {
      findings.add(at(path, "Priority"), std::to_string(one.priority),
                   "another rule has this priority already");
    }
    const std::string action = at(at(at(path, "Actions"), std::size_t{0}), "InvokeApi");
    validate_stage(topology, one.rest_api, "ApiId", one.stage, action, findings);
  }
}

/// What stands there has to have an effect.
void validate_mode(const DomainName& domain, const std::string& here, Findings& findings) {
  const bool rules = domain.routing_mode != RoutingMode::base_path_mapping_only;
  const bool mappings = domain.routing_mode != RoutingMode::routing_rule_only;
  if (!rules && !domain.routing_rules.empty()) {
    findings.add(at(here, "RoutingRules"), {},
                 "RoutingMode BASE_PATH_MAPPING_ONLY, the default, does not look at them");
  }
  if (!mappings && !domain.base_path_mappings.empty()) {
    findings.add(at(here, "BasePathMappings"), {},
                 "RoutingMode ROUTING_RULE_ONLY does not look at them");
  }
}

void validate_regional(const DomainName& domain, const std::string& here, Findings& findings) {
  const auto refuse = [&](bool there, std::string_view property, const char* why) {
    if (there) findings.add(at(here, property), {}, why);
  };
  constexpr const char* kOfPrivate = "it goes with EndpointConfiguration Types PRIVATE";
  refuse(!domain.policy.empty(), "Policy", kOfPrivate);
  refuse(!domain.account.empty(), "Account", kOfPrivate);
  refuse(!domain.vpc_endpoints.empty(), "AccessAssociations", kOfPrivate);
  refuse(!domain.routing_rules.empty(), "RoutingRules",
         "a public custom domain name cannot have a routing rule to a private API");
}

void validate_associations(const Topology& topology, const DomainName& domain,
                           const std::string& here, Findings& findings) {
  const std::string path = at(here, "AccessAssociations");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < domain.vpc_endpoints.size(); ++i) {
    const std::string& name = domain.vpc_endpoints[i];
    const auto* endpoint =
        refer(topology.vpc_endpoints, name, "VPC endpoint", "/VpcEndpoints", at(path, i), findings);
    if (endpoint && !endpoint->execute_api()) {
      findings.add({at(path, i),
                    in_quotes(name),
                    "private APIs are called through endpoints whose ServiceName is execute-api",
                    {},
                    at("/VpcEndpoints", name)});
    }
    if (!seen.insert(name).second) {
      findings.add(at(path, i), in_quotes(name), "it stands twice in the list");
    }
  }
}

}  // namespace

void validate_domain_names(const Topology& topology, Findings& findings) {
  for (const DomainName& domain : topology.domain_names) {
    const std::string here = at("/DomainNames", domain.name);
    validate_mappings(topology, domain, here, findings);
    if (domain.endpoint_type != "PRIVATE") {
      validate_regional(domain, here, findings);
      continue;
    }
    if (domain.name.starts_with("*.")) {
      findings.add(here, in_quotes(domain.name), "a private custom domain name has no wildcard");
    }
    validate_mode(domain, here, findings);
    validate_rules(topology, domain, here, findings);
    validate_associations(topology, domain, here, findings);
  }
}

}  // namespace hoplab::model
