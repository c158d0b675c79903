#include "model/stage_variables.h"

#include <algorithm>

namespace hoplab::model {

namespace {

constexpr std::string_view kStart = "${stageVariables.";

const std::string* value_of(const Texts& variables, std::string_view name) {
  const auto found = std::ranges::find(variables, name, &Texts::value_type::first);
  return found == variables.end() ? nullptr : &found->second;
}

/// Calls `text` and `variable` with the parts of `from`, in order.
template <class OnText, class OnVariable>
void each_part(std::string_view from, OnText on_text, OnVariable on_variable) {
  while (true) {
    const auto start = from.find(kStart);
    const auto end = start == std::string_view::npos ? start : from.find('}', start);
    if (end == std::string_view::npos) return on_text(from);
    on_text(from.substr(0, start));
    on_variable(from.substr(start + kStart.size(), end - start - kStart.size()));
    from.remove_prefix(end + 1);
  }
}

bool has_variable(std::string_view text) {
  return text.find(kStart) != std::string_view::npos;
}

}  // namespace

std::vector<Served> served_by(const RestApi& api) {
  std::vector<Served> all;
  for (const RestApiStage& stage : api.stages) {
    const auto add = [&](const std::string& deployment, Texts variables) {
      const ApiDefinition* const definition = api.definition(deployment);
      if (definition) all.push_back({stage, *definition, std::move(variables)});
    };
    add(stage.deployment, stage.variables);
    if (!stage.canary) continue;
    const std::string& own = stage.canary->deployment;
    add(own.empty() ? stage.deployment : own, stage.canary_variables());
  }
  return all;
}

std::vector<std::string> stage_variables_in(std::string_view text) {
  std::vector<std::string> names;
  each_part(
      text, [](std::string_view) {}, [&](std::string_view name) { names.emplace_back(name); });
  return names;
}

std::string lacking(std::string_view text, const Texts& variables) {
  std::string first;
  each_part(
      text, [](std::string_view) {},
      [&](std::string_view name) {
        if (first.empty() && !value_of(variables, name)) first = name;
      });
  return first;
}

std::optional<std::string> in_stage(std::string_view text, const Texts& variables) {
  std::string made;
  bool whole = true;
  each_part(
      text, [&](std::string_view part) { made += part; },
      [&](std::string_view name) {
        const std::string* const value = value_of(variables, name);
        if (value) made += *value;
        whole = whole && value;
      });
  return whole ? std::optional(std::move(made)) : std::nullopt;
}

bool depends_on_stage(const Integration& integration) {
  return has_variable(integration.uri) || has_variable(integration.function) ||
         has_variable(integration.vpc_link) || !integration.services.empty();
}

std::string lacking(const Integration& integration, const Texts& variables) {
  for (const std::string* text : {&integration.uri, &integration.function, &integration.vpc_link}) {
    if (std::string name = lacking(*text, variables); !name.empty()) return name;
  }
  return {};
}

std::string function_named(std::string_view text) {
  constexpr std::string_view kBefore = ":function:";
  const auto at = text.find(kBefore);
  if (at != std::string_view::npos) text.remove_prefix(at + kBefore.size());
  return std::string(text.substr(0, text.find(':')));
}

std::optional<Integration> in_stage(const Integration& integration, const Texts& variables) {
  if (!depends_on_stage(integration)) return integration;
  auto uri = in_stage(integration.uri, variables);
  auto function = in_stage(integration.function, variables);
  auto vpc_link = in_stage(integration.vpc_link, variables);
  if (!uri || !function || !vpc_link) return std::nullopt;
  Integration made = integration;
  made.uri = *std::move(uri);
  made.function = function_named(*function);
  made.vpc_link = *std::move(vpc_link);
  if (!made.services.empty()) made.service = service_behind(made.services, made.uri);
  made.services.clear();
  return made;
}

std::optional<Authorizer> in_stage(const Authorizer& authorizer, const Texts& variables) {
  if (!has_variable(authorizer.function)) return authorizer;
  auto function = in_stage(authorizer.function, variables);
  if (!function) return std::nullopt;
  Authorizer made = authorizer;
  made.function = function_named(*function);
  return made;
}

std::string service_behind(const Texts& services, std::string_view uri) {
  const auto slashes = uri.find("//");
  if (slashes == std::string_view::npos) return {};
  uri.remove_prefix(slashes + 2);
  const std::string_view authority = uri.substr(0, uri.find_first_of("/?"));
  for (const std::string_view host : {authority, authority.substr(0, authority.find(':'))}) {
    if (const std::string* const service = value_of(services, host)) return *service;
  }
  return {};
}

}  // namespace hoplab::model
