#include "aws/apigateway/stage_settings.h"

#include <algorithm>

#include "base/ascii.h"
#include "model/ids.h"

namespace hoplab::aws {

namespace {

void apply(const model::MethodSettings& from, MethodStage& to) {
  if (from.logging_level) to.logging.level = *from.logging_level;
  if (from.data_trace_enabled) to.logging.data_trace = *from.data_trace_enabled;
  if (from.metrics_enabled) to.metrics = *from.metrics_enabled;
  if (from.throttling_rate_limit && from.throttling_burst_limit) {
    to.throttle = {*from.throttling_rate_limit, *from.throttling_burst_limit};
  }
}

ThrottleSettings throttle_of(const model::UsagePlan::Throttle& from) {
  return {from.rate_limit, from.burst_limit};
}

}  // namespace

MethodStage method_stage(const model::RestApiStage& stage, std::string_view path,
                         std::string_view http_method) {
  MethodStage made;
  const auto apply_those_of = [&](std::string_view of_path, std::string_view of_method) {
    for (const model::MethodSettings& one : stage.method_settings) {
      if (one.resource_path == of_path && one.http_method == of_method) apply(one, made);
    }
  };
  apply_those_of("/*", "*");
  apply_those_of(path, http_method);
  return made;
}

Quota quota_of(const model::UsagePlan::Quota& quota) {
  using Period = model::UsagePlan::Quota::Period;
  const QuotaPeriod period = quota.period == Period::day    ? QuotaPeriod::day
                             : quota.period == Period::week ? QuotaPeriod::week
                                                            : QuotaPeriod::month;
  return {static_cast<std::uint32_t>(quota.limit), quota.offset, period};
}

Result<UsagePlans> usage_plans_of(const model::Topology& topology, const UsagePlans* previous) {
  std::vector<ApiKey> keys;
  for (const model::ApiKey& one : topology.api_keys) {
    keys.push_back({model::derived_api_key_id(one.name), one.value, one.enabled});
  }
  std::vector<UsagePlan> plans;
  for (const model::UsagePlan& one : topology.usage_plans) {
    UsagePlan& plan = plans.emplace_back();
    plan.id = model::derived_usage_plan_id(one.name);
    if (one.throttle) plan.throttle = throttle_of(*one.throttle);
    if (one.quota) plan.quota = quota_of(*one.quota);
    for (const auto& from : one.api_stages) {
      const auto* api = model::Topology::find(topology.rest_apis, from.rest_api);
      if (api == nullptr) return Error{"usage plan " + one.name + ": no API " + from.rest_api};
      UsagePlan::ApiStage stage{lower_case(std::string_view(api->id)), from.stage, {}};
      for (const auto& [name, throttle] : from.throttle) {
        stage.throttle.emplace_back(name, throttle_of(throttle));
      }
      plan.api_stages.push_back(std::move(stage));
    }
    for (const std::string& key : one.api_keys) {
      plan.key_ids.push_back(model::derived_api_key_id(key));
    }
  }
  return UsagePlans::build(keys, plans, previous);
}

}  // namespace hoplab::aws
