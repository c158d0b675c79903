// What a stage's settings make of an API and its methods.
#include <algorithm>
#include <map>

#include "aws/apigateway/api_catalog.h"

namespace hoplab::aws {

Result<void> ApiCatalog::add_stage(const model::StageSettings& from, Api& to) {
  to.stage_variables = from.variables;
  if (from.canary) {
    to.canary_percent = from.canary->percent_traffic;
    to.canary_variables = canary_variables(from);
  }
  to.logging = method_stage(from, {}, {}).logging;
  if (from.access_log_format.empty()) return {};
  auto format = AccessLogFormat::compile(from.access_log_format);
  if (!format) return format.failure();
  to.access_log = std::move(format).value();
  return {};
}

void ApiCatalog::add_settings(const model::Method& method, const MethodStage& stage,
                              const Api* previous, Api::Method& to) {
  to.http_method = method.http_method;
  to.api_key_required = method.api_key_required;
  to.logging = stage.logging;
  if (stage.logging.on() && stage.logging.data_trace) reads_bodies_ = true;
  const Api::Method* before = nullptr;
  if (previous != nullptr) {
    const auto found = std::ranges::find_if(previous->methods, [&](const Api::Method& one) {
      return one.resource_path == method.path && one.http_method == method.http_method;
    });
    if (found != previous->methods.end()) before = &*found;
  }
  if (stage.throttle)
    to.throttle = kept_bucket(*stage.throttle, before ? before->throttle : nullptr);
  if (!stage.metrics) return;
  to.metrics = before && before->metrics ? before->metrics : std::make_shared<MethodTraffic>();
}

void ApiCatalog::add_account_throttles(const ThrottleSettings& settings,
                                       const ApiCatalog* previous) {
  if (settings.rate_limit < 0) return;
  std::map<std::string_view, std::shared_ptr<TokenBucket>> by_account;
  if (previous != nullptr) {
    for (const auto& api : previous->apis_) by_account[api->account] = api->account_throttle;
  }
  for (const auto& api : apis_) {
    auto& its = by_account[api->account];
    api->account_throttle = its = kept_bucket(settings, its);
  }
}

}  // namespace hoplab::aws
