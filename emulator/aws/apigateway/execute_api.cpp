#include "aws/apigateway/execute_api.h"

#include "aws/apigateway/proxy_answer.h"
#include "aws/stub/echo.h"
#include "aws/stub/generated_body.h"

namespace hoplab::aws {

Result<std::unique_ptr<ExecuteApi>> ExecuteApi::build(const model::Topology& topology,
                                                      const ExecuteApiOptions& options,
                                                      const ExecuteApi* previous) {
  const auto traffic_of = [&](const std::string& name) -> std::shared_ptr<ApiTraffic> {
    if (previous != nullptr) {
      for (const auto& api : previous->catalog_.apis()) {
        if (api->name == name) return api->traffic;
      }
    }
    return std::make_shared<ApiTraffic>();
  };
  auto catalog = ApiCatalog::compile(topology, options.selection, traffic_of);
  if (!catalog) return Error{catalog.error()};
  std::unique_ptr<ExecuteApi> built(new ExecuteApi(std::move(catalog).value(), options));
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

Outcome ExecuteApi::Visit::fail(int status, std::string_view type, std::string_view content_type,
                                std::string_view body, Outcome outcome) {
  begin(status, content_type);
  if (!type.empty()) response_.headers.add("x-amzn-ErrorType", type);
  end_headers();
  set_text(body);
  return outcome;
}

Outcome ExecuteApi::Visit::fail(GatewayError error, Outcome outcome) {
  const ErrorText& text = error_text(error);
  return fail(text.status, text.error_type, text.content_type, text.body, outcome);
}

// The gates of apigateway.md 18, items 3 to 8.
Outcome ExecuteApi::Visit::through_the_gates() {
  if (facts_.header_bytes > kMaxHeaderBytes) {
    response_.close = true;  // INFERENCE (apigateway.md 11)
    return fail(GatewayError::header_too_large, Outcome::header_too_large);
  }
  if (request_.target.size() > kMaxUrlBytes) {
    return fail(GatewayError::uri_too_long, Outcome::uri_too_long);
  }
  if (body_bytes() > kMaxPayloadBytes) {
    return fail(GatewayError::request_too_large, Outcome::body_too_large);
  }
  if (facts_.path == "/ping" || facts_.path == "/sping") {  // apigateway.md 2: needs no API
    begin(200, "text/plain");
    end_headers();
    set_text("healthy");
    return Outcome::ping;
  }
  const auto selection =
      service_.catalog_.select({request_.authority, facts_.api_id, facts_.path, caller_.vpce_id});
  if (!selection.ok()) return fail(GatewayError::forbidden, selection.failure);
  api_ = selection.api;
  return invoke(selection);
}

// Gates 10 to 13: for methods without authorization the policy is one gate, before the route's.
Outcome ExecuteApi::Visit::invoke(const Selection& selection) {
  const Api& api = *selection.api;
  if (facts_.method_override) method_ = *facts_.method_override;
  const auto route = api.router.match(method_, selection.path);
  std::string_view path = selection.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (!route) path = {};  // the ARN of an unmatched path ends after the method (apigateway.md 5.1)
  const auto resource =
      response_.arena.join(api.stage, std::string_view("/"), method_, std::string_view("/"), path);
  if (api.arn_prefix_size + resource.size() > kMaxMethodArnBytes) {
    return fail(GatewayError::uri_too_long, Outcome::uri_too_long);
  }
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  const auto decision = api.policy.evaluate({.resource = resource,
                                             .vpc_source_ip = caller_.source_ip,
                                             .source_vpc = known(caller_.vpc_id),
                                             .source_vpce = known(caller_.vpce_id),
                                             .referer = facts_.referer,
                                             .user_agent = facts_.user_agent,
                                             .secure_transport = true,
                                             .now = arrival_.at});
  if (decision != PolicyDecision::allowed) {
    const bool explicit_deny = decision == PolicyDecision::explicit_deny;
    const auto body = access_denied_body({api.region, api.account, api.id, resource}, explicit_deny,
                                         service_.options_.denial_wording);
    return fail(kAccessDeniedStatus, kAccessDeniedType, "application/json",
                response_.arena.copy(body),
                explicit_deny ? Outcome::explicit_deny : Outcome::implicit_deny);
  }
  if (!route) return refuse_route();
  return integrate(*route, selection);
}

Outcome ExecuteApi::Visit::refuse_route() {
  const auto& authorization = facts_.authorization;
  if (!authorization) {
    return fail(GatewayError::missing_authentication_token, Outcome::missing_authentication_token);
  }
  const auto error = signature_error(*authorization, facts_.has_date);
  return fail(403, error.error_type, "application/json", response_.arena.copy(error.body),
              Outcome::incomplete_signature);
}

Outcome ExecuteApi::Visit::integrate(std::size_t route, const Selection& selection) {
  reached_ = &api_->methods[route];
  return reached_->answer ? answer_with(*reached_->answer) : ask_function(selection);
}

Outcome ExecuteApi::Visit::answer_with(const PreparedAnswer& answer) {
  if (answer.too_large()) {  // UNDOCUMENTED which status; assumed 500 (apigateway.md 11)
    return fail(GatewayError::api_configuration_error, Outcome::integration_error);
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
  return Outcome::answered;
}

Outcome ExecuteApi::Visit::ask_function(const Selection& selection) {
  const std::string_view path = selection.by_domain ? facts_.path : selection.path;
  std::string event =
      proxy_event({.request = request_,
                   .method = method_,
                   .body = arrival_.body,
                   .query = facts_.query,
                   .path = path.empty() ? "/" : path,
                   .own_path = facts_.path,
                   .resource = reached_->resource_path,
                   .path_parameters = path_parameters(reached_->resource_path, selection.path),
                   .api_id = api_->id,
                   .account = api_->account,
                   .stage = api_->stage,
                   .resource_id = reached_->resource_id,
                   .deployment_id = api_->deployment_id,
                   .request_id = request_id(),
                   .extended_request_id = extended_id(),
                   .at = arrival_.at,
                   .source_ip = caller_.source_ip,
                   .vpc_id = caller_.vpc_id,
                   .vpce_id = caller_.vpce_id,
                   .tls = caller_.tls});
  if (event.size() > kMaxFunctionPayload) {
    return fail(GatewayError::request_too_long, Outcome::body_too_large);
  }
  call_ = FunctionCall{reached_->function, std::move(event), reached_->timeout};
  return Outcome::answered;
}

// apigateway-features.md 1.3.
Outcome ExecuteApi::Visit::answer_of(const lambda::Invocation& invocation) {
  ProxyAnswer answer;
  if (invocation.failure) {
    detail_ = std::string(to_text(*invocation.failure)) + ": " + invocation.detail;
  } else if (invocation.payload.size() > kMaxFunctionPayload) {
    detail_ = "it returned " + std::to_string(invocation.payload.size()) + " bytes";
  } else if (auto why = read_proxy_answer(invocation.payload, answer)) {
    detail_ = "malformed Lambda proxy response: " + *why;
  } else {
    begin(answer.status, response_.arena.copy(answer.content_type));
    for (const auto& [name, value] : answer.headers) {
      response_.headers.add(response_.arena.copy(name), response_.arena.copy(value));
    }
    end_headers();
    add_trace_id();
    if (!http::forbids_body(answer.status)) set_text(response_.arena.copy(answer.body));
    return Outcome::answered;
  }
  return fail(GatewayError::integration_malformed, Outcome::integration_failed);
}

void ExecuteApi::Visit::answered(const lambda::Invocation& invocation) {
  output_ = invocation.output;
  outcome_ = answer_of(invocation);
}

void ExecuteApi::Visit::too_late(const lambda::Invocation& invocation) {
  output_ = invocation.output;
  outcome_ = fail(GatewayError::integration_timeout, Outcome::integration_timeout);
}

Outcome ExecuteApi::Visit::finish() const {
  service_.outcomes_->count(outcome_);
  if (api_ == nullptr) return outcome_;
  api_->traffic->counters.count(outcome_);
  const int status_class = response_.status / 100;
  if (status_class == 4) api_->traffic->errors_4xx.fetch_add(1, std::memory_order_relaxed);
  if (status_class == 5) api_->traffic->errors_5xx.fetch_add(1, std::memory_order_relaxed);
  http::RequestLog* const log = arrival_.log;
  if (!log || !log->on()) return outcome_;
  const auto id =
      log->add(request_, {api_->name, "api", arrival_.at, caller_.source_ip},
               arrival_.body.substr(0, http::RequestLog::kMostBody), arrival_.body_bytes);
  if (call_) log->put_output(id, output_);
  return outcome_;
}

}  // namespace hoplab::aws
