// A loop's execute-api endpoints, and whom the integrations of their APIs ask.

#include "aws/target_group/http1_backend.h"
#include "aws/target_group/recording_backend.h"
#include "tls/tls_dialer.h"
#include "topology/building.h"

namespace hoplab::topology {

namespace {

/// The name in TLS is the Uri's, which the backend's certificate is checked for unless the
/// integration skips that (apigateway-features.md 6.3).
std::unique_ptr<net::Dialer> dialer_to_backend(const Building& building,
                                               const model::Integration& integration) {
  auto dialer = net::make_tcp_dialer(building.loop, building.next.services.at(integration.service));
  const auto uri = aws::IntegrationUri::parse(integration.uri);
  if (!uri->encrypted) return dialer;
  if (integration.skip_verification) {
    return std::make_unique<tls::TlsDialer>(std::move(dialer), *building.next.target_tls);
  }
  return std::make_unique<tls::TlsDialer>(std::move(dialer), *building.next.web_sites.towards_hosts,
                                          std::string(uri->host));
}

std::shared_ptr<aws::HttpEndpoint> http_endpoint(const Building& building,
                                                 const model::Integration& integration) {
  const auto& service = *model::Topology::find(building.topology().services, integration.service);
  const std::string address = building.next.services.at(service.name).text.text();
  const auto make = [&] {
    std::shared_ptr<aws::Backend> backend = std::make_shared<aws::Http1Backend>(
        building.loop, address, dialer_to_backend(building, integration));
    if (!service.address.empty()) {  // who cannot tell us itself what it receives
      backend = std::make_shared<aws::RecordingBackend>(building.loop, std::move(backend),
                                                        building.shared.requests, service.name);
    }
    return std::make_shared<aws::HttpEndpoint>(building.loop, std::move(backend));
  };
  return building.components.http_endpoints.keep(
      aws::http_endpoint_key(integration) + " " + address, make, [](aws::HttpEndpoint&) {});
}

std::shared_ptr<const aws::HttpEndpoints> http_endpoints(const Building& building) {
  const auto all = std::make_shared<aws::HttpEndpoints>();
  for (const model::RestApi& api : building.topology().rest_apis) {
    for (const model::Method& method : api.methods) {
      const model::Integration& integration = method.integration;
      if (integration.type != model::IntegrationType::http_proxy) continue;
      auto& one = (*all)[aws::http_endpoint_key(integration)];
      if (!one) one = http_endpoint(building, integration);
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
    aws::ExecuteApiSettings settings{building.next.execute_api,
                                     functions,
                                     backends,
                                     endpoint.id,
                                     endpoint.vpc_id,
                                     aws::endpoint_policy_url(endpoint, building.topology().region),
                                     {}};
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
