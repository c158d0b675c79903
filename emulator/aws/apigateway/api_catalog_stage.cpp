// What a stage's settings make of an API and its methods.
#include <algorithm>
#include <map>

#include "aws/apigateway/api_catalog.h"

namespace hoplab::aws {

Result<void> ApiCatalog::add_stage(const Serving& from, Api& to) {
  const model::RestApiStage& stage = from.stage;
  to.stage_variables = from.is_canary ? stage.canary_variables() : stage.variables;
  to.logging = method_stage(stage, {}, {}).logging;
  if (stage.access_log_format.empty()) return {};
  auto format = AccessLogFormat::compile(stage.access_log_format);
  if (!format) return format.failure();
  to.access_log = std::move(format).value();
  return {};
}

const Api::Method* Api::find(const model::Method& method) const noexcept {
  const auto found = std::ranges::find_if(methods, [&](const Method& one) {
    return one.resource_path == method.path && one.http_method == method.http_method;
  });
  return found == methods.end() ? nullptr : &*found;
}

/// A method's metrics are of all stages, whose canaries count with them.
std::shared_ptr<MethodTraffic> ApiCatalog::metrics_of(const model::Method& method,
                                                      std::string_view api,
                                                      const Api* previous) const {
  for (const auto& one : apis_) {
    const Api::Method* const same = one->name == api ? one->find(method) : nullptr;
    if (same && same->metrics) return same->metrics;
  }
  const Api::Method* const before = previous ? previous->find(method) : nullptr;
  return before && before->metrics ? before->metrics : std::make_shared<MethodTraffic>();
}

void ApiCatalog::add_settings(const model::Method& method, const MethodStage& stage,
                              const Api* previous, const Api& api, Api::Method& to) {
  to.http_method = method.http_method;
  to.api_key_required = method.api_key_required;
  to.logging = stage.logging;
  if (stage.logging.on() && stage.logging.data_trace) reads_bodies_ = true;
  if (stage.throttle) {
    const Api::Method* const before = previous ? previous->find(method) : nullptr;
    to.throttle = kept_bucket(*stage.throttle, before ? before->throttle : nullptr);
  }
  if (stage.metrics) to.metrics = metrics_of(method, api.name, previous);
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
