// What is written of a request: the line of the stage's access log, and its execution log, whose
// lines are in the order of apigateway-features.md 10.
#include <algorithm>
#include <array>
#include <cstdio>

#include "aws/apigateway/execute_api.h"
#include "aws/apigateway/proxy_event.h"
#include "aws/lambda/function.h"
#include "aws/stub/query.h"
#include "base/ascii.h"
#include "base/percent.h"

namespace hoplab::aws {

namespace {

constexpr std::string_view kSending = "Sending request to ";

/// "20260425T164516Z", as a signed request to Lambda says it.
std::string amz_date(Time at) {
  const std::string iso = iso8601_seconds(epoch_seconds(at));
  std::string compact;
  for (const char c : iso) {
    if (c != '-' && c != ':') compact += c;
  }
  return compact;
}

/// Those that tell no more than that API Gateway has answered.
bool is_of_every_answer(std::string_view name) {
  constexpr std::string_view kNames[] = {"Date", "Server", "x-amzn-RequestId", "x-amz-apigw-id",
                                         "x-amzn-ErrorType"};
  return std::ranges::any_of(kNames, [&](std::string_view one) { return iequals(one, name); });
}

}  // namespace

void ExecuteApi::Visit::begin_execution_log() {
  if (!arrival_.api_log || !arrival_.api_log->on()) return;
  const ExecutionLogging& logging = route_ ? api_->methods[*route_].logging : api_->logging;
  if (!logging.on()) return;
  execution_log_ = std::make_unique<ExecutionLog>(logging, request_id());
  log_step("Extended Request Id: " + std::string(extended_id()));
  if (facts_.request_id && !is_uuid(*facts_.request_id)) {
    log_step("UUID_REPLACED_INVALID_REQUEST_ID");
  }
}

Time ExecuteApi::Visit::calendar() const {
  return arrival_.loop ? arrival_.loop->calendar() : arrival_.at;
}

void ExecuteApi::Visit::log_step(std::string_view text) {
  if (execution_log_) execution_log_->step(calendar(), text);
}

void ExecuteApi::Visit::log_data(std::string_view what, std::string_view text) {
  if (execution_log_) execution_log_->data(calendar(), what, text);
}

void ExecuteApi::Visit::log_failure(std::string_view text) {
  if (execution_log_) execution_log_->failure(calendar(), text);
}

// ---- Who may ----------------------------------------------------------------------------------

/// Nothing stands for a key that is not needed, or not there.
void ExecuteApi::Visit::log_usage_plan() {
  if (!execution_log_) return;
  const auto sent = reached_->api_key_required ? sent_api_key() : std::nullopt;
  const std::string key = sent ? masked_secret(*sent) : std::string();
  const std::string stage = api_->id + "/" + api_->stage;
  log_step("Verifying Usage Plan for request: " + std::string(request_id()) + ". API Key: " + key +
           " API Stage: " + stage);
  if (reached_->api_key_required) return;
  log_step("API Key  authorized because method '" + reached_->http_method + " " +
           reached_->resource_path +
           "' does not require API Key. Request will not contribute to throttle or quota limits");
  log_step("Usage Plan check succeeded for API Key  and API Stage " + stage);
}

void ExecuteApi::Visit::log_usage(const UsageAnswer& answer) {
  if (!execution_log_) return;
  const auto sent = sent_api_key();
  const std::string key = sent ? masked_secret(*sent) : std::string();
  const std::string stage = api_->id + "/" + api_->stage;
  const std::string plan(answer.plan_id);
  switch (answer.kind) {
    case UsageAnswer::Kind::invalid_key:
      return log_failure(
          "API Key " + key + " not authorized because method '" + reached_->http_method + " " +
          reached_->resource_path +
          "' requires API Key and API Key is not associated with a Usage Plan for API Stage " +
          stage + ": No Usage Plan found for key and API Stage");
    case UsageAnswer::Kind::throttled:
      return log_failure("Key throttle limit exceeded for Usage Plan " + plan + ", API Stage " +
                         stage);
    case UsageAnswer::Kind::quota_exceeded:
      return log_failure("Key quota limit exceeded for Usage Plan " + plan + ", API Stage " +
                         stage);
    case UsageAnswer::Kind::not_needed:
    case UsageAnswer::Kind::allowed: break;
  }
  log_step("Usage Plan check succeeded for API Key " + key + " and API Stage " + stage);
}

void ExecuteApi::Visit::log_throttle(const ThrottleSettings& limit) {
  if (!execution_log_) return;
  std::array<char, 80> limits{};
  std::snprintf(limits.data(), limits.size(), "Limit: %.2f Burst: %.0f", limit.rate_limit,
                limit.burst_limit);
  log_failure("Key throttle limit exceeded for RestApi " + api_->id + ", Stage " + api_->stage +
              ", Resource " + reached_->resource_id + ", HttpMethod " + std::string(method_) +
              ". " + limits.data());
}

// ---- What is asked ----------------------------------------------------------------------------

void ExecuteApi::Visit::log_method_request() {
  if (!execution_log_) return;
  std::string_view path = selection_.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  log_step("Starting execution for request: " + std::string(request_id()));
  log_step("HTTP Method: " + std::string(method_) + ", Resource Path: /" + std::string(path));
  if (!execution_log_->traces()) return;
  using Texts = std::vector<std::pair<std::string, std::string>>;
  Texts parameters;
  for (const auto& [name, value] : path_parameters(reached_->resource_path, selection_.path)) {
    parameters.emplace_back(name, value);
  }
  log_data("Method request path: ", parameters_text(parameters));
  parameters.clear();
  each_query_parameter(facts_.query, [&](std::string_view name, std::string_view value) {
    parameters.emplace_back(form_decoded(name), form_decoded(value));
  });
  log_data("Method request query string: ", parameters_text(parameters));
  log_data("Method request headers: ", fields_text(request_.headers.fields()));
  log_data("Method request body before transformations: ", arrival_.body);
}

void ExecuteApi::Visit::log_call(const FunctionCall& call) {
  if (!execution_log_ || !execution_log_->traces()) return;
  const std::string uri = "https://lambda." + api_->region + ".amazonaws.com/" +
                          (call.streams ? "2021-11-15" : "2015-03-31") + "/functions/" +
                          lambda::function_arn(api_->region, call.function) +
                          (call.streams ? "/response-streaming-invocations" : "/invocations");
  const std::string id(request_id());
  const std::string date = amz_date(calendar());
  const std::string agent = "AmazonAPIGateway_" + api_->id;
  const std::string source = "arn:aws:execute-api:" + api_->region + ":" + api_->account + ":" +
                             api_->id + "/" + api_->stage + "/" + reached_->http_method +
                             reached_->resource_path;
  log_data("Endpoint request URI: ", uri);
  log_data("Endpoint request headers: ", fields_text({{"x-amzn-lambda-integration-tag", id},
                                                      {"Authorization", id},
                                                      {"X-Amz-Date", date},
                                                      {"x-amzn-apigateway-api-id", api_->id},
                                                      {"X-Amz-Source-Arn", source},
                                                      {"Accept", "application/json"},
                                                      {"User-Agent", agent}}));
  log_data("Endpoint request body after transformations: ", call.event);
  log_data(kSending, uri);
}

void ExecuteApi::Visit::log_call(const HttpExchange& exchange) {
  if (!execution_log_ || !execution_log_->traces()) return;
  const std::string uri = reached_->http->url(exchange.request.target);
  log_data("Endpoint request URI: ", uri);
  log_data("Endpoint request headers: ", fields_text(exchange.request.headers.fields()));
  log_data("Endpoint request body after transformations: ", exchange.body);
  log_data(kSending, uri);
}

// ---- What came of it --------------------------------------------------------------------------

void ExecuteApi::Visit::note_answer() {
  integrated_.emplace();
  if (asked_at_) integrated_->latency = now() - *asked_at_;
}

void ExecuteApi::Visit::log_received(int status, const http::FieldList& fields,
                                     std::string_view body) {
  if (!execution_log_) return;
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(integrated_->latency).count();
  log_data("Received response. Status: ",
           std::to_string(status) + ", Integration latency: " + std::to_string(ms) + " ms");
  if (!execution_log_->traces()) return;
  log_data("Endpoint response headers: ", fields_text(fields));
  log_data("Endpoint response body before transformations: ", body);
}

/// Invoke itself succeeds where the function fails.
void ExecuteApi::Visit::note_answer(const lambda::Invocation& invocation) {
  note_answer();
  integrated_->request_id = invocation.request_id;
  const bool ran = !invocation.failure || !invocation.payload.empty();
  if (!ran) return;
  integrated_->integration_status = 200;
  const std::string size = std::to_string(invocation.payload.size());
  log_received(200,
               {{"Content-Type", "application/json"},
                {"Content-Length", size},
                {"x-amzn-RequestId", invocation.request_id}},
               invocation.payload);
}

/// Its bytes are not kept for a log.
void ExecuteApi::Visit::note_streaming(const lambda::Invocation& invocation) {
  note_answer();
  integrated_->request_id = invocation.request_id;
  if (invocation.failure && invocation.payload.empty()) return;  // it did not run
  integrated_->integration_status = 200;
  log_received(200, {{"x-amzn-RequestId", invocation.request_id}}, {});
}

void ExecuteApi::Visit::note_answer(const HttpExchange& exchange) {
  note_answer();
  const int status = exchange.response.status;
  if (!exchange.done || exchange.outcome.failure || status == 0) return;
  integrated_->status = integrated_->integration_status = status;
  log_received(status, exchange.fields,
               exchange.streams ? exchange.response.text : std::string_view(exchange.answer));
}

void ExecuteApi::Visit::log_failure_of(const lambda::Invocation& invocation) {
  if (!execution_log_) return;
  if (!invocation.failure) {
    return log_failure(
        "Execution failed due to configuration error: Malformed Lambda proxy response");
  }
  if (*invocation.failure == Reason::lambda_throttling) {
    return log_failure("Lambda invocation failed with status: 429. Lambda request id: " +
                       invocation.request_id);
  }
  if (!invocation.payload.empty()) {
    return log_failure("Lambda execution failed with status 200 due to customer function error: " +
                       invocation.detail + ". Lambda request id: " + invocation.request_id);
  }
  log_failure("Execution failed due to configuration error: " + invocation.detail);
}

void ExecuteApi::Visit::log_answer() {
  http::FieldList fields;
  for (const http::Field& field : response_.headers.fields()) {
    if (!is_of_every_answer(field.name)) fields.push_back(field);
  }
  log_data("Method response body after transformations: ", response_.text);
  log_data("Method response headers: ", fields_text(fields));
  log_step("Successfully completed execution");
}

/// Nothing is written of what has no method, nor of a token that was not there: an authorizer was
/// not asked (apigateway.md 15).
void ExecuteApi::Visit::end_execution_log() {
  const bool unauthorized =
      error_ && error_->response_type == to_text(GatewayResponseType::unauthorized);
  if (!route_ || (unauthorized && !asked_at_)) return execution_log_->clear();
  const std::string status = "Method completed with status: " + std::to_string(response_.status);
  if (unauthorized) {
    log_failure("Unauthorized request: " + std::string(request_id()));
  } else if (is_refusal(outcome_)) {
    log_failure(status);
  } else {
    log_answer();
    log_step(status);
  }
  if (integrated_ && !integrated_->request_id.empty()) {
    log_step("AWS Integration Endpoint RequestId : " + integrated_->request_id);
  }
  const std::string_view* const trace = response_.headers.find("X-Amzn-Trace-Id");
  const std::string_view received = trace ? *trace : facts_.trace_id.value_or("");
  log_step("X-ray Tracing ID : " +
           std::string(arrival_.stamps.trace_id(received, arrival_.at, response_.arena)));
}

void ExecuteApi::Visit::write_logs() {
  ApiLog& log = *arrival_.api_log;
  if (api_->access_log) {
    const std::string line =
        api_->access_log->line([this](std::string_view name) { return variable(name); });
    log.add({ApiLogKind::access, calendar(), api_->name, api_->stage, line});
  }
  if (!execution_log_) return;
  end_execution_log();
  for (const ExecutionLog::Line& line : execution_log_->lines()) {
    log.add({ApiLogKind::execution, line.at, api_->name, api_->stage, line.text});
  }
}

}  // namespace hoplab::aws
