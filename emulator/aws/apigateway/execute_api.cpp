#include "aws/apigateway/execute_api.h"

#include <algorithm>

#include "aws/stub/echo.h"
#include "aws/stub/generated_body.h"

namespace hoplab::aws {

struct ExecuteApi::Visit {
  const http::Request& request;
  const Caller& caller;
  const Arrival& arrival;
  http::Response& response;
  const RequestFacts facts;
  const bool server_header;
  const Api* api = nullptr;  // set once the API and its stage are chosen
  std::string_view method;   // after X-HTTP-Method-Override

  /// The fields before the integration's own or x-amzn-ErrorType, in the order of
  /// apigateway.md 9.2.
  void begin(int status, std::string_view content_type) {
    constexpr std::size_t kUsualFields = 8;
    response.status = status;
    response.headers.fields().reserve(kUsualFields);
    if (server_header) response.headers.add("Server", "Server");
    response.headers.add("Date", arrival.stamps.date(arrival.at, response.arena));
    response.headers.add("Content-Type", content_type);
    const bool keep = facts.request_id && is_uuid(*facts.request_id);
    response.headers.add("x-amzn-RequestId", keep ? response.arena.copy(*facts.request_id)
                                                  : arrival.stamps.request_id(response.arena));
  }
  void end_headers() {
    response.headers.add("x-amz-apigw-id", arrival.stamps.extended_id(response.arena));
  }
  /// `text` lives in the response's arena or is static.
  void set_text(std::string_view text) {
    if (is_head())
      describe_body(text.size());
    else
      response.text = text;
  }
  void describe_body(std::uint64_t size) {
    response.head_only = true;
    response.content_length = size;
  }
  [[nodiscard]] bool is_head() const noexcept { return request.method == "HEAD"; }

  Outcome fail(int status, std::string_view type, std::string_view content_type,
               std::string_view body, Outcome outcome) {
    begin(status, content_type);
    if (!type.empty()) response.headers.add("x-amzn-ErrorType", type);
    end_headers();
    set_text(body);
    return outcome;
  }
  Outcome fail(GatewayError error, Outcome outcome) {
    const ErrorText& text = error_text(error);
    return fail(text.status, text.error_type, text.content_type, text.body, outcome);
  }
};

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

Outcome ExecuteApi::handle(const http::Request& request, const Caller& caller,
                           const Arrival& arrival, http::Response& response) const {
  Visit visit{
      request, caller,        arrival, response, collect_facts(request), options_.server_header,
      nullptr, request.method};
  const Outcome outcome = decide(visit);
  record(visit, outcome);
  return outcome;
}

// The gates of apigateway.md 18, items 3 to 8.
Outcome ExecuteApi::decide(Visit& visit) const {
  const RequestFacts& facts = visit.facts;
  if (facts.header_bytes > kMaxHeaderBytes) {
    visit.response.close = true;  // INFERENCE (apigateway.md 11)
    return visit.fail(GatewayError::header_too_large, Outcome::header_too_large);
  }
  if (visit.request.target.size() > kMaxUrlBytes) {
    return visit.fail(GatewayError::uri_too_long, Outcome::uri_too_long);
  }
  if (std::max(facts.content_length, visit.arrival.body_bytes) > kMaxPayloadBytes) {
    return visit.fail(GatewayError::request_too_large, Outcome::body_too_large);
  }
  if (facts.path == "/ping" || facts.path == "/sping") {  // apigateway.md 2: needs no API
    visit.begin(200, "text/plain");
    visit.end_headers();
    visit.set_text("healthy");
    return Outcome::ping;
  }
  const auto selection =
      catalog_.select({visit.request.authority, facts.api_id, facts.path, visit.caller.vpce_id});
  if (!selection.ok()) return visit.fail(GatewayError::forbidden, selection.failure);
  visit.api = selection.api;
  return invoke(visit, *selection.api, selection.path);
}

// Gates 10 to 13: for methods without authorization the policy is one gate, before the route's.
Outcome ExecuteApi::invoke(Visit& visit, const Api& api, std::string_view path) const {
  if (visit.facts.method_override) visit.method = *visit.facts.method_override;
  const auto route = api.router.match(visit.method, path);
  if (path.starts_with('/')) path.remove_prefix(1);
  if (!route) path = {};  // the ARN of an unmatched path ends after the method (apigateway.md 5.1)
  const auto resource = visit.response.arena.join(api.stage, std::string_view("/"), visit.method,
                                                  std::string_view("/"), path);
  if (api.arn_prefix_size + resource.size() > kMaxMethodArnBytes) {
    return visit.fail(GatewayError::uri_too_long, Outcome::uri_too_long);
  }
  const auto known = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
  };
  const Caller& caller = visit.caller;
  const auto decision = api.policy.evaluate({.resource = resource,
                                             .vpc_source_ip = caller.source_ip,
                                             .source_vpc = known(caller.vpc_id),
                                             .source_vpce = known(caller.vpce_id),
                                             .referer = visit.facts.referer,
                                             .user_agent = visit.facts.user_agent,
                                             .secure_transport = true,
                                             .now = visit.arrival.at});
  if (decision != PolicyDecision::allowed) {
    const bool explicit_deny = decision == PolicyDecision::explicit_deny;
    const auto body = access_denied_body({api.region, api.account, api.id, resource}, explicit_deny,
                                         options_.denial_wording);
    return visit.fail(kAccessDeniedStatus, kAccessDeniedType, "application/json",
                      visit.response.arena.copy(body),
                      explicit_deny ? Outcome::explicit_deny : Outcome::implicit_deny);
  }
  if (!route) return refuse_route(visit);
  return integrate(visit, api, *route);
}

Outcome ExecuteApi::refuse_route(Visit& visit) const {
  const auto& authorization = visit.facts.authorization;
  if (!authorization) {
    return visit.fail(GatewayError::missing_authentication_token,
                      Outcome::missing_authentication_token);
  }
  const auto error = signature_error(*authorization, visit.facts.has_date);
  return visit.fail(403, error.error_type, "application/json",
                    visit.response.arena.copy(error.body), Outcome::incomplete_signature);
}

Outcome ExecuteApi::integrate(Visit& visit, const Api& api, std::size_t route) const {
  const PreparedAnswer& answer = api.answers[route];
  http::Response& response = visit.response;
  if (answer.too_large()) {  // UNDOCUMENTED which status; assumed 500 (apigateway.md 11)
    return visit.fail(GatewayError::api_configuration_error, Outcome::integration_error);
  }
  visit.begin(answer.status(), response.arena.copy(answer.content_type()));
  answer.add_headers(response);
  visit.end_headers();
  switch (answer.kind()) {
    case PreparedAnswer::Kind::fixed: visit.set_text(response.arena.copy(answer.body())); break;
    case PreparedAnswer::Kind::generated:
      if (visit.is_head())
        visit.describe_body(answer.body_bytes());
      else
        response.body = std::make_unique<GeneratedBody>(answer.body_bytes());
      break;
    case PreparedAnswer::Kind::echo: {
      // Not on MOCK, but on what an echo stands for (apigateway.md 10.1).
      response.headers.add("X-Amzn-Trace-Id",
                           visit.arrival.stamps.trace_id(visit.facts.trace_id.value_or(""),
                                                         visit.arrival.at, response.arena));
      const auto body = echo_body({visit.request, visit.facts.path, visit.facts.query,
                                   std::max(visit.facts.content_length, visit.arrival.body_bytes),
                                   api.resource_paths[route], api.stage, visit.caller.source_ip,
                                   visit.caller.vpc_id, visit.caller.vpce_id});
      visit.set_text(response.arena.copy(body));
      break;
    }
  }
  return Outcome::answered;
}

void ExecuteApi::record(const Visit& visit, Outcome outcome) const {
  outcomes_->count(outcome);
  if (visit.api == nullptr) return;
  visit.api->traffic->counters.count(outcome);
  const int status_class = visit.response.status / 100;
  if (status_class == 4) visit.api->traffic->errors_4xx.fetch_add(1, std::memory_order_relaxed);
  if (status_class == 5) visit.api->traffic->errors_5xx.fetch_add(1, std::memory_order_relaxed);
  http::RequestLog* const log = visit.arrival.log;
  if (!log || !log->on()) return;
  log->add(visit.request, {visit.api->name, "api", visit.arrival.at, visit.caller.source_ip},
           visit.arrival.body, visit.arrival.body_bytes);
}

}  // namespace hoplab::aws
