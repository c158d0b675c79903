// What the API's own compilers refuse, said with its place in the file.
#include "aws/apigateway/authorizer.h"
#include "aws/apigateway/router.h"
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

void compile_authorizers(const model::Topology& topology, const model::RestApi& api,
                         const std::string& path, model::Findings& findings) {
  for (const model::Authorizer& one : api.authorizers) {
    const auto compiled = aws::Authorizer::compile(one, topology);
    if (compiled) continue;
    const std::string& error = compiled.error();  // "IdentitySource: ..."
    const auto colon = error.find(": ");
    findings.add(at(at(path, one.name), error.substr(0, colon)), {}, error.substr(colon + 2));
  }
}

void compile_api(const model::Topology& topology, const model::RestApi& api,
                 model::Findings& findings) {
  const std::string path = at("/RestApis", api.name);
  const auto policy =
      aws::ResourcePolicy::parse(api.policy, {topology.region, api.account, api.id});
  if (!policy) findings.add(at(path, "Policy"), {}, without_prefix(policy.error(), "policy: "));
  compile_authorizers(topology, api, at(path, "Authorizers"), findings);
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

}  // namespace

void compile_apis(const model::Topology& topology, model::Findings& findings) {
  for (const model::RestApi& api : topology.rest_apis) compile_api(topology, api, findings);
  for (const model::Service& service : topology.services) {
    if (!service.address.empty()) continue;
    const auto answer = aws::PreparedAnswer::prepare(service.stand_in);
    if (!answer) findings.add(at(at("/services", service.name), "standIn"), {}, answer.error());
  }
}

}  // namespace hoplab::scenario
