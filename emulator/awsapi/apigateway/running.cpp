#include "awsapi/apigateway/running.h"

#include <algorithm>
#include <map>
#include <set>

#include "awsapi/apigateway/resources.h"
#include "scenario/resources/resource.h"

namespace hoplab::awsapi::apigateway {

namespace {

constexpr std::string_view kParts[] = {kResourceType,   kMethodType,
                                       kModelType,      kRequestValidatorType,
                                       kAuthorizerType, kGatewayResponseType};

bool is_part(const Document& document) {
  return std::ranges::find(kParts, document.type) != std::end(kParts);
}

std::string api_of(const Document& document) {
  return text_of(document.properties, "RestApiId");
}

/// Of one API: what its stages serve, the first stage's deployment first; empty names are none.
struct Served {
  bool staged = false;
  std::vector<std::string> deployments;
};

std::map<std::string, Served> served_apis(const std::vector<DocumentPtr>& all) {
  std::map<std::string, Served> found;
  const auto add = [](Served& served, const std::string& id) {
    auto& ids = served.deployments;
    if (!id.empty() && std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  };
  for (const DocumentPtr& one : all) {
    if (one->type == kStageType) {
      Served& served = found[api_of(*one)];
      served.staged = true;
      add(served, text_of(one->properties, "DeploymentId"));
      const auto canary = one->properties.find("CanarySetting");
      if (canary != one->properties.end()) add(served, text_of(*canary, "DeploymentId"));
    } else if (one->type == kDeploymentType && one->properties.contains("StageName")) {
      found[api_of(*one)].staged = true;
    }
  }
  return found;
}

/// A document of a deployment that has a place beside the API's own: its ids are the deployment's.
DocumentPtr set_apart(const Document& kept, const std::string& api, const std::string& deployment) {
  Document made = kept;
  const auto of_deployment = [&](const std::string& id) { return deployment + "/" + id; };
  made.properties["RestApiId"] = kept.type == kRestApiType ? api : of_deployment(api);
  for (const char* const member :
       {"ResourceId", "ParentId", "AuthorizerId", "RequestValidatorId"}) {
    const std::string id = text_of(made.properties, member);
    if (!id.empty()) made.properties[member] = of_deployment(id);
  }
  if (kept.type == kRestApiType) {
    made.type = scenario::resources::kDeployedRestApi;
    made.properties["DeploymentId"] = deployment;
  }
  made.id = of_deployment(kept.id);
  return std::make_shared<const Document>(std::move(made));
}

}  // namespace

std::vector<DocumentPtr> running_documents(const ControlPlane& plane) {
  std::vector<DocumentPtr> all;
  for (const auto& [id, document] : plane.documents()) all.push_back(document);
  std::ranges::sort(all, {}, &Document::order);
  const auto served = served_apis(all);
  std::set<std::string> kept;  // APIs that are as a deployment has them
  std::vector<DocumentPtr> extra;
  for (const auto& [api, stages] : served) {
    for (const std::string& id : stages.deployments) {
      const Document* const deployment = plane.find(id, kDeploymentType);
      if (!deployment || deployment->deployed.empty()) continue;
      const bool first = kept.insert(api).second;
      for (const DocumentPtr& one : deployment->deployed) {
        extra.push_back(first ? one : set_apart(*one, api, id));
      }
    }
  }
  std::erase_if(all, [&](const DocumentPtr& one) {
    if (one->type == kRestApiType) return kept.contains(one->id) || !served.contains(one->id);
    if (!is_part(*one)) return false;
    return kept.contains(api_of(*one)) || !served.contains(api_of(*one));
  });
  all.insert(all.end(), extra.begin(), extra.end());
  std::ranges::stable_sort(all, {}, &Document::order);
  return all;
}

}  // namespace hoplab::awsapi::apigateway
