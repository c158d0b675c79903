// Private APIs.
#include <set>

#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

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

}  // namespace

void validate_api(const Topology& topology, Findings& findings) {
  unique_ids(topology.rest_apis, "/RestApis", "RestApiId", &RestApi::id, findings);
  unique_ids(topology.vpc_endpoints, "/VpcEndpoints", "VpcEndpointId", &VpcEndpoint::id, findings);
  for (const RestApi& api : topology.rest_apis) {
    validate_associations(topology, api, findings);
    const std::string resources = at(at("/RestApis", api.name), "Resources");
    for (const Method& method : api.methods) {
      validate_integration(topology, method.integration,
                           at(at(at(resources, method.path), method.http_method), "Integration"),
                           findings);
    }
  }
}

}  // namespace hoplab::model
