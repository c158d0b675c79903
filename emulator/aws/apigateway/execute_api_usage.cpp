// The gates of an API that count: keys and usage plans, then the stage's limits and the account's
// (apigateway.md 12, apigateway-features.md 4).
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

/// Whoever has two fields has the first.
std::optional<std::string_view> ExecuteApi::Visit::sent_api_key() const {
  if (api_->api_key_source == model::ApiKeySource::authorizer) {
    if (!usage_identifier_key_) return std::nullopt;
    return *usage_identifier_key_;
  }
  const std::string_view* const field = request_.headers.find("x-api-key");
  return field ? std::optional(*field) : std::nullopt;
}

ExecuteApi::Visit::Step ExecuteApi::Visit::api_key() {
  log_usage_plan();
  if (!reached_->api_key_required) return std::nullopt;
  const auto sent = sent_api_key();
  const UsageAnswer answer =
      service_.catalog_.usage_plans().check({.api_key_required = true,
                                             .api_id = api_->id,
                                             .stage = api_->stage,
                                             .resource_path = reached_->resource_path,
                                             .http_method = method_,
                                             .key = sent,
                                             .now = now(),
                                             .calendar = arrival_.at});
  log_usage(answer);
  if (!answer.key_id.empty()) {
    api_key_ = *sent;
    api_key_id_ = answer.key_id;
  }
  return refuse_usage(answer.kind);
}

ExecuteApi::Visit::Step ExecuteApi::Visit::refuse_usage(UsageAnswer::Kind kind) {
  switch (kind) {
    case UsageAnswer::Kind::invalid_key:
      return fail(GatewayResponseType::invalid_api_key, GatewayError::invalid_api_key,
                  Outcome::invalid_api_key);
    case UsageAnswer::Kind::throttled: return over_throttle();
    case UsageAnswer::Kind::quota_exceeded:
      return fail(GatewayResponseType::quota_exceeded, GatewayError::quota_exceeded,
                  Outcome::quota_exceeded);
    case UsageAnswer::Kind::not_needed:
    case UsageAnswer::Kind::allowed: break;
  }
  return std::nullopt;
}

ExecuteApi::Visit::Step ExecuteApi::Visit::over_throttle() {
  return fail(GatewayResponseType::throttled, GatewayError::throttled, Outcome::throttled);
}

ExecuteApi::Visit::Step ExecuteApi::Visit::stage_throttle() {
  TokenBucket* const stage = reached_->throttle.get();
  if (stage && !stage->take(now())) {
    detail_ = "the limit of the method in the stage";
    log_throttle(stage->settings());
    return over_throttle();
  }
  TokenBucket* const account = api_->account_throttle.get();
  if (account && !account->take(now())) {
    detail_ = "the limit of the account";
    return over_throttle();
  }
  log_method_request();
  return std::nullopt;
}

}  // namespace hoplab::aws
