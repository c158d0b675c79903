#include "aws/apigateway/custom_domain.h"

#include <algorithm>

#include "aws/apigateway/api_catalog.h"
#include "base/ascii.h"
#include "model/ids.h"

namespace hoplab::aws {

namespace {

std::string trimmed_base_path(std::string_view text) {
  if (text == "(none)") return {};  // the console's and the API's word for the root mapping
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

/// A value, or "a*", "*a", "*a*": nothing else is a wildcard there.
bool value_fits(std::string_view glob, std::string_view value) noexcept {
  const bool any_before = glob.starts_with('*');
  if (any_before) glob.remove_prefix(1);
  const bool any_after = glob.ends_with('*');
  if (any_after) glob.remove_suffix(1);
  if (any_before && any_after) return value.find(glob) != std::string_view::npos;
  if (any_before) return value.ends_with(glob);
  return any_after ? value.starts_with(glob) : value == glob;
}

/// Those that may be meant: all of them by no stage.
Result<ApiStages> find_stages(const std::string& name, const std::string& stage,
                              const CustomDomain::ApiByName& api_of) {
  const ApiStages* const stages = api_of(name);
  if (stages == nullptr) return Error{"there is no REST API " + name};
  if (stage.empty()) return *stages;
  const auto found = std::ranges::find(*stages, stage, &Api::stage);
  if (found != stages->end()) return ApiStages{*found};
  return Error{"REST API " + name + " has no stage " + stage};
}

}  // namespace

Result<CustomDomain> CustomDomain::compile(const model::DomainName& model,
                                           const model::Topology& topology,
                                           const SelectionOptions& options,
                                           const ApiByName& api_of) {
  CustomDomain domain;
  domain.mode_ = model.routing_mode;
  if (model.endpoint_type == "PRIVATE") {
    if (auto done = domain.add_private(model, topology); !done) return done.failure();
  } else if (model.endpoint_type != "REGIONAL") {
    return Error{"endpoint type " + model.endpoint_type +
                 " is not supported; REGIONAL and PRIVATE are"};
  }
  for (const model::BasePathMapping& one : model.base_path_mappings) {
    auto done = domain.add_mapping(one, options, api_of);
    if (!done) return Error{"base path mapping \"" + one.base_path + "\": " + done.error()};
  }
  std::ranges::stable_sort(domain.mappings_, [](const Mapping& a, const Mapping& b) {
    return a.base_path.size() > b.base_path.size();
  });
  for (const model::RoutingRule& one : model.routing_rules) {
    auto done = domain.add_rule(one, model.name, api_of);
    if (!done) return Error{"routing rule " + std::to_string(one.priority) + ": " + done.error()};
  }
  std::ranges::sort(domain.rules_, {}, &Rule::priority);
  return domain;
}

Result<void> CustomDomain::add_private(const model::DomainName& model,
                                       const model::Topology& topology) {
  PrivateDomain& made = private_.emplace();
  made.account = model.account;
  made.resource =
      "domainnames/" + model.name + "+" + model::derived_id_within_api(model.account, model.name);
  const PolicyScope scope{topology.region, model.account, {}};
  made.arn = scope.resource_prefix() + made.resource;
  for (const std::string& name : model.vpc_endpoints) {
    const auto* endpoint = model::Topology::find(topology.vpc_endpoints, name);
    if (endpoint == nullptr) return Error{"there is no VPC endpoint " + name};
    made.vpce_ids.push_back(endpoint->id);
  }
  if (model.policy.empty()) return {};  // it denies all
  auto policy = ResourcePolicy::parse(model.policy, scope, true);
  if (!policy) return policy.failure();
  made.policy = std::move(policy).value();
  return {};
}

Result<void> CustomDomain::add_mapping(const model::BasePathMapping& from,
                                       const SelectionOptions& options, const ApiByName& api_of) {
  Mapping mapping{trimmed_base_path(from.base_path), {}, from.stage.empty()};
  auto stages = find_stages(from.rest_api, from.stage, api_of);
  if (!stages) return stages.failure();
  mapping.stages = std::move(stages).value();
  if (std::ranges::find(mappings_, mapping.base_path, &Mapping::base_path) != mappings_.end()) {
    return Error{"is there twice"};
  }
  const bool multi_level = mapping.base_path.find('/') != std::string::npos;
  if (!multi_level || options.multi_level_base_paths) mappings_.push_back(std::move(mapping));
  return {};
}

Result<void> CustomDomain::add_rule(const model::RoutingRule& from, const std::string& domain,
                                    const ApiByName& api_of) {
  if (std::ranges::find(rules_, from.priority, &Rule::priority) != rules_.end()) {
    return Error{"is there twice"};
  }
  const auto stages = find_stages(from.rest_api, from.stage, api_of);
  if (!stages) return stages.failure();
  Rule& rule = rules_.emplace_back();
  rule.id = model::derived_id_within_api(domain, std::to_string(from.priority));
  rule.priority = from.priority;
  rule.headers = from.headers;
  for (const std::string& path : from.base_paths) {
    rule.base_paths.push_back(trimmed_base_path(path));
  }
  rule.api = stages.value().front();
  rule.strip_base_path = from.strip_base_path;
  return {};
}

Selection CustomDomain::choose(const Addressing& addressing) const noexcept {
  if (!private_) return route(addressing);
  const auto& associated = private_->vpce_ids;
  if (std::ranges::find(associated, addressing.vpce_id) == associated.end()) {
    return {.failure = Outcome::no_access_association};
  }
  Selection chosen = route(addressing);
  chosen.domain = &*private_;
  return chosen;
}

Selection CustomDomain::route(const Addressing& addressing) const noexcept {
  using enum model::RoutingMode;
  if (mode_ != base_path_mapping_only) {
    if (const auto chosen = by_rule(addressing)) return *chosen;
  }
  if (mode_ == routing_rule_only) return {.failure = Outcome::no_stage};
  return by_mapping(addressing.path);
}

/// Header names in any case, their values with it; each of them has to be there.
bool CustomDomain::fits(const Rule& rule, const Addressing& addressing, std::string_view& rest,
                        std::string_view& base_path) noexcept {
  const auto is_there = [&](const model::Texts::value_type& wanted) {
    return std::ranges::any_of(addressing.headers, [&](const http::Field& field) {
      return iequals(field.name, wanted.first) && value_fits(wanted.second, field.value);
    });
  };
  if (!std::ranges::all_of(rule.headers, is_there)) return false;
  if (rule.base_paths.empty()) return true;
  for (const std::string& one : rule.base_paths) {
    rest = addressing.path;
    if (!strip_segments(one, rest)) continue;
    base_path = one;
    return true;
  }
  return false;
}

std::optional<Selection> CustomDomain::by_rule(const Addressing& addressing) const noexcept {
  for (const Rule& rule : rules_) {
    std::string_view rest = addressing.path;
    std::string_view base_path;
    if (!fits(rule, addressing, rest, base_path)) continue;
    return Selection{.api = rule.api,
                     .path = rule.strip_base_path ? rest : addressing.path,
                     .by_domain = true,
                     .base_path = base_path,
                     .routing_rule = rule.id};
  }
  return std::nullopt;
}

Selection CustomDomain::by_mapping(std::string_view path) const noexcept {
  for (const Mapping& mapping : mappings_) {
    auto rest = path;
    if (!strip_segments(mapping.base_path, rest)) continue;
    if (mapping.stage_in_path) return select_by_stage(mapping.stages, rest);
    return {.api = mapping.stages.front(),
            .path = rest,
            .by_domain = true,
            .base_path = mapping.base_path};
  }
  return {.failure = Outcome::no_stage};
}

}  // namespace hoplab::aws
