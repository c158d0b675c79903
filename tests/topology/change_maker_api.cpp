// Changes of private APIs: what answers the first method, who stands behind it, who may call it.
#include "change_maker.h"

namespace hoplab::testing {

namespace {

constexpr const char* kLink = "link";

model::Integration proxy_of(const std::string& uri) {
  model::Integration integration;
  integration.type = model::IntegrationType::http_proxy;
  integration.uri = uri;
  integration.http_method = "ANY";
  return integration;
}

/// Of a MOCK integration with templates: the first one says the status, the others the body.
model::Integration mapped_mock(int status) {
  model::Integration integration;
  integration.request_templates = {
      {"application/json", "{\"statusCode\": " + std::to_string(status) + "}"}};
  model::IntegrationResponse good, missing;
  good.response_templates = {{"application/json", "\"mapped in $context.stage\""}};
  missing.status_code = 404;
  missing.selection_pattern = "404";
  missing.response_templates = {{"application/json", "\"none\""}};
  integration.responses = {good, missing};
  return integration;
}

/// Of a function that is told of no request and whose answer is mapped.
model::Integration mapped_function(const char* function) {
  model::Integration integration;
  integration.type = model::IntegrationType::aws;
  integration.function = function;
  integration.request_templates = {{"application/json", "{}"}};
  integration.responses.emplace_back().response_templates = {
      {"application/json", "$input.json('$.body')"}};
  return integration;
}

}  // namespace

model::Integration ChangeMaker::integration(const model::Topology& now) {
  model::Integration made;
  switch (below(6)) {
    case 0:
      made.type = model::IntegrationType::aws_proxy;
      made.function = "function";
      return made;
    case 1: return mapped_function("function");
    case 2: return mapped_mock(coin() ? 200 : 404);
    case 3:
      made = proxy_of("http://first.example.com/inside");
      made.service = "first";
      return made;
    case 4:
      if (const auto link = model::share(now.vpc_links, kLink);
          link && link->load_balancer.empty()) {
        made = proxy_of("http://inside.example.com/");
        made.vpc_link = kLink;
        made.load_balancer = "bystander";
        return made;
      }
      [[fallthrough]];
    default: made.body = "widget " + std::to_string(below(5)); return made;
  }
}

/// To a network load balancer, which no integration asks for, or from a zone to any.
model::Change ChangeMaker::vpc_link() {
  model::VpcLink link;
  link.name = kLink;
  if (below(3) == 0) return model::Delete<model::VpcLink>{link.name};
  if (below(3) == 0)
    link.load_balancer = "nlb";
  else
    link.availability_zones = {coin() ? "eu-west-1a" : "eu-west-1b"};
  return model::Put<model::VpcLink>{link};
}

/// A second API, which nobody asks.
model::Change ChangeMaker::other_api(const model::Topology& now) {
  model::RestApi api = now.rest_apis.front();
  api.name = "other-api";
  api.id.clear();
  if (coin()) return model::Delete<model::RestApi>{api.name};
  return model::Put<model::RestApi>{api};
}

/// Somebody who may call its methods, or nobody.
model::Change ChangeMaker::access_key() {
  model::AccessKey key;
  key.name = "alice";
  if (coin()) key.session_token = "token";
  if (coin()) {
    key.policies = {
        R"({"Statement":{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}})"};
  }
  if (coin()) return model::Delete<model::AccessKey>{key.name};
  return model::Put<model::AccessKey>{key};
}

model::Change ChangeMaker::domain_name(const model::Topology& now) {
  model::DomainName domain;
  domain.name = "other.example.com";
  domain.base_path_mappings = {{"", "widgets-api", "prod"}};
  if (coin()) {
    domain.endpoint_type = "PRIVATE";
    domain.policy = now.rest_apis.front().policy;
    if (coin()) domain.vpc_endpoints = {"direct"};
    domain.routing_mode = coin() ? model::RoutingMode::routing_rule_then_base_path_mapping
                                 : model::RoutingMode::routing_rule_only;
    domain.routing_rules = {
        {static_cast<int>(1 + below(3)), {}, {"a/b"}, "widgets-api", "prod", coin()}};
    if (coin()) domain.routing_rules.front().headers = {{"X-Version", "v*"}};
  }
  if (coin()) return model::Delete<model::DomainName>{domain.name};
  return model::Put<model::DomainName>{domain};
}

}  // namespace hoplab::testing
