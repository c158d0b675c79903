// The last of an API's gates: what answers a method, by itself or when it was asked.
#include "aws/apigateway/execute_api.h"
#include "aws/apigateway/integration_fields.h"
#include "aws/apigateway/proxy_answer.h"
#include "aws/apigateway/proxy_event.h"
#include "aws/stub/echo.h"
#include "aws/stub/generated_body.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/percent.h"
#include "model/problem.h"
#include "model/text_rule.h"

namespace hoplab::aws {

ExecuteApi::Visit::Step ExecuteApi::Visit::integration() {
  if (!reached_->lacks.empty()) return refuse_unresolved();
  if (reached_->answer) return answer_with(*reached_->answer);
  if (reached_->mapped) return ask_mapped();
  return reached_->http ? ask_backend({}) : ask_function();
}

/// Whom it asks is not known in this stage. An address of that kind is documented to be invalid
/// (apigateway.md 8.1).
Outcome ExecuteApi::Visit::refuse_unresolved() {
  std::string why = "the stage has no variable " + model::in_quotes(reached_->lacks);
  const bool http = reached_->type == model::IntegrationType::http_proxy ||
                    reached_->type == model::IntegrationType::http;
  if (!http) return misconfigured(std::move(why));
  const Outcome outcome = misconfigured("Invalid endpoint address");
  detail_ += ": " + why;
  return outcome;
}

Outcome ExecuteApi::Visit::answer_with(const PreparedAnswer& answer) {
  if (answer.too_large()) {  // UNDOCUMENTED which status; assumed 500 (apigateway.md 11)
    return fail(GatewayResponseType::api_configuration_error, GatewayError::api_configuration_error,
                Outcome::integration_error);
  }
  begin(answer.status(), response_.arena.copy(answer.content_type()));
  answer.add_headers(response_);
  end_headers();
  switch (answer.kind()) {
    case PreparedAnswer::Kind::fixed: set_text(response_.arena.copy(answer.body())); break;
    case PreparedAnswer::Kind::generated:
      if (is_head())
        describe_body(answer.body_bytes());
      else
        response_.body = std::make_unique<GeneratedBody>(answer.body_bytes());
      break;
    case PreparedAnswer::Kind::echo: {
      add_trace_id();  // not on MOCK, but on what an echo stands for (apigateway.md 10.1)
      const auto body =
          echo_body({request_, facts_.path, facts_.query, body_bytes(), reached_->resource_path,
                     api_->stage, caller_.source_ip, caller_.vpc_id, caller_.vpce_id});
      set_text(response_.arena.copy(body));
      break;
    }
  }
  compress_answer();
  return Outcome::answered;
}

/// Of the request, without its body.
ProxyCall ExecuteApi::Visit::proxy_call() {
  const std::string_view path = selection_.by_domain ? facts_.path : selection_.path;
  return {.request = request_,
          .method = method_,
          .body = {},
          .query = facts_.query,
          .path = path.empty() ? "/" : path,
          .own_path = facts_.path,
          .resource = reached_->resource_path,
          .operation_name = reached_->operation_name,
          .path_parameters = path_parameters(reached_->resource_path, selection_.path),
          .api_id = api_->id,
          .account = api_->account,
          .stage = api_->stage,
          .resource_id = reached_->resource_id,
          .deployment_id = api_->deployment_id,
          .request_id = request_id(),
          .extended_request_id = extended_id(),
          .stage_variables = &api_->stage_variables,
          .api_key = api_key_,
          .api_key_id = api_key_id_,
          .at = arrival_.at,
          .caller = caller_,
          .signer = signer_,
          .signed_with_sigv4 = drops_authorization()};
}

ExecuteApi::Visit::Step ExecuteApi::Visit::ask_function() {
  ProxyCall asked = proxy_call();
  asked.body = body();
  asked.binary = api_->binary_media_types.match(request_.headers.get("Content-Type"));
  asked.decompressed = decompressed_.has_value();
  const std::string authorizer = authorizer_of_event();
  asked.authorizer = authorizer;
  std::string event = proxy_event(asked);
  if (event.size() > kMaxFunctionPayload) {
    return fail(GatewayResponseType::request_too_large, GatewayError::request_too_long,
                Outcome::body_too_large);
  }
  FunctionCall call{reached_->function, std::move(event), reached_->timeout, reached_->streams};
  log_call(call);
  call_ = std::move(call);
  return std::nullopt;
}

/// Where the client takes what the API has as binary, by the first type of Accept; else base64
/// stays the text that it is. False: it is none.
bool ExecuteApi::Visit::decode(ProxyAnswer& answer) const {
  if (!answer.is_base64_encoded ||
      !api_->binary_media_types.match(request_.headers.get("Accept"))) {
    return true;
  }
  auto bytes = from_base64(answer.body);
  if (bytes) answer.body = *std::move(bytes);
  return bytes.has_value();
}

void ExecuteApi::Visit::begin_answer_of_function(const ProxyAnswer& answer) {
  if (integrated_) integrated_->status = answer.status;
  begin(answer.status, response_.arena.copy(answer.content_type));
  for (const auto& [name, value] : answer.headers) {
    response_.headers.add(response_.arena.copy(name), response_.arena.copy(value));
  }
  end_headers();
  add_trace_id();
}

// apigateway-features.md 1.3; of a function that would stream, 6.4.
Outcome ExecuteApi::Visit::answer_of(const lambda::Invocation& invocation) {
  if (invocation.failure) return refuse_failed(invocation);
  ProxyAnswer answer;
  if (invocation.payload.size() > kMaxFunctionPayload) {
    detail_ = "it returned " + std::to_string(invocation.payload.size()) + " bytes";
    return refuse_malformed(invocation);
  }
  if (auto why = read_buffered_answer(invocation.payload, answer)) {
    detail_ = "malformed Lambda proxy response: " + *why;
    return refuse_malformed(invocation);
  }
  if (!decode(answer)) {
    detail_ = "its isBase64Encoded is true, and its body is no base64";
    return fail(GatewayResponseType::api_configuration_error, GatewayError::api_configuration_error,
                Outcome::integration_error);
  }
  begin_answer_of_function(answer);
  if (!http::forbids_body(answer.status)) set_text(response_.arena.copy(answer.body));
  compress_answer();
  return Outcome::answered;
}

Outcome ExecuteApi::Visit::refuse_failed(const lambda::Invocation& invocation) {
  detail_ = std::string(to_text(*invocation.failure)) + ": " + invocation.detail;
  return refuse_malformed(invocation);
}

Outcome ExecuteApi::Visit::refuse_malformed(const lambda::Invocation& invocation) {
  log_failure_of(invocation);
  return fail(GatewayResponseType::default_5xx, GatewayError::integration_malformed,
              Outcome::integration_failed);
}

void ExecuteApi::Visit::answered(const lambda::Invocation& invocation) {
  call_ = {};
  keep_output(invocation);
  if (asks_authorizer()) return go_on_after(judge(invocation));
  note_answer(invocation);
  outcome_ = reached_->mapped ? mapped_answer_of(invocation) : answer_of(invocation);
}

void ExecuteApi::Visit::too_late(const lambda::Invocation& invocation) {
  call_ = {};
  keep_output(invocation);
  if (asks_authorizer()) {
    outcome_ = refuse_authorizer(GatewayResponseType::authorizer_failure,
                                 GatewayError::authorizer_failure, "it took longer than 29 s");
    return;
  }
  note_answer();
  log_failure("Execution failed due to a timeout error");
  outcome_ = fail(GatewayResponseType::integration_timeout, GatewayError::integration_timeout,
                  Outcome::integration_timeout);
}

/// That of an authorizer, then the integration's.
void ExecuteApi::Visit::keep_output(const lambda::Invocation& invocation) {
  output_ = output_.value_or("") + invocation.output;
}

/// What passes of the client's fields to a backend, unless it is mapped, and what API Gateway says
/// (apigateway.md 10.2).
void ExecuteApi::Visit::add_fields_to(http::Request& request, const MappedValues& mapped) {
  Arena& arena = request.arena;
  http::Headers& headers = request.headers;
  headers.add("Host", arena.copy(reached_->http->authority()));
  const auto ours = fields_of_endpoint(request_.headers, caller_);
  for (const http::Field& field : request_.headers.fields()) {
    const bool replaced =
        std::ranges::any_of(ours, [&](const auto& one) { return iequals(one.first, field.name); });
    if (replaced || iequals(field.name, "X-Amzn-Trace-Id") ||
        !reaches_integration(model::IntegrationType::http_proxy, field.name,
                             drops_authorization())) {
      continue;
    }
    headers.add(arena.copy(field.name), arena.copy(field.value));
  }
  for (const auto& [name, value] : ours) headers.add(name, arena.copy(value));
  add_own_fields_to(request, mapped);
}

/// What is mapped, and what API Gateway says of itself.
void ExecuteApi::Visit::add_own_fields_to(http::Request& request, const MappedValues& mapped) {
  Arena& arena = request.arena;
  http::Headers& headers = request.headers;
  for (const auto& [name, value] : mapped) {
    if (!model::rules::kHeaderName.matches(name) || !model::rules::kHeaderValue.matches(value)) {
      continue;  // nothing that could break the head
    }
    headers.add(arena.copy(name), arena.copy(value));
  }
  headers.set("X-Amzn-Trace-Id",
              arrival_.stamps.trace_id(facts_.trace_id.value_or(""), arrival_.at, arena));
  headers.set("X-Amzn-Apigateway-Api-Id", arena.copy(api_->id));
  if (!headers.find("User-Agent")) {
    headers.add("User-Agent", arena.join(std::string_view("AmazonAPIGateway_"), api_->id));
  }
  if (!headers.find("Accept")) headers.add("Accept", "application/json");
}

/// `mapped`: of an integration that maps; else empty.
ExecuteApi::Visit::Step ExecuteApi::Visit::ask_backend(const MappedRequest& mapped) {
  const HttpIntegration& http = *reached_->http;
  const bool proxy = reached_->type == model::IntegrationType::http_proxy;
  std::string query(proxy ? facts_.query : std::string_view());
  for (const auto& [name, value] : mapped.querystring) {
    if (!query.empty()) query += '&';
    query += percent_encoded(name) + "=" + percent_encoded(value);
  }
  auto exchange = std::make_shared<HttpExchange>();
  http::Request& request = exchange->request;
  request.method = request.arena.copy(http.method(method_));
  request.target = request.arena.copy(http.target(mapped.path, query));
  request.authority = request.arena.copy(http.authority());
  if (proxy) {
    add_fields_to(request, mapped.header);
    exchange->body = body();
    if (!convert(conversion_of_request(), exchange->body)) {
      return misconfigured("the body is to become bytes, and is no base64");
    }
  } else {
    add_mapped_fields_to(request, mapped.header);
    exchange->body = mapped.body;
  }
  exchange->streams = reached_->streams;
  exchange->timeout = reached_->timeout;
  log_call(*exchange);
  call_ = HttpCall{http.endpoint(), std::move(exchange)};
  return std::nullopt;
}

void ExecuteApi::Visit::answered(HttpExchange& exchange) {
  call_ = {};
  note_answer(exchange);
  outcome_ = answer_of(exchange);
}

Outcome ExecuteApi::Visit::refuse_exchange(const HttpExchange& exchange) {
  const BackendOutcome& outcome = exchange.outcome;
  const auto reason = outcome.failure ? outcome.failure : exchange.broken;
  detail_ = exchange.too_large ? "its answer has more than 10485760 bytes"
            : reason           ? std::string(to_text(*reason))
                               : "there was no answer in time";
  if (!exchange.detail.empty()) detail_ += ": " + exchange.detail;
  if (!exchange.done || reason == Reason::target_timeout ||
      reason == Reason::target_connect_timeout) {
    log_failure("Execution failed due to a timeout error");
    return fail(GatewayResponseType::integration_timeout, GatewayError::integration_timeout,
                Outcome::integration_timeout);
  }
  log_failure("Execution failed due to configuration error: " + detail_);
  // A certificate that does not fit; an answer that is too large is not documented.
  if (exchange.too_large || outcome.dial == Dial::tls_failed) {
    return fail(GatewayResponseType::api_configuration_error, GatewayError::api_configuration_error,
                Outcome::integration_error);
  }
  return fail(GatewayResponseType::integration_failure, GatewayError::integration_failure,
              Outcome::integration_failed);
}

// apigateway.md 8.3 and 10.3: all of it passes, but for some fields.
Outcome ExecuteApi::Visit::answer_of(HttpExchange& exchange) {
  if (!exchange.done || exchange.outcome.failure || exchange.broken || exchange.too_large ||
      exchange.response.status == 0) {
    return refuse_exchange(exchange);
  }
  if (reached_->type == model::IntegrationType::http) return mapped_answer_of(exchange);
  if (!exchange.streams && !is_head() &&
      !convert(conversion_of_response(ContentHandling::passthrough, exchange.fields),
               exchange.answer)) {
    return misconfigured("Accept asks for bytes, and the answer is a text that is no base64");
  }
  std::string_view content_type = "application/json";
  bool encoded = false;
  for (const http::Field& field : exchange.fields) {
    if (iequals(field.name, "Content-Type")) content_type = field.value;
    if (iequals(field.name, "Content-Encoding")) encoded = true;
  }
  begin(exchange.response.status, response_.arena.copy(content_type));
  for (const http::Field& field : exchange.fields) {
    const FieldFate fate = fate_of_answer_field(model::IntegrationType::http_proxy, field.name);
    if (fate == FieldFate::dropped || iequals(field.name, "Content-Type")) continue;
    const std::string_view prefix = fate == FieldFate::remapped ? kRemapped : std::string_view();
    response_.headers.add(response_.arena.join(prefix, field.name),
                          response_.arena.copy(field.value));
  }
  end_headers();
  if (http::forbids_body(exchange.response.status)) return Outcome::answered;
  if (is_head()) {
    describe_body(exchange.response.content_length.value_or(0));
  } else if (exchange.streams && exchange.response.body) {
    streams_ = true;
  } else {
    set_text(response_.arena.copy(exchange.streams ? exchange.response.text : exchange.answer));
  }
  if (!exchange.streams) compress_answer(encoded);  // what streams is not encoded
  return Outcome::answered;
}

}  // namespace hoplab::aws
