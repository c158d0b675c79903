#include "model/change_rest_api.h"

#include <algorithm>

#include "model/ids.h"

namespace hoplab::model {

namespace {

std::string of_api(const RestApi& api) {
  return " of the API '" + api.name + "'";
}

Error missing_in(const RestApi& api, const std::string& what) {
  return {"there is no " + what + of_api(api), ErrorCode::not_found};
}

std::string unused_deployment_id(const RestApi& api) {
  for (std::size_t number = api.deployments.size() + 1;; ++number) {
    std::string id = derived_id_within_api(api.id, "deployment " + std::to_string(number));
    if (api.definition(id) == nullptr) return id;
  }
}

RestApiStage* find_stage(RestApi& api, const std::string& name) {
  const auto found = std::ranges::find(api.stages, name, &RestApiStage::name);
  return found == api.stages.end() ? nullptr : &*found;
}

/// A deployment keeps the bodies that files had, whatever becomes of these.
Deployment deployment_of(const RestApi& api, std::string name) {
  Deployment made;
  static_cast<ApiDefinition&>(made) = api;
  made.name = std::move(name);
  for (Method& method : made.methods) method.integration.body_file.clear();
  return made;
}

}  // namespace

Result<void> change_rest_api(RestApi& api, const CreateDeployment& change) {
  RestApiStage* stage = find_stage(api, change.stage);
  if (change.canary && stage == nullptr) {
    if (change.stage.empty()) {
      return Error{
          "Invalid deployment content specified.Non null and non empty stageName must be provided "
          "for canary deployment. Provided value is null"};
    }
    return Error{"Invalid deployment content specified.Stage " + change.stage +
                 " must already be created before making a canary release deployment"};
  }
  const std::string name =
      change.deployment.empty() ? unused_deployment_id(api) : change.deployment;
  if (api.definition(name)) {
    return Error{"there is a deployment '" + name + "'" + of_api(api) + " already",
                 ErrorCode::conflict};
  }
  api.deployments.push_back(deployment_of(api, name));
  if (change.canary) {
    stage->canary = change.canary;
    stage->canary->deployment = name;
  } else if (!change.stage.empty()) {
    if (stage == nullptr) {
      stage = &api.stages.emplace_back();
      stage->name = change.stage;
    }
    stage->deployment = name;
  }
  return {};
}

Result<void> change_rest_api(RestApi& api, const DeleteDeployment& change) {
  for (const RestApiStage& stage : api.stages) {
    const bool by_canary = stage.canary && stage.canary->deployment == change.deployment;
    if (stage.deployment != change.deployment && !by_canary) continue;
    return Error{"Active stages pointing to this deployment must be moved or deleted: there is '" +
                     stage.name + "'",
                 ErrorCode::in_use};
  }
  const auto gone = std::erase_if(
      api.deployments, [&](const Deployment& one) { return one.name == change.deployment; });
  if (gone > 0) return {};
  return missing_in(api, "deployment '" + change.deployment + "'");
}

Result<void> change_rest_api(RestApi& api, const PutStage& change) {
  if (RestApiStage* const stage = find_stage(api, change.stage.name)) {
    *stage = change.stage;
  } else {
    api.stages.push_back(change.stage);
  }
  return {};
}

Result<void> change_rest_api(RestApi& api, const DeleteStage& change) {
  const auto found = std::ranges::find(api.stages, change.stage, &RestApiStage::name);
  if (found == api.stages.end()) {
    return missing_in(api, "stage '" + change.stage + "'");
  }
  if (api.stages.size() == 1) {
    return Error{"it is the last stage" + of_api(api) + ", without which nothing answers",
                 ErrorCode::conflict};
  }
  api.stages.erase(found);
  return {};
}

Result<void> change_rest_api(RestApi& api, const PutMethod& change) {
  for (Method& one : api.methods) {
    if (one.path != change.method.path || one.http_method != change.method.http_method) continue;
    one = change.method;
    return {};
  }
  api.methods.push_back(change.method);
  return {};
}

Result<void> change_rest_api(RestApi& api, const DeleteMethod& change) {
  const auto gone = std::erase_if(api.methods, [&](const Method& one) {
    return one.path == change.path && one.http_method == change.http_method;
  });
  if (gone > 0) return {};
  return missing_in(api, "method " + change.http_method + " " + change.path);
}

}  // namespace hoplab::model
