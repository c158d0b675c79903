// What the API's own compilers refuse, said with its place in the file.
#include "aws/apigateway/access_rules.h"
#include "aws/apigateway/api_catalog.h"
#include "aws/iam/resource_policy.h"
#include "aws/stub/prepared_answer.h"
#include "scenario/format/reader_finish.h"

namespace hoplab::scenario {
namespace {

using model::at;

/// The place says it already.
std::string without_prefix(const std::string& text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

void compile_api(const model::Topology& topology, const model::RestApi& api,
                 model::Findings& findings) {
  const std::string path = at("/RestApis", api.name);
  const auto policy = aws::ResourcePolicy::parse(api.policy, {topology.region, api.account, api.id},
                                                 aws::callers_sign(api));
  if (!policy) findings.add(at(path, "Policy"), {}, without_prefix(policy.error(), "policy: "));
  const std::string resources = at(path, "Resources");
  std::vector<aws::Route> routes;
  for (const model::Method& method : api.methods) {
    routes.push_back({method.http_method, method.path});
    const auto answer = aws::PreparedAnswer::prepare(method.integration);
    if (answer) continue;
    findings.add(at(at(at(resources, method.path), method.http_method), "Integration"), {},
                 answer.error());
  }
  const auto router = aws::Router::compile(routes);
  if (!router) findings.add(resources, {}, router.error());
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
  for (const model::Service& service : topology.services) {
    if (!service.address.empty()) continue;
    const auto answer = aws::PreparedAnswer::prepare(service.stand_in);
    if (!answer) findings.add(at(at("/services", service.name), "standIn"), {}, answer.error());
  }
}

}  // namespace hoplab::scenario
