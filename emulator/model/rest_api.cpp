#include "model/rest_api.h"

#include <algorithm>

#include "model/problem.h"

namespace hoplab::model {

Texts RestApiStage::canary_variables() const {
  Texts all = variables;
  if (!canary) return all;
  for (const auto& one : canary->stage_variable_overrides) {
    const auto known = std::ranges::find(all, one.first, &Texts::value_type::first);
    if (known == all.end()) {
      all.push_back(one);
    } else {
      known->second = one.second;
    }
  }
  return all;
}

const RestApiStage* RestApi::stage(std::string_view stage_name) const noexcept {
  const auto found = std::ranges::find(stages, stage_name, &RestApiStage::name);
  return found == stages.end() ? nullptr : &*found;
}

const ApiDefinition* RestApi::definition(std::string_view deployment) const noexcept {
  if (deployment.empty()) return this;
  const auto found = std::ranges::find(deployments, deployment, &Deployment::name);
  return found == deployments.end() ? nullptr : &*found;
}

std::vector<const Method*> RestApi::all_methods() const {
  std::vector<const Method*> all;
  const auto add = [&all](const ApiDefinition& definition) {
    for (const Method& method : definition.methods) all.push_back(&method);
  };
  add(*this);
  for (const Deployment& one : deployments) add(one);
  return all;
}

std::string place_of(const RestApi& api, const RestApiStage& stage) {
  const std::string path = at("/RestApis", api.name);
  return api.stages.size() == 1 ? at(path, "Stage") : at(at(path, "Stages"), stage.name);
}

}  // namespace hoplab::model
