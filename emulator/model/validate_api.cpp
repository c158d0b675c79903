// Private APIs and custom domain names.
#include <set>

#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

void validate_mapping(const Topology& topology, const BasePathMapping& one, const std::string& path,
                      Findings& findings) {
  const auto* api = refer(topology.rest_apis, one.rest_api, "REST API", "/RestApis",
                          at(path, "RestApi"), findings);
  if (api == nullptr || one.stage.empty() || api->stage == one.stage) return;
  findings.add({at(path, "Stage"), in_quotes(one.stage),
                "the API " + in_quotes(api->name) + " has the stage " + api->stage, api->stage,
                at("/RestApis", api->name)});
}

void validate_integration(const Topology& topology, const Integration& one, const std::string& here,
                          Findings& findings) {
  if (one.type == IntegrationType::aws_proxy) {
    refer(topology.functions, one.function, "function", "/Functions", at(here, "Function"),
          findings);
  }
  if (one.type == IntegrationType::http_proxy) {
    refer(topology.services, one.service, "service", "/services", at(here, "service"), findings);
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

}  // namespace

void validate_api(const Topology& topology, Findings& findings) {
  unique_ids(topology.rest_apis, "/RestApis", "RestApiId", &RestApi::id, findings);
  unique_ids(topology.vpc_endpoints, "/VpcEndpoints", "VpcEndpointId", &VpcEndpoint::id, findings);
  for (const RestApi& api : topology.rest_apis) {
    const std::string resources = at(at("/RestApis", api.name), "Resources");
    for (const Method& method : api.methods) {
      validate_integration(topology, method.integration,
                           at(at(at(resources, method.path), method.http_method), "Integration"),
                           findings);
    }
  }
  for (const auto& domain : topology.domain_names) {
    const std::string mappings = at(at("/DomainNames", domain.name), "BasePathMappings");
    std::set<std::string> paths;
    for (std::size_t i = 0; i < domain.base_path_mappings.size(); ++i) {
      const BasePathMapping& one = domain.base_path_mappings[i];
      const std::string here = at(mappings, i);
      if (!paths.insert(one.base_path).second) {
        findings.add(at(here, "BasePath"), in_quotes(one.base_path),
                     "this base path is mapped already");
      }
      validate_mapping(topology, one, here, findings);
    }
  }
}

}  // namespace hoplab::model
