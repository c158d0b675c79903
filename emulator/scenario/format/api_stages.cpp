#include "scenario/format/api_stages.h"

#include <algorithm>

#include "model/stage_variables.h"

namespace hoplab::scenario {
namespace {

model::Texts texts_of(const Node* node) {
  model::Texts all;
  if (!node) return all;
  for (const Node& one : node->items) {
    const bool number = one.kind == Node::Kind::integer;  // as templates may have it
    all.emplace_back(one.key, number ? std::to_string(one.integer) : one.text);
  }
  return all;
}

void add_stage_variables(const Node& stage, StageVariables& to) {
  model::RestApiStage made;
  made.variables = texts_of(stage.find("Variables"));
  to.push_back(made.variables);
  const Node* const canary = stage.find("CanarySetting");
  if (!canary) return;
  made.canary.emplace().stage_variable_overrides = texts_of(canary->find("StageVariableOverrides"));
  to.push_back(made.canary_variables());
}

}  // namespace

StageVariables stage_variables_of(const Node& api) {
  StageVariables all;
  if (const Node* const stage = api.find("Stage")) add_stage_variables(*stage, all);
  if (const Node* const stages = api.find("Stages")) {
    for (const Node& one : stages->items) add_stage_variables(one, all);
  }
  if (all.empty()) all.emplace_back();
  return all;
}

std::vector<std::string> in_stages(std::string_view text, const StageVariables& stages) {
  std::vector<std::string> all;
  for (const model::Texts& variables : stages) {
    auto made = model::in_stage(text, variables);
    if (made && std::ranges::find(all, *made) == all.end()) all.push_back(std::move(*made));
  }
  return all;
}

}  // namespace hoplab::scenario
