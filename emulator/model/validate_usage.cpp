// Settings of stages, and usage plans (apigateway-features.md 4, 8).
#include <algorithm>
#include <map>
#include <set>

#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

/// "/widgets/{id}/GET" of each method; the root's is "//GET".
std::vector<std::string> methods_of(const RestApi& api) {
  std::vector<std::string> all;
  for (const Method& method : api.methods) all.push_back(method.path + "/" + method.http_method);
  return all;
}

/// Says that the API has no such method.
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

void validate_method_settings(const RestApi& api, const std::string& path, Findings& findings) {
  std::set<std::string> seen;
  const auto& all = api.stage_settings.method_settings;
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

void validate_plan_stage(const Topology& topology, const UsagePlan::ApiStage& one,
                         const std::string& path, Findings& findings) {
  const auto* api = refer(topology.rest_apis, one.rest_api, "REST API", "/RestApis",
                          at(path, "RestApi"), findings);
  if (api == nullptr) return;
  if (api->stage != one.stage) {
    findings.add({at(path, "Stage"), in_quotes(one.stage),
                  "the API " + in_quotes(api->name) + " has the stage " + api->stage, api->stage,
                  at("/RestApis", api->name)});
  }
  for (const auto& [name, throttle] : one.throttle) {
    known_method(*api, with_root(name), at(at(path, "Throttle"), name), findings);
  }
}

/// A key is in one plan of a stage at most.
void validate_sharing(const Topology& topology, Findings& findings) {
  std::map<std::pair<std::string, std::string>, const UsagePlan*> seen;  // by API and key
  for (const UsagePlan& plan : topology.usage_plans) {
    for (const UsagePlan::ApiStage& stage : plan.api_stages) {
      for (const std::string& key : plan.api_keys) {
        const auto [it, fresh] = seen.try_emplace({stage.rest_api, key}, &plan);
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

void validate_stage(const RestApi& api, Findings& findings) {
  const std::string path = at(at("/RestApis", api.name), "Stage");
  const StageSettings& stage = api.stage_settings;
  validate_method_settings(api, at(path, "MethodSettings"), findings);
  if (stage.variables.size() > kMostVariables) {
    findings.add(at(path, "Variables"), std::to_string(stage.variables.size()) + " of them",
                 "a stage has at most 100 variables");
  }
}

void validate_usage_plans(const Topology& topology, Findings& findings) {
  for (const UsagePlan& plan : topology.usage_plans) {
    const std::string path = at("/UsagePlans", plan.name);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < plan.api_stages.size(); ++i) {
      const UsagePlan::ApiStage& one = plan.api_stages[i];
      const std::string here = at(at(path, "ApiStages"), i);
      validate_plan_stage(topology, one, here, findings);
      if (!seen.insert(one.rest_api).second) {
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
