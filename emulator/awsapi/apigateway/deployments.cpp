// Deployments: an API as it was (apigateway.md 7), which stages serve.
#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"
#include "awsapi/apigateway/running.h"
#include "awsapi/apigateway/stage_parts.h"

namespace hoplab::awsapi::apigateway {

namespace {

constexpr std::string_view kDefinition[] = {kResourceType,   kMethodType,
                                            kModelType,      kRequestValidatorType,
                                            kAuthorizerType, kGatewayResponseType};

bool is_private(const Document& api) {
  const auto types =
      texts_of(api.properties.value("EndpointConfiguration", Json::object()), "Types");
  return std::ranges::find(types, "PRIVATE") != types.end();
}

/// What hinders a deployment.
Refusal check_complete(const Call& call, const Document& api) {
  const auto methods = of_api(call, kMethodType, api.id);
  if (methods.empty()) return bad_request("The REST API doesn't contain any methods");
  const bool all = std::ranges::all_of(
      methods, [](const Document* one) { return one->properties.contains("Integration"); });
  if (!all) return bad_request("No integration defined for method");
  if (is_private(api) && !api.properties.contains("Policy")) {
    return bad_request("Private REST API doesn't have a resource policy attached to it");
  }
  return std::nullopt;
}

/// By path and HTTP method, with what is asked of clients.
Json summary_of(const Document& deployment) {
  std::map<std::string, const Document*> resources;
  for (const DocumentPtr& one : deployment.deployed) {
    if (one->type == kResourceType) resources[one->id] = one.get();
  }
  const auto path_of = [&](const std::string& id) {
    std::string path;
    for (auto at = resources.find(id); at != resources.end();
         at = resources.find(text_of(at->second->properties, "ParentId"))) {
      path.insert(0, "/" + text_of(at->second->properties, "PathPart"));
    }
    return path.empty() ? std::string("/") : path;
  };
  Json summary = Json::object();
  for (const DocumentPtr& one : deployment.deployed) {
    if (one->type != kMethodType) continue;
    summary[path_of(text_of(one->properties, "ResourceId"))]
           [text_of(one->properties, "HttpMethod")] = {
               {"authorizationType", text_of(one->properties, "AuthorizationType")},
               {"apiKeyRequired", one->properties.value("ApiKeyRequired", false)}};
  }
  return summary;
}

Json shown_deployment(const Document& deployment, const Json& in) {
  Json value = shown(kDeployments, deployment);
  const auto embed = texts_of(in, "Embed");
  const bool with_summary = std::ranges::find(embed, "apisummary") != embed.end();
  if (with_summary) value["ApiSummary"] = summary_of(deployment);
  return value;
}

/// The stage that in["StageName"] names, new or with the deployment in the place of its own; a
/// canary gets it beside that.
ApiResult<Document> stage_with(const Call& call, const Document& api, const std::string& id,
                               const Json& in) {
  const std::string name = text_of(in, "StageName");
  const Document* const present = stage_of(call, api.id, name);
  const Json canary = in.value("CanarySettings", Json());
  if (canary.is_object() && !present) {
    return bad_request("Invalid deployment content specified.Stage " + name +
                       " must already be created before making a canary release deployment");
  }
  Json given = present ? shown(kStages, *present) : Json{{"StageName", name}};
  if (canary.is_object()) {
    given["CanarySetting"] = canary;
    given["CanarySetting"]["DeploymentId"] = id;
  } else {
    given["DeploymentId"] = id;
    for (const char* const member :
         {"Variables", "CacheClusterEnabled", "CacheClusterSize", "TracingEnabled"}) {
      if (in.contains(member)) given[member] = in[member];
    }
    if (in.contains("StageDescription")) given["Description"] = in["StageDescription"];
  }
  return stage_document(call, api, present, std::move(given));
}

}  // namespace

std::vector<DocumentPtr> definition_of(const ControlPlane& plane, const std::string& rest_api) {
  std::vector<DocumentPtr> all;
  for (const auto& [id, one] : plane.documents()) {
    const bool part = std::ranges::find(kDefinition, one->type) != std::end(kDefinition) &&
                      text_of(one->properties, "RestApiId") == rest_api;
    if (part || (one->type == kRestApiType && id == rest_api)) all.push_back(one);
  }
  std::ranges::sort(all, {}, &Document::order);
  return all;
}

ApiResult<Json> create_deployment(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  const bool names_stage = !text_of(in, "StageName").empty();
  if (in.contains("CanarySettings") && !names_stage) {
    return bad_request(
        "Invalid deployment content specified.Non null and non empty stageName must be provided "
        "for canary deployment. Provided value is null");
  }
  if (auto refused = check_complete(call, **api)) return *refused;
  auto deployment = made(call, kDeployments, new_id(call, "deployment of " + (*api)->id, 6), in);
  if (!deployment) return deployment.error();
  deployment->properties["RestApiId"] = (*api)->id;
  deployment->attributes["CreatedDate"] = call.now;
  deployment->deployed = definition_of(call.plane, (*api)->id);
  const Json answer = shown_deployment(*deployment, in);
  Change one;
  if (names_stage) {
    auto stage = stage_with(call, **api, deployment->id, in);
    if (!stage) return stage.error();
    one.put.push_back(std::move(*stage));
  }
  one.put.insert(one.put.begin(), std::move(*deployment));
  if (auto refused = change(call, std::move(one))) return *refused;
  return answer;
}

ApiResult<Json> get_deployment(const Call& call, const Json& in) {
  const auto found = find_of_api(call, kDeployments, in, "", in["DeploymentId"]);
  if (!found) return found.error();
  return shown_deployment(**found, in);
}

ApiResult<Json> get_deployments(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  return listed(kDeployments, in, of_api(call, kDeploymentType, (*api)->id));
}

ApiResult<Json> update_deployment(const Call& call, const Json& in) {
  const auto found = find_of_api(call, kDeployments, in, "", in["DeploymentId"]);
  if (!found) return found.error();
  return patch_and_show(call, kDeployments, **found, in);
}

ApiResult<Json> delete_deployment(const Call& call, const Json& in) {
  const auto found = find_of_api(call, kDeployments, in, "", in["DeploymentId"]);
  if (!found) return found.error();
  for (const Document* stage : of_api(call, kStageType, in["RestApiId"])) {
    const Json canary = stage->properties.value("CanarySetting", Json::object());
    if (text_of(stage->properties, "DeploymentId") == (*found)->id ||
        text_of(canary, "DeploymentId") == (*found)->id) {
      return bad_request("Active stages pointing to this deployment must be moved or deleted");
    }
  }
  return removed(call, (*found)->id);
}

}  // namespace hoplab::awsapi::apigateway
