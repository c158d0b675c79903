// What the API's own compilers refuse, said with its place in the file.
#include "aws/apigateway/access_log_format.h"
#include "aws/apigateway/access_rules.h"
#include "aws/apigateway/api_catalog.h"
#include "aws/apigateway/authorizer.h"
#include "aws/apigateway/http_exchange.h"
#include "aws/apigateway/mapped_integration.h"
#include "aws/apigateway/method_validation.h"
#include "aws/apigateway/router.h"
#include "aws/apigateway/stage_settings.h"
#include "aws/iam/resource_policy.h"
#include "aws/stub/prepared_answer.h"
#include "model/nearest.h"
#include "model/stage_variables.h"
#include "scenario/format/reader_finish.h"

namespace hoplab::scenario {
namespace {

using model::at;

/// The place says it already.
std::string without_prefix(const std::string& text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

Result<void> compile_backend(const model::Integration& integration, const std::string& stage) {
  const auto http = aws::HttpIntegration::compile(integration, stage);
  return http ? Result<void>() : Result<void>(http.failure());
}

/// Of `definition`. Whom it asks by variables is one in each stage that has them.
Result<void> compile_integration(const model::Integration& integration, const model::RestApi& api,
                                 const model::ApiDefinition& definition) {
  const auto answer = aws::PreparedAnswer::prepare(integration);
  if (!answer) return answer.failure();
  const auto mapped = aws::MappedIntegration::compile(integration);
  if (!mapped) return mapped.failure();
  if (integration.uri.empty()) return {};  // said already where one is needed
  if (!model::depends_on_stage(integration)) {
    return compile_backend(integration, api.stages.front().name);
  }
  for (const model::Served& one : model::served_by(api)) {
    if (&one.definition != &definition) continue;
    const auto here = model::in_stage(integration, one.variables);
    if (!here) continue;
    if (auto done = compile_backend(*here, one.stage.name); !done) return done;
  }
  return {};
}

/// Each model alone, so that it is said which one it is.
void compile_models(const model::ApiDefinition& api, const std::string& path,
                    model::Findings& findings) {
  for (const model::ApiModel& one : api.models) {
    const auto schema = aws::ApiModels::compile_one(api, one.schema);
    if (schema) continue;
    findings.add(at(at(at(path, "Models"), one.name), "Schema"), {}, schema.error());
  }
}

void compile_parameters(const model::Method& method, const std::string& path,
                        model::Findings& findings) {
  for (const auto& one : method.request_parameters) {
    aws::RequestValidationSettings settings;
    settings.request_parameters = {one};
    const auto compiled = aws::RequestValidation::compile(std::move(settings));
    if (!compiled) findings.add(at(path, "RequestParameters"), {}, compiled.error());
  }
}

std::vector<std::string_view> gateway_response_types() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < aws::kGatewayResponseTypes; ++i) {
    names.push_back(to_text(static_cast<aws::GatewayResponseType>(i)));
  }
  return names;
}

void compile_gateway_responses(const model::ApiDefinition& api, const std::string& path,
                               model::Findings& findings) {
  for (const model::GatewayResponse& one : api.gateway_responses) {
    const std::string here = at(at(path, "GatewayResponses"), one.type);
    if (!aws::parse_gateway_response_type(one.type)) {
      findings.add(here, {}, "there is no gateway response of this type",
                   model::nearest(one.type, gateway_response_types()));
      continue;
    }
    const auto compiled = aws::compile_gateway_responses({one});
    if (!compiled) findings.add(here, {}, without_prefix(compiled.error(), one.type + ": "));
  }
}

void compile_authorizers(const model::Topology& topology, const model::ApiDefinition& api,
                         const std::string& path, model::Findings& findings) {
  for (const model::Authorizer& one : api.authorizers) {
    const auto compiled = aws::Authorizer::compile(one, topology);
    if (compiled) continue;
    const std::string& error = compiled.error();  // "IdentitySource: ..."
    const auto colon = error.find(": ");
    findings.add(at(at(path, one.name), error.substr(0, colon)), {}, error.substr(colon + 2));
  }
}

/// What an API is now, or was when it was deployed; of integrations each stage makes its own.
void compile_definition(const model::Topology& topology, const model::RestApi& api,
                        const model::ApiDefinition& definition, const std::string& path,
                        model::Findings& findings) {
  const auto policy = aws::ResourcePolicy::parse(
      definition.policy, {topology.region, api.account, api.id}, aws::callers_sign(definition));
  if (!policy) findings.add(at(path, "Policy"), {}, without_prefix(policy.error(), "policy: "));
  compile_models(definition, path, findings);
  compile_gateway_responses(definition, path, findings);
  compile_authorizers(topology, definition, at(path, "Authorizers"), findings);
  const std::string resources = at(path, "Resources");
  std::vector<aws::Route> routes;
  for (const model::Method& method : definition.methods) {
    routes.push_back({method.http_method, method.path});
    const std::string here = at(at(resources, method.path), method.http_method);
    compile_parameters(method, here, findings);
    const auto done = compile_integration(method.integration, api, definition);
    if (!done) findings.add(at(here, "Integration"), {}, done.error());
  }
  const auto router = aws::Router::compile(routes);
  if (!router) findings.add(resources, {}, router.error());
}

void compile_api(const model::Topology& topology, const model::RestApi& api,
                 model::Findings& findings) {
  const std::string path = at("/RestApis", api.name);
  for (const model::RestApiStage& stage : api.stages) {
    const std::string& format = stage.access_log_format;
    if (format.empty()) continue;
    const auto compiled = aws::AccessLogFormat::compile(format);
    if (compiled) continue;
    findings.add(at(at(model::place_of(api, stage), "AccessLogSetting"), "Format"), {},
                 compiled.error());
  }
  compile_definition(topology, api, api, path, findings);
  for (const model::Deployment& one : api.deployments) {
    compile_definition(topology, api, one, at(at(path, "Deployments"), one.name), findings);
  }
}

void compile_domain_name(const model::Topology& topology, const model::DomainName& domain,
                         model::Findings& findings) {
  if (domain.policy.empty()) return;
  const auto policy =
      aws::ResourcePolicy::parse(domain.policy, {topology.region, domain.account, {}}, true);
  if (policy) return;
  findings.add(at(at("/DomainNames", domain.name), "Policy"), {},
               without_prefix(policy.error(), "policy: "));
}

void compile_endpoint(const model::VpcEndpoint& endpoint, model::Findings& findings) {
  if (!endpoint.execute_api()) return;
  const auto policy = aws::compile_endpoint_policy(endpoint.policy);
  if (policy) return;
  findings.add(at(at("/VpcEndpoints", endpoint.name), "PolicyDocument"), {},
               without_prefix(policy.error(), "policy: "));
}

void compile_access_key(const model::AccessKey& key, model::Findings& findings) {
  const std::string path = at("/AccessKeys", key.name);
  for (std::size_t i = 0; i < key.policies.size(); ++i) {
    const auto policy = aws::Policy::parse(key.policies[i], {.kind = aws::Policy::Kind::identity});
    if (policy) continue;
    findings.add(at(at(path, "Policies"), i), {}, without_prefix(policy.error(), "policy: "));
  }
  const auto known = aws::complete(aws::credentials_of(key, {}));
  if (known) return;
  findings.add(path, {}, without_prefix(known.error(), "access key " + key.access_key_id + ": "));
}

}  // namespace

void compile_apis(const model::Topology& topology, model::Findings& findings) {
  for (const auto& domain : topology.domain_names) compile_domain_name(topology, domain, findings);
  for (const auto& endpoint : topology.vpc_endpoints) compile_endpoint(endpoint, findings);
  for (const auto& key : topology.access_keys) compile_access_key(key, findings);
  for (const model::RestApi& api : topology.rest_apis) compile_api(topology, api, findings);
  for (const model::UsagePlan& plan : topology.usage_plans) {
    if (!plan.quota) continue;
    const auto checked = aws::check_quota(aws::quota_of(*plan.quota));
    if (checked) continue;
    findings.add(at(at(at("/UsagePlans", plan.name), "Quota"), "Offset"),
                 std::to_string(plan.quota->offset), checked.error());
  }
  for (const model::Service& service : topology.services) {
    if (!service.address.empty()) continue;
    const auto answer = aws::PreparedAnswer::prepare(service.stand_in);
    if (!answer) findings.add(at(at("/services", service.name), "standIn"), {}, answer.error());
  }
}

}  // namespace hoplab::scenario
