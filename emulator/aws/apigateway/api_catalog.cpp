#include "aws/apigateway/api_catalog.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "model/ids.h"
#include "model/stage_variables.h"
#include "model/text_rule.h"

namespace hoplab::aws {

namespace {

/// UNDOCUMENTED for a Host with a port: taken off (apigateway.md 1).
std::string_view without_port(std::string_view host) noexcept {
  const auto colon = host.find(':');
  if (colon == std::string_view::npos || host.find(':', colon + 1) != std::string_view::npos) {
    return host;  // none, or an IPv6 address, which selects nothing anyway
  }
  return host.substr(0, colon);
}

}  // namespace

bool callers_sign(const model::ApiDefinition& api) {
  return std::ranges::any_of(api.methods, [](const model::Method& method) {
    return method.authorization == model::AuthorizationType::aws_iam;
  });
}

Result<ApiCatalog> ApiCatalog::compile(const model::Topology& topology,
                                       const SelectionOptions& options,
                                       const ThrottleSettings& account_throttle,
                                       const ApiCatalog* previous) {
  ApiCatalog catalog;
  catalog.region_ = topology.region;
  catalog.default_suffix_ = ".execute-api." + topology.region + ".amazonaws.com";
  catalog.api_id_header_first_ = options.api_id_header_first;
  for (const auto& api : topology.rest_apis) {
    if (auto added = catalog.add_api(api, topology, previous); !added) {
      return Error{"REST API " + api.name + ": " + added.error()};
    }
  }
  catalog.add_account_throttles(account_throttle, previous);
  auto plans = usage_plans_of(topology, previous ? &previous->usage_plans_ : nullptr);
  if (!plans) return plans.failure();
  catalog.usage_plans_ = std::move(plans).value();
  for (const auto& domain : topology.domain_names) {
    if (auto added = catalog.add_domain(domain, topology, options); !added) {
      return Error{"domain name " + domain.name + ": " + added.error()};
    }
  }
  return catalog;
}

Result<void> ApiCatalog::add_api(const model::RestApi& model, const model::Topology& topology,
                                 const ApiCatalog* previous) {
  if (model.id.empty()) return Error{"has no id"};
  if (model.stages.empty()) return Error{"has no stage"};
  const ApiStages* const before = previous ? previous->by_name(model.name) : nullptr;
  const auto traffic = before ? before->front()->traffic : std::make_shared<ApiTraffic>();
  ApiStages stages;
  for (const model::RestApiStage& stage : model.stages) {
    Serving serving{topology, model, stage};
    auto made = add_served(serving, previous);
    if (!made) return made.failure();
    made.value()->traffic = traffic;
    stages.push_back(made.value());
    if (!stage.canary) continue;
    serving.is_canary = true;
    auto canary = add_served(serving, previous);
    if (!canary) return Error{"the canary: " + canary.error()};
    canary.value()->traffic = traffic;
    made.value()->canary = canary.value();
    made.value()->canary_percent = stage.canary->percent_traffic;
  }
  const std::string& id = stages.front()->id;
  if (!by_id_.emplace(id, std::move(stages)).second) return Error{"id " + id + " is taken"};
  return {};
}

Result<Api*> ApiCatalog::add_served(const Serving& from, const ApiCatalog* previous) {
  const auto& [topology, model, stage, is_canary] = from;
  if (!model::rules::kStageName.matches(stage.name)) {
    return Error{"\"" + stage.name + "\" is not a stage name"};
  }
  const bool of_its_own = is_canary && !stage.canary->deployment.empty();
  const std::string& deployment = of_its_own ? stage.canary->deployment : stage.deployment;
  const model::ApiDefinition* const definition = model.definition(deployment);
  if (definition == nullptr) return Error{"there is no deployment " + deployment};
  auto api = std::make_unique<Api>();
  api->name = model.name;
  api->id = lower_case(model.id);
  api->region = region_;
  api->account = model.account;
  api->stage = stage.name;
  api->is_canary = is_canary;
  api->deployment_id =
      deployment.empty() ? model::derived_id_within_api(api->id, stage.name) : deployment;
  for (const std::string& name : model.vpc_endpoints) {
    const auto* endpoint = model::Topology::find(topology.vpc_endpoints, name);
    if (endpoint == nullptr) return Error{"there is no VPC endpoint " + name};
    api->vpce_ids.push_back(lower_case(std::string_view(endpoint->id)));
  }
  if (auto done = add_stage(from, *api); !done) return done.failure();
  const Api* const before = previous ? previous->served(from) : nullptr;
  if (auto done = add_definition(from, *definition, before, *api); !done) return done.failure();
  apis_.push_back(std::move(api));
  return apis_.back().get();
}

Result<void> ApiCatalog::add_definition(const Serving& from, const model::ApiDefinition& definition,
                                        const Api* previous, Api& to) {
  if (definition.policy.empty()) {
    return Error{"Private REST API doesn't have a resource policy attached to it"};
  }
  const PolicyScope scope{region_, to.account, to.id};
  to.arn_prefix = scope.resource_prefix();
  auto policy = ResourcePolicy::parse(definition.policy, scope, callers_sign(definition));
  if (!policy) return Error{policy.error()};
  to.policy = std::move(policy).value();
  to.execute_api_endpoint_disabled = definition.disable_execute_api_endpoint;
  to.api_key_source = definition.api_key_source;
  to.binary_media_types = BinaryMediaTypes(definition.binary_media_types);
  to.minimum_compression_size = definition.minimum_compression_size;
  if (to.minimum_compression_size) reads_bodies_ = true;  // they may be compressed
  auto responses = compile_gateway_responses(definition.gateway_responses);
  if (!responses) return Error{"gateway response " + responses.error()};
  to.gateway_responses = std::move(responses).value();
  if (auto done = add_authorizers(definition, from.topology, previous, to); !done) return done;
  // A canary's requests count for the throttles of its stage.
  const Api* const counted =
      from.is_canary ? served({from.topology, from.api, from.stage}) : previous;
  return add_methods(definition, from.stage, counted, to);
}

Result<void> ApiCatalog::add_authorizers(const model::ApiDefinition& from,
                                         const model::Topology& topology, const Api* previous,
                                         Api& to) {
  for (const model::Authorizer& one : from.authorizers) {
    const auto here = model::in_stage(one, to.stage_variables);
    auto compiled = Authorizer::compile(here.value_or(one), topology);
    if (!compiled) return Error{"authorizer " + one.name + ": " + compiled.error()};
    if (!here) compiled.value().lacks = model::lacking(one.function, to.stage_variables);
    to.authorizers.push_back(std::move(compiled).value());
  }
  if (previous && previous->id == to.id) {
    hand_on_decisions(previous->authorizers, to.authorizers);
  }
  return {};
}

Result<void> ApiCatalog::add_authorization(const model::Method& from, const Api& api,
                                           Api::Method& to) {
  to.authorization = from.authorization;
  to.scopes = from.authorization_scopes;
  if (from.authorizer.empty()) return {};
  for (const Authorizer& one : api.authorizers) {
    if (one.model.name == from.authorizer) to.authorizer = &one;
  }
  if (to.authorizer == nullptr) return Error{"there is no authorizer " + from.authorizer};
  return {};
}

Result<void> ApiCatalog::add_methods(const model::ApiDefinition& from,
                                     const model::RestApiStage& stage, const Api* previous,
                                     Api& to) {
  const auto models = ApiModels::compile(from);
  if (!models) return models.failure();
  std::vector<Route> routes;
  for (const auto& method : from.methods) {
    const std::string where = method.http_method + " " + method.path + ": ";
    routes.push_back({method.http_method, method.path});
    Api::Method& made = to.methods.emplace_back();
    made.resource_path = method.path;
    made.operation_name = method.operation_name;
    made.resource_id = model::derived_id_within_api(to.id, method.path);
    if (auto done = add_authorization(method, to, made); !done) return Error{where + done.error()};
    add_settings(method, method_stage(stage, method.path, method.http_method), previous, to, made);
    auto validation = compile_validation(from, models.value(), method);
    if (!validation) return Error{where + validation.error()};
    made.validation = std::move(validation).value();
    if (made.validation && made.validation->reads_body()) reads_bodies_ = true;
    if (auto done = add_integration(method.integration, to, made); !done) {
      return Error{where + done.error()};
    }
  }
  auto router = Router::compile(routes);
  if (!router) return Error{router.error()};
  to.router = std::move(router).value();
  return {};
}

Result<GatewayResponses> compile_gateway_responses(const std::vector<model::GatewayResponse>& all) {
  std::vector<GatewayResponseSettings> settings;
  for (const model::GatewayResponse& one : all) {
    const auto type = parse_gateway_response_type(one.type);
    if (!type) return Error{"there is no gateway response of that type"};
    settings.push_back({*type, one.status_code, one.response_parameters, one.response_templates});
  }
  return GatewayResponses::compile(settings);
}

Result<void> ApiCatalog::add_integration(const model::Integration& from, const Api& api,
                                         Api::Method& to) {
  to.type = from.type;
  to.timeout = std::chrono::milliseconds(from.timeout_ms);
  to.streams = from.stream;
  to.content_handling = from.content_handling;
  auto mapped = MappedIntegration::compile(from);
  if (!mapped) return mapped.failure();
  to.mapped = std::move(mapped).value();
  if (from.type == model::IntegrationType::mock && !to.mapped) {
    auto answer = PreparedAnswer::prepare(from);
    if (!answer) return answer.failure();
    to.answer = std::move(answer).value();
    return {};
  }
  reads_bodies_ = true;
  const auto here = model::in_stage(from, api.stage_variables);
  if (!here) {
    to.lacks = model::lacking(from, api.stage_variables);
    return {};
  }
  to.function = here->function;
  if (!from.asks_backend()) return {};
  auto http = HttpIntegration::compile(*here, api.stage);
  if (!http) return http.failure();
  to.http = std::move(http).value();
  return {};
}

const Api* ApiCatalog::served(const Serving& what) const noexcept {
  for (const auto& api : apis_) {
    const bool same = api->name == what.api.name && api->stage == what.stage.name &&
                      api->is_canary == what.is_canary;
    if (same) return api.get();
  }
  return nullptr;
}

const ApiStages* ApiCatalog::by_name(std::string_view name) const noexcept {
  for (const auto& [id, stages] : by_id_) {
    if (stages.front()->name == name) return &stages;
  }
  return nullptr;
}

Result<void> ApiCatalog::add_domain(const model::DomainName& model, const model::Topology& topology,
                                    const SelectionOptions& options) {
  auto domain = CustomDomain::compile(model, topology, options,
                                      [this](const std::string& name) { return by_name(name); });
  if (!domain) return domain.failure();
  if (!domains_.emplace(lower_case(model.name), std::move(domain).value()).second) {
    return Error{"is there twice"};
  }
  return {};
}

bool strip_segments(std::string_view segments, std::string_view& path) noexcept {
  if (segments.empty()) return true;
  auto rest = path;
  if (rest.starts_with('/')) rest.remove_prefix(1);
  if (!rest.starts_with(segments)) return false;
  rest.remove_prefix(segments.size());
  if (!rest.empty() && rest.front() != '/') return false;
  path = rest;
  return true;
}

Selection select_by_stage(const ApiStages& stages, std::string_view path) noexcept {
  for (const Api* api : stages) {
    auto rest = path;
    if (strip_segments(api->stage, rest)) return {.api = api, .path = rest};
  }
  return {.api = stages.front(), .failure = Outcome::no_stage};
}

const ApiStages* ApiCatalog::by_default_name(std::string_view host,
                                             std::string_view vpce_id) const noexcept {
  if (!host.ends_with(default_suffix_)) return nullptr;
  auto label = host.substr(0, host.size() - default_suffix_.size());
  // {api}-{vpce-id}: a public name with the private answers of that endpoint, which there is where
  // the API is associated with it. Under another endpoint's name it cannot arrive here, and without
  // the association there is none, so it selects nothing (UNDOCUMENTED).
  const auto dash = label.find('-');
  const auto found = by_id_.find(label.substr(0, dash));
  if (found == by_id_.end()) return nullptr;
  const ApiStages* const stages = &found->second;
  if (dash == std::string_view::npos) return stages;
  const std::string_view by = label.substr(dash + 1);
  const auto& associated = stages->front()->vpce_ids;
  const bool there = std::ranges::find(associated, by) != associated.end();
  return by == vpce_id && there ? stages : nullptr;
}

Selection ApiCatalog::select(const Addressing& addressing) const noexcept {
  constexpr std::size_t kLongestName = 255;
  std::array<char, kLongestName> buffer;
  auto host = without_port(addressing.host);
  if (host.size() > kLongestName) host = {};
  std::transform(host.begin(), host.end(), buffer.begin(), [](char c) { return lower_case(c); });
  host = {buffer.data(), host.size()};

  const ApiStages* by_header = nullptr;
  if (addressing.api_id) {
    const auto found = by_id_.find(*addressing.api_id);
    // UNDOCUMENTED: with the header first, an unknown id is not saved by the Host.
    if (found == by_id_.end() && api_id_header_first_) return {.failure = Outcome::no_api};
    if (found != by_id_.end()) by_header = &found->second;
  }
  const bool header_decides = by_header != nullptr && api_id_header_first_;
  if (!header_decides) {
    const auto domain = domains_.find(std::string_view(host));
    if (domain != domains_.end()) return domain->second.choose(addressing);
  }
  const ApiStages* by_host = header_decides ? nullptr : by_default_name(host, addressing.vpce_id);
  const ApiStages* const stages = by_host != nullptr ? by_host : by_header;
  if (stages == nullptr) return {.failure = Outcome::no_api};
  Selection chosen = select_by_stage(*stages, addressing.path);
  if (chosen.api->execute_api_endpoint_disabled) {
    chosen.failure = Outcome::execute_api_endpoint_disabled;
  }
  return chosen;
}

}  // namespace hoplab::aws
