#include "aws/apigateway/api_catalog.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "model/ids.h"
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

bool callers_sign(const model::RestApi& api) {
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
    const Api* const before = previous ? previous->api_by_name(api.name) : nullptr;
    if (auto added = catalog.add_api(api, topology, before); !added) {
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
                                 const Api* previous) {
  if (model.id.empty()) return Error{"has no id"};
  if (!model::rules::kStageName.matches(model.stage))
    return Error{"\"" + model.stage + "\" is not a stage name"};
  if (model.policy.empty()) {
    return Error{"Private REST API doesn't have a resource policy attached to it"};
  }
  auto api = std::make_unique<Api>();
  api->name = model.name;
  api->id = lower_case(model.id);
  api->region = region_;
  api->account = model.account;
  api->stage = model.stage;
  api->deployment_id = model::derived_id_within_api(api->id, model.stage);
  api->api_key_source = model.api_key_source;
  if (auto done = add_stage(model.stage_settings, *api); !done) return done;
  auto responses = compile_gateway_responses(model.gateway_responses);
  if (!responses) return Error{"gateway response " + responses.error()};
  api->gateway_responses = std::move(responses).value();
  for (const std::string& name : model.vpc_endpoints) {
    const auto* endpoint = model::Topology::find(topology.vpc_endpoints, name);
    if (endpoint == nullptr) return Error{"there is no VPC endpoint " + name};
    api->vpce_ids.push_back(lower_case(std::string_view(endpoint->id)));
  }
  api->execute_api_endpoint_disabled = model.disable_execute_api_endpoint;
  api->binary_media_types = BinaryMediaTypes(model.binary_media_types);
  api->minimum_compression_size = model.minimum_compression_size;
  if (api->minimum_compression_size) reads_bodies_ = true;  // they may be compressed
  const PolicyScope scope{region_, model.account, api->id};
  api->arn_prefix = scope.resource_prefix();
  auto policy = ResourcePolicy::parse(model.policy, scope, callers_sign(model));
  if (!policy) return Error{policy.error()};
  api->policy = std::move(policy).value();

  if (auto done = add_authorizers(model, topology, previous, *api); !done) return done;
  if (auto done = add_methods(model, previous, *api); !done) return done;
  api->traffic = previous ? previous->traffic : std::make_shared<ApiTraffic>();
  if (!by_id_.emplace(api->id, api.get()).second) return Error{"id " + api->id + " is taken"};
  apis_.push_back(std::move(api));
  return {};
}

Result<void> ApiCatalog::add_authorizers(const model::RestApi& from,
                                         const model::Topology& topology, const Api* previous,
                                         Api& to) {
  for (const model::Authorizer& one : from.authorizers) {
    auto compiled = Authorizer::compile(one, topology);
    if (!compiled) return Error{"authorizer " + one.name + ": " + compiled.error()};
    to.authorizers.push_back(std::move(compiled).value());
  }
  if (previous && previous->id == to.id && previous->stage == to.stage) {
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

Result<void> ApiCatalog::add_methods(const model::RestApi& from, const Api* previous, Api& to) {
  const auto models = ApiModels::compile(from);
  if (!models) return models.failure();
  std::vector<Route> routes;
  for (const auto& method : from.methods) {
    const std::string where = method.http_method + " " + method.path + ": ";
    routes.push_back({method.http_method, method.path});
    Api::Method& made = to.methods.emplace_back();
    made.resource_path = method.path;
    made.resource_id = model::derived_id_within_api(to.id, method.path);
    if (auto done = add_authorization(method, to, made); !done) return Error{where + done.error()};
    add_settings(method, method_stage(from.stage_settings, method.path, method.http_method),
                 previous, made);
    auto validation = compile_validation(from, models.value(), method);
    if (!validation) return Error{where + validation.error()};
    made.validation = std::move(validation).value();
    if (made.validation && made.validation->reads_body()) reads_bodies_ = true;
    if (auto done = add_integration(method.integration, to.stage, made); !done) {
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

Result<void> ApiCatalog::add_integration(const model::Integration& from, std::string_view stage,
                                         Api::Method& to) {
  to.type = from.type;
  to.timeout = std::chrono::milliseconds(from.timeout_ms);
  to.streams = from.stream;
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
  to.function = from.function;
  if (!from.asks_backend()) return {};
  auto http = HttpIntegration::compile(from, stage);
  if (!http) return http.failure();
  to.http = std::move(http).value();
  return {};
}

const Api* ApiCatalog::api_by_name(const std::string& name) const noexcept {
  for (const auto& api : apis_) {
    if (api->name == name) return api.get();
  }
  return nullptr;
}

Result<void> ApiCatalog::add_domain(const model::DomainName& model, const model::Topology& topology,
                                    const SelectionOptions& options) {
  auto domain = CustomDomain::compile(
      model, topology, options, [this](const std::string& name) { return api_by_name(name); });
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

Selection select_by_stage(const Api* api, std::string_view path) noexcept {
  if (!strip_segments(api->stage, path)) return {.api = api, .failure = Outcome::no_stage};
  return {.api = api, .path = path};
}

const Api* ApiCatalog::api_by_default_name(std::string_view host,
                                           std::string_view vpce_id) const noexcept {
  if (!host.ends_with(default_suffix_)) return nullptr;
  auto label = host.substr(0, host.size() - default_suffix_.size());
  // {api}-{vpce-id}: a public name with the private answers of that endpoint, which there is where
  // the API is associated with it. Under another endpoint's name it cannot arrive here, and without
  // the association there is none, so it selects nothing (UNDOCUMENTED).
  const auto dash = label.find('-');
  const auto found = by_id_.find(label.substr(0, dash));
  if (found == by_id_.end()) return nullptr;
  const Api* const api = found->second;
  if (dash == std::string_view::npos) return api;
  const std::string_view by = label.substr(dash + 1);
  const bool associated = std::ranges::find(api->vpce_ids, by) != api->vpce_ids.end();
  return by == vpce_id && associated ? api : nullptr;
}

Selection ApiCatalog::select(const Addressing& addressing) const noexcept {
  constexpr std::size_t kLongestName = 255;
  std::array<char, kLongestName> buffer;
  auto host = without_port(addressing.host);
  if (host.size() > kLongestName) host = {};
  std::transform(host.begin(), host.end(), buffer.begin(), [](char c) { return lower_case(c); });
  host = {buffer.data(), host.size()};

  const Api* by_header = nullptr;
  if (addressing.api_id) {
    const auto found = by_id_.find(*addressing.api_id);
    // UNDOCUMENTED: with the header first, an unknown id is not saved by the Host.
    if (found == by_id_.end() && api_id_header_first_) return {.failure = Outcome::no_api};
    if (found != by_id_.end()) by_header = found->second;
  }
  const bool header_decides = by_header != nullptr && api_id_header_first_;
  if (!header_decides) {
    const auto domain = domains_.find(std::string_view(host));
    if (domain != domains_.end()) return domain->second.choose(addressing);
  }
  const Api* by_host = header_decides ? nullptr : api_by_default_name(host, addressing.vpce_id);
  const Api* const api = by_host != nullptr ? by_host : by_header;
  if (api == nullptr) return {.failure = Outcome::no_api};
  if (api->execute_api_endpoint_disabled) {
    return {.api = api, .failure = Outcome::execute_api_endpoint_disabled};
  }
  return select_by_stage(api, addressing.path);
}

}  // namespace hoplab::aws
