#include "aws/apigateway/execute_api.h"

#include <iterator>

namespace hoplab::aws {

Result<std::unique_ptr<ExecuteApi>> ExecuteApi::build(const model::Topology& topology,
                                                      const ExecuteApiOptions& options,
                                                      const ExecuteApi* previous) {
  auto catalog = ApiCatalog::compile(topology, options.selection, options.account_throttle,
                                     previous ? &previous->catalog_ : nullptr);
  if (!catalog) return Error{catalog.error()};
  const Time start = previous != nullptr ? previous->options_.start : options.start;
  auto rules = AccessRules::compile(topology, start);
  if (!rules) return rules.failure();
  std::unique_ptr<ExecuteApi> built(
      new ExecuteApi(std::move(catalog).value(), std::move(rules).value(), options));
  built->options_.start = start;
  if (previous != nullptr) built->outcomes_ = previous->outcomes_;
  return built;
}

ApiTraffic* ExecuteApi::traffic(std::string_view api_name) const noexcept {
  for (const auto& api : catalog_.apis()) {
    if (api->name == api_name) return api->traffic.get();
  }
  return nullptr;
}

/// The fields before the integration's own or x-amzn-ErrorType, in the order of apigateway.md 9.2.
void ExecuteApi::Visit::begin(int status, std::string_view content_type) {
  constexpr std::size_t kUsualFields = 8;
  response_.status = status;
  response_.headers.fields().reserve(kUsualFields);
  if (service_.options_.server_header) response_.headers.add("Server", "Server");
  response_.headers.add("Date", arrival_.stamps.date(arrival_.at, response_.arena));
  response_.headers.add("Content-Type", content_type);
  response_.headers.add("x-amzn-RequestId", request_id());
}

std::string_view ExecuteApi::Visit::request_id() {
  if (!request_id_.empty()) return request_id_;
  const bool keep = facts_.request_id && is_uuid(*facts_.request_id);
  return request_id_ = keep ? response_.arena.copy(*facts_.request_id)
                            : arrival_.stamps.request_id(response_.arena);
}

std::string_view ExecuteApi::Visit::extended_id() {
  if (extended_id_.empty()) extended_id_ = arrival_.stamps.extended_id(response_.arena);
  return extended_id_;
}

void ExecuteApi::Visit::add_trace_id() {
  const std::string_view received = facts_.trace_id.value_or("");
  response_.headers.add("X-Amzn-Trace-Id",
                        arrival_.stamps.trace_id(received, arrival_.at, response_.arena));
}

void ExecuteApi::Visit::set_text(std::string_view text) {
  if (is_head())
    describe_body(text.size());
  else
    response_.text = text;
}

void ExecuteApi::Visit::describe_body(std::uint64_t size) {
  response_.head_only = true;
  response_.content_length = size;
}

Outcome ExecuteApi::Visit::refuse(GatewayError error, Outcome outcome) {
  const ErrorText& text = error_text(error);
  begin(text.status, text.content_type);
  if (!text.error_type.empty()) response_.headers.add("x-amzn-ErrorType", text.error_type);
  end_headers();
  set_text(text.body);
  return outcome;
}

Outcome ExecuteApi::Visit::fail(const GatewayFailure& failure, std::string_view error_type,
                                Outcome outcome) {
  error_ = Error{to_text(failure.type), message_string(failure.body),
                 std::string(failure.validation_error)};
  const ContextLookup context = [this](std::string_view name) { return variable(name); };
  const ParameterLookup parameters = [this](const RequestParameter& one) { return parameter(one); };
  const GatewayAnswer answer = api_->gateway_responses.answer(
      failure, {context, parameters, request_.headers.get("Accept")});
  Arena& arena = response_.arena;
  begin(answer.status, arena.copy(answer.content_type));
  response_.headers.add("x-amzn-ErrorType", arena.copy(error_type));
  for (const auto& [name, value] : answer.headers) {
    response_.headers.add(arena.copy(name), arena.copy(value));
  }
  end_headers();
  set_text(arena.copy(answer.body));
  return outcome;
}

// The order of decisions: apigateway.md 18. For methods without authorization the resource policy
// is one gate, before the route's.
const ExecuteApi::Visit::Gate ExecuteApi::Visit::kGates[] = {
    &Visit::limits,
    &Visit::service_health,
    &Visit::choose_api,
    &Visit::endpoint_policy,
    &Visit::domain_policy,
    &Visit::resource_policy_first,
    &Visit::known_route,
    &Visit::signature,
    &Visit::authorizer,
    &Visit::resource_policy_second,
    &Visit::api_key,
    &Visit::stage_throttle,
    &Visit::request_validation,
    &Visit::integration,
};

void ExecuteApi::Visit::go_on() {
  for (; gate_ < std::size(kGates); ++gate_) {
    // Named first: of both in one expression g++ 12's -fsanitize=bounds checks a wrong index.
    const Gate gate = kGates[gate_];
    const Step end = (this->*gate)();
    if (waits()) {
      asked_at_ = now();
      return;
    }
    if (end) {
      outcome_ = *end;
      return;
    }
  }
}

ExecuteApi::Visit::Step ExecuteApi::Visit::limits() {
  if (facts_.header_bytes > kMaxHeaderBytes) {
    response_.close = true;  // INFERENCE (apigateway.md 11)
    return refuse(GatewayError::header_too_large, Outcome::header_too_large);
  }
  if (request_.target.size() > kMaxUrlBytes) {
    return refuse(GatewayError::uri_too_long, Outcome::uri_too_long);
  }
  if (body_bytes() > kMaxPayloadBytes) {
    return refuse(GatewayError::request_too_large, Outcome::body_too_large);
  }
  return std::nullopt;
}

/// Needs no API (apigateway.md 2).
ExecuteApi::Visit::Step ExecuteApi::Visit::service_health() {
  if (facts_.path != "/ping" && facts_.path != "/sping") return std::nullopt;
  begin(200, "text/plain");
  end_headers();
  set_text("healthy");
  return Outcome::ping;
}

/// And its stage; the route is looked up as well, which the policy sees in the method's ARN.
ExecuteApi::Visit::Step ExecuteApi::Visit::choose_api() {
  selection_ = service_.catalog_.select(
      {request_.authority, facts_.api_id, facts_.path, caller_.vpce_id, request_.headers.fields()});
  if (!selection_.ok()) return refuse(GatewayError::forbidden, selection_.failure);
  api_ = selection_.api;
  if (api_->canary && arrival_.stamps.chance(api_->canary_percent)) api_ = api_->canary;
  if (facts_.method_override) method_ = *facts_.method_override;
  route_ = api_->router.match(method_, selection_.path);
  begin_execution_log();
  return std::nullopt;
}

Outcome ExecuteApi::Visit::finish() {
  service_.outcomes_->count(outcome_);
  if (api_ == nullptr) return outcome_;
  api_->traffic->counters.count(outcome_);
  const Duration of_integration = integrated_ ? integrated_->latency : Duration::zero();
  api_->traffic->count(response_.status, latency(), of_integration);
  if (reached_ && reached_->metrics) {
    reached_->metrics->requests.fetch_add(1, std::memory_order_relaxed);
    reached_->metrics->count(response_.status, latency(), of_integration);
  }
  if (arrival_.api_log && arrival_.api_log->on()) write_logs();
  http::RequestLog* const log = arrival_.log;
  if (!log || !log->on()) return outcome_;
  const auto id =
      log->add(request_, {api_->name, "api", arrival_.at, caller_.source_ip},
               arrival_.body.substr(0, http::RequestLog::kMostBody), arrival_.body_bytes);
  if (output_) log->put_output(id, *output_);
  return outcome_;
}

}  // namespace hoplab::aws
