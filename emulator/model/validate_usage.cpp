// Stages, and usage plans (apigateway-features.md 4, 8).
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

/// "/widgets/{id}/GET" of each method; the root's is "//GET".
std::vector<std::string> methods_of(const RestApi& api) {
  std::vector<std::string> all;
  for (const Method* method : api.all_methods()) {
    all.push_back(method->path + "/" + method->http_method);
  }
  return all;
}

/// Says that the API has no such method, and had none when it was deployed.
void known_method(const RestApi& api, const std::string& name, const std::string& path,
                  Findings& findings) {
  const std::vector<std::string> all = methods_of(api);
  if (std::ranges::find(all, name) != all.end()) return;
  const std::vector<std::string_view> words(all.begin(), all.end());
  findings.add({path, in_quotes(name), "the API " + in_quotes(api.name) + " has no such method",
                nearest(name, words), at(at("/RestApis", api.name), "Resources")});
}

/// What a plan says of a method: AWS's API takes the root's with one slash as well.
std::string with_root(const std::string& name) {
  return name.find('/', 1) == std::string::npos ? "/" + name : name;
}

void validate_method_settings(const RestApi& api, const RestApiStage& stage,
                              const std::string& path, Findings& findings) {
  std::set<std::string> seen;
  const auto& all = stage.method_settings;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const MethodSettings& one = all[i];
    const std::string here = at(path, i);
    const std::string name = one.resource_path + "/" + one.http_method;
    if (!seen.insert(name).second) {
      findings.add(here, in_quotes(name), "there are settings for it already");
    }
    const bool all_paths = one.resource_path == "/*", all_methods = one.http_method == "*";
    if (all_paths != all_methods) {
      findings.add(here, in_quotes(name),
                   "settings are for one method of one path, or for all: ResourcePath \"/*\" and "
                   "HttpMethod \"*\"");
    } else if (!all_paths) {
      known_method(api, name, here, findings);
    }
  }
}

constexpr std::size_t kMostVariables = 100;

void known_deployment(const RestApi& api, const std::string& name, const std::string& path,
                      Findings& findings) {
  if (api.definition(name)) return;
  std::vector<std::string_view> names;
  for (const Deployment& one : api.deployments) names.push_back(one.name);
  const std::string there = names.empty() ? "" : "; there is " + one_of(names);
  findings.add({path, in_quotes(name), "the API has no such deployment" + there,
                nearest(name, names), at(at("/RestApis", api.name), "Deployments")});
}

void validate_plan_stage(const Topology& topology, const UsagePlan::ApiStage& one,
                         const std::string& path, Findings& findings) {
  const auto* api = refer(topology.rest_apis, one.rest_api, "REST API", "/RestApis",
                          at(path, "RestApi"), findings);
  if (api == nullptr) return;
  refer_to_stage(*api, one.stage, at(path, "Stage"), findings);
  for (const auto& [name, throttle] : one.throttle) {
    known_method(*api, with_root(name), at(at(path, "Throttle"), name), findings);
  }
}

/// A key is in one plan of a stage at most.
void validate_sharing(const Topology& topology, Findings& findings) {
  using Shared = std::array<std::string, 3>;  // API, stage and key
  std::map<Shared, const UsagePlan*> seen;
  for (const UsagePlan& plan : topology.usage_plans) {
    for (const UsagePlan::ApiStage& stage : plan.api_stages) {
      for (const std::string& key : plan.api_keys) {
        const auto [it, fresh] = seen.try_emplace(Shared{stage.rest_api, stage.stage, key}, &plan);
        if (fresh || it->second == &plan) continue;
        findings.add({at(at("/UsagePlans", plan.name), "ApiKeys"),
                      in_quotes(key),
                      "a key is in one usage plan of a stage, and this one is in " +
                          in_quotes(it->second->name) + " of the API " + in_quotes(stage.rest_api) +
                          " already",
                      {},
                      at("/UsagePlans", it->second->name)});
      }
    }
  }
}

}  // namespace

void validate_stages(const RestApi& api, Findings& findings) {
  if (api.stages.empty()) {
    findings.add(at("/RestApis", api.name), {}, "an API has at least one stage");
  }
  std::set<std::string_view> names;
  for (const RestApiStage& stage : api.stages) {
    const std::string path = place_of(api, stage);
    if (!names.insert(stage.name).second) {
      findings.add(path, {}, "another stage has this name already");
    }
    validate_method_settings(api, stage, at(path, "MethodSettings"), findings);
    if (stage.variables.size() > kMostVariables) {
      findings.add(at(path, "Variables"), std::to_string(stage.variables.size()) + " of them",
                   "a stage has at most 100 variables");
    }
    known_deployment(api, stage.deployment, at(path, "DeploymentId"), findings);
    if (!stage.canary) continue;
    known_deployment(api, stage.canary->deployment, at(at(path, "CanarySetting"), "DeploymentId"),
                     findings);
  }
}

void known_in_some_stage(const std::string& text, const std::vector<const Served*>& stages,
                         const std::string& path, Findings& findings) {
  const auto resolves = [&](const Served* one) { return lacking(text, one->variables).empty(); };
  if (stages.empty() || std::ranges::any_of(stages, resolves)) return;
  std::vector<std::string_view> names;
  for (const Served* const one : stages) {
    for (const auto& [name, value] : one->variables) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  const std::string missing = lacking(text, stages.front()->variables);
  findings.add(path, in_quotes(text),
               (stages.size() == 1 ? "the stage has no variable " : "no stage has the variable ") +
                   in_quotes(missing) + (names.empty() ? "" : "; there is " + one_of(names)),
               nearest(missing, names));
}

void refer_to_stage(const RestApi& api, const std::string& stage, const std::string& path,
                    Findings& findings) {
  if (stage.empty() || api.stage(stage)) return;
  std::vector<std::string_view> names;
  for (const RestApiStage& one : api.stages) names.push_back(one.name);
  const std::string there = names.size() == 1 ? "the stage " : "the stages ";
  findings.add({path, in_quotes(stage),
                "the API " + in_quotes(api.name) + " has " + there + one_of(names),
                names.size() == 1 ? std::string(names.front()) : nearest(stage, names),
                at("/RestApis", api.name)});
}

void validate_usage_plans(const Topology& topology, Findings& findings) {
  for (const UsagePlan& plan : topology.usage_plans) {
    const std::string path = at("/UsagePlans", plan.name);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < plan.api_stages.size(); ++i) {
      const UsagePlan::ApiStage& one = plan.api_stages[i];
      const std::string here = at(at(path, "ApiStages"), i);
      validate_plan_stage(topology, one, here, findings);
      if (!seen.insert(one.rest_api + "/" + one.stage).second) {
        findings.add(here, in_quotes(one.rest_api), "it stands twice in the list");
      }
    }
    seen.clear();
    for (std::size_t i = 0; i < plan.api_keys.size(); ++i) {
      const std::string here = at(at(path, "ApiKeys"), i);
      refer(topology.api_keys, plan.api_keys[i], "API key", "/ApiKeys", here, findings);
      if (!seen.insert(plan.api_keys[i]).second) {
        findings.add(here, in_quotes(plan.api_keys[i]), "it stands twice in the list");
      }
    }
  }
  validate_sharing(topology, findings);
}

}  // namespace hoplab::model
