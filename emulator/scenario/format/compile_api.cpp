// What the API's own compilers refuse, said with its place in the file.
#include "aws/apigateway/access_log_format.h"
#include "aws/apigateway/router.h"
#include "aws/apigateway/stage_settings.h"
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
  const auto policy =
      aws::ResourcePolicy::parse(api.policy, {topology.region, api.account, api.id});
  if (!policy) findings.add(at(path, "Policy"), {}, without_prefix(policy.error(), "policy: "));
  const std::string& format = api.stage_settings.access_log_format;
  if (const auto compiled = aws::AccessLogFormat::compile(format); !format.empty() && !compiled) {
    findings.add(at(at(at(path, "Stage"), "AccessLogSetting"), "Format"), {}, compiled.error());
  }
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
