// A loop's execute-api endpoints, and whom the integrations of their APIs ask.

#include "aws/target_group/http1_backend.h"
#include "aws/target_group/recording_backend.h"
#include "model/stage_variables.h"
#include "tls/tls_dialer.h"
#include "topology/building.h"
#include "topology/vpc_link.h"

namespace hoplab::topology {

namespace {

/// In TLS where the Uri has it, whose host the backend's certificate is checked for unless the
/// integration skips that (apigateway-features.md 6.3).
std::unique_ptr<net::Dialer> in_tls(const Building& building, const model::Integration& integration,
                                    std::unique_ptr<net::Dialer> dialer) {
  const auto uri = aws::IntegrationUri::parse(integration.uri);
  if (!uri->encrypted) return dialer;
  if (integration.skip_verification) {
    return std::make_unique<tls::TlsDialer>(std::move(dialer), *building.next.target_tls);
  }
  return std::make_unique<tls::TlsDialer>(std::move(dialer), *building.next.web_sites.towards_hosts,
                                          std::string(uri->host));
}

std::shared_ptr<aws::HttpEndpoint> make_endpoint(const Building& building,
                                                 const model::Integration& integration,
                                                 std::unique_ptr<net::Dialer> dialer) {
  const std::string address = dialer->address().text();
  std::shared_ptr<aws::Backend> backend = std::make_shared<aws::Http1Backend>(
      building.loop, address, in_tls(building, integration, std::move(dialer)));
  const auto* const service =
      model::Topology::find(building.topology().services, integration.service);
  if (service && !service->address.empty()) {  // who cannot tell us itself what it receives
    backend = std::make_shared<aws::RecordingBackend>(building.loop, std::move(backend),
                                                      building.shared.requests, service->name);
  }
  return std::make_shared<aws::HttpEndpoint>(building.loop, std::move(backend));
}

std::unique_ptr<net::Dialer> dialer_to_backend(const Building& building,
                                               const model::Integration& integration) {
  if (!integration.vpc_link.empty()) return vpc_link_dialer(building, integration);
  return net::make_tcp_dialer(building.loop, building.next.services.at(integration.service));
}

std::shared_ptr<aws::HttpEndpoint> http_endpoint(const Building& building,
                                                 const model::Integration& integration) {
  auto dialer = dialer_to_backend(building, integration);
  std::string key = aws::http_endpoint_key(integration) + " " + dialer->address().text();
  if (!integration.vpc_link.empty()) {
    key += " " + let_in_by_vpc_link(building.topology(), integration);
  }
  return building.components.http_endpoints.keep(
      key, [&] { return make_endpoint(building, integration, std::move(dialer)); },
      [](aws::HttpEndpoint&) {});
}

std::shared_ptr<const aws::HttpEndpoints> http_endpoints(const Building& building) {
  const auto all = std::make_shared<aws::HttpEndpoints>();
  const auto add = [&](const model::Integration& integration) {
    auto& one = (*all)[aws::http_endpoint_key(integration)];
    if (!one) one = http_endpoint(building, integration);
  };
  for (const model::RestApi& api : building.topology().rest_apis) {
    for (const model::Served& served : model::served_by(api)) {
      for (const model::Method& method : served.definition.methods) {
        if (!method.integration.asks_backend()) continue;
        if (const auto here = model::in_stage(method.integration, served.variables)) add(*here);
      }
    }
  }
  return all;
}

std::shared_ptr<const aws::FunctionsByName> functions_by_name(const Building& building) {
  const auto all = std::make_shared<aws::FunctionsByName>();
  for (const model::Function& function : building.topology().functions) {
    all->emplace(function.name, building.components.functions.at(function_key(function)));
  }
  return all;
}

}  // namespace

void build_execute_apis(const Building& building) {
  const auto functions = functions_by_name(building);
  const auto backends = http_endpoints(building);
  for (const auto& endpoint : building.topology().vpc_endpoints) {
    if (!endpoint.execute_api()) continue;
    aws::ExecuteApiSettings settings;
    settings.api = building.next.execute_api;
    settings.functions = functions;
    settings.http_endpoints = backends;
    settings.web = web_dialers(building, building.next.addresses.enis(endpoint.name).front());
    settings.vpce_id = endpoint.id;
    settings.vpc_id = endpoint.vpc_id;
    settings.available =
        endpoint.state.value_or(model::EndpointState::available) == model::EndpointState::available;
    settings.api_log = &building.shared.api_logs;
    settings.policy_url = aws::endpoint_policy_url(endpoint, building.topology().region);
    const auto context = building.next.contexts.find(endpoint.name);
    if (context != building.next.contexts.end()) settings.tls = context->second.context;
    building.components.execute_apis.keep(
        endpoint.name,
        [&] {
          const Hop& hop = building.hop(endpoint.name);
          return std::make_shared<aws::ExecuteApiServer>(
              building.loop, hop, building.faults.gate(hop), building.shared.ends,
              building.shared.requests, building.next_seed++, settings);
        },
        [&](aws::ExecuteApiServer& server) { server.update(settings); });
  }
}

}  // namespace hoplab::topology
