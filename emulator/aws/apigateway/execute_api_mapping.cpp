// Integrations that map: templates and parameters on the way there and back (apigateway.md 8.1 to
// 8.3). What nothing fits, or what a template makes of it, is an error of the API's configuration.
#include <nlohmann/json.hpp>

#include <charconv>

#include "aws/apigateway/execute_api.h"
#include "aws/apigateway/proxy_event.h"
#include "aws/stub/query.h"
#include "base/ascii.h"
#include "base/percent.h"
#include "model/text_rule.h"

namespace hoplab::aws {

namespace {

/// `statusCode` of what a MOCK's template makes: JSON, or nearly (apigateway.md 8.2). Empty: there
/// is none.
std::string_view mock_status(std::string_view text) {
  constexpr std::string_view kName = "statusCode";
  const auto name = text.find(kName);
  if (name == std::string_view::npos) return {};
  text.remove_prefix(name + kName.size());
  const auto begin = text.find_first_not_of("\"\': \t\r\n");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return text.substr(0, text.find_first_not_of("0123456789"));
}

/// Of what a function that failed returns; empty: it says nothing.
std::string error_message(const std::string& payload) {
  constexpr bool kThrows = false;
  const auto json = nlohmann::json::parse(payload, nullptr, kThrows);
  if (!json.is_object()) return {};
  const auto found = json.find("errorMessage");
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The text that a function's JSON is: its base64, of functions that return an image.
std::string without_quotes(std::string json) {
  constexpr bool kThrows = false;
  if (!json.starts_with('"')) return json;
  const auto parsed = nlohmann::json::parse(json, nullptr, kThrows);
  return parsed.is_string() ? parsed.get<std::string>() : json;
}

}  // namespace

Conversion ExecuteApi::Visit::conversion_of_request() const {
  return aws::conversion_of_request(api_->binary_media_types, request_.headers.get("Content-Type"),
                                    reached_->content_handling);
}

/// `fields`: of who was asked. A function's answer is JSON. UNDOCUMENTED for a MOCK, whose answer a
/// template makes: it is a text, and stays one whatever Accept says.
Conversion ExecuteApi::Visit::conversion_of_response(ContentHandling handling,
                                                     const http::FieldList& fields) const {
  if (reached_->type == model::IntegrationType::mock) {
    return handling == ContentHandling::convert_to_binary ? Conversion::decode : Conversion::text;
  }
  std::string_view content_type;  // of none, application/json
  for (const http::Field& field : fields) {
    if (iequals(field.name, "Content-Type")) content_type = field.value;
  }
  return aws::conversion_of_response(api_->binary_media_types, request_.headers.get("Accept"),
                                     content_type, handling);
}

MappingInput ExecuteApi::Visit::mapping_input(const MappingBody& body) {
  MappingInput input;
  input.body = &body;
  for (const auto& [name, value] : path_parameters(reached_->resource_path, selection_.path)) {
    input.path.push_back({std::string(name), percent_decoded(value)});
  }
  each_query_parameter(facts_.query, [&](std::string_view name, std::string_view value) {
    input.querystring.push_back({form_decoded(name), form_decoded(value)});
  });
  for (const http::Field& field : request_.headers.fields()) {
    input.header.push_back({std::string(field.name), std::string(field.value)});
  }
  for (const auto& [name, value] : api_->stage_variables) {
    input.stage_variables.push_back({name, value});
  }
  input.context = [this](std::string_view name) -> std::optional<nlohmann::ordered_json> {
    auto value = variable("context." + std::string(name));
    if (!value) return std::nullopt;
    return nlohmann::ordered_json(std::move(*value));
  };
  return input;
}

Outcome ExecuteApi::Visit::misconfigured(std::string why) {
  log_failure("Execution failed due to configuration error: " + why);
  detail_ = std::move(why);
  return fail(GatewayResponseType::api_configuration_error, GatewayError::api_configuration_error,
              Outcome::integration_error);
}

ExecuteApi::Visit::Step ExecuteApi::Visit::ask_mapped() {
  const Conversion conversion = conversion_of_request();
  std::string text(body());
  if (reached_->type != model::IntegrationType::http_proxy) {  // whose body no template makes
    convert_before_template(conversion, text);
  }
  const MappingBody received{std::move(text)};
  auto made = reached_->mapped->request(mapping_input(received),
                                        request_.headers.get("Content-Type"), conversion);
  if (!made) return misconfigured(made.error());
  MappedRequest& mapped = made.value();
  if (mapped.unsupported_media_type) {
    return fail(GatewayResponseType::unsupported_media_type, GatewayError::unsupported_media_type,
                Outcome::unsupported_media_type);
  }
  status_override_ = mapped.response_status;
  if (reached_->type == model::IntegrationType::mock) return answer_mock(mapped.body);
  if (reached_->http) return ask_backend(mapped);
  if (mapped.body.size() > kMaxFunctionPayload) {
    return fail(GatewayResponseType::request_too_large, GatewayError::request_too_long,
                Outcome::body_too_large);
  }
  if (mapped.body.empty()) mapped.body = "{}";
  FunctionCall call{reached_->function, std::move(mapped.body), reached_->timeout};
  log_call(call);
  call_ = std::move(call);
  return std::nullopt;
}

ExecuteApi::Visit::Step ExecuteApi::Visit::answer_mock(std::string_view body) {
  const std::string_view status = mock_status(body);
  if (status.empty()) return misconfigured("the MOCK's template says no statusCode");
  return answer_mapped(reached_->mapped->choose(status), {}, {});
}

Outcome ExecuteApi::Visit::mapped_answer_of(const lambda::Invocation& invocation) {
  if (invocation.failure && invocation.payload.empty()) {
    return misconfigured(std::string(to_text(*invocation.failure)) + ": " + invocation.detail);
  }
  const auto* const chosen = invocation.failure
                                 ? reached_->mapped->choose(error_message(invocation.payload))
                                 : reached_->mapped->usual();
  return answer_mapped(chosen, invocation.payload, {});
}

Outcome ExecuteApi::Visit::mapped_answer_of(const HttpExchange& exchange) {
  const auto* const chosen = reached_->mapped->choose(std::to_string(exchange.response.status));
  return answer_mapped(chosen, exchange.answer, exchange.fields);
}

Outcome ExecuteApi::Visit::answer_mapped(const MappedIntegration::Response* chosen,
                                         std::string body, const http::FieldList& fields) {
  if (!chosen) return misconfigured("no integration response fits, and none is without a pattern");
  const Conversion conversion = conversion_of_response(chosen->content_handling(), fields);
  if (conversion == Conversion::decode && reached_->type == model::IntegrationType::aws) {
    body = without_quotes(std::move(body));
  }
  convert_before_template(conversion, body);
  const MappingBody back(std::move(body));
  MappingInput input = mapping_input(back);
  for (const http::Field& field : fields) {
    input.integration_header.push_back({std::string(field.name), std::string(field.value)});
  }
  auto made =
      MappedIntegration::response(*chosen, input, request_.headers.get("Accept"), conversion);
  if (!made) return misconfigured(made.error());
  MappedResponse& mapped = made.value();
  if (mapped.body.size() > kMaxPayloadBytes) return misconfigured("its answer is too large");
  for (const auto& [name, value] : mapped.headers) {
    if (iequals(name, "Content-Type")) mapped.content_type = value;
  }
  Arena& arena = response_.arena;
  begin(status_override_.value_or(mapped.status), arena.copy(mapped.content_type));
  for (const auto& [name, value] : mapped.headers) {
    if (iequals(name, "Content-Type") || !model::rules::kHeaderName.matches(name) ||
        !model::rules::kHeaderValue.matches(value)) {
      continue;
    }
    response_.headers.add(arena.copy(name), arena.copy(value));
  }
  end_headers();
  if (reached_->type != model::IntegrationType::mock) add_trace_id();
  if (!http::forbids_body(response_.status)) set_text(arena.copy(mapped.body));
  compress_answer();
  return Outcome::answered;
}

/// Only what is mapped reaches a backend that is no proxy, and what API Gateway says of itself.
void ExecuteApi::Visit::add_mapped_fields_to(http::Request& request, const MappedValues& mapped) {
  Arena& arena = request.arena;
  request.headers.add("Host", arena.copy(reached_->http->authority()));
  const std::string_view type = request_.headers.get("Content-Type");
  const auto says_type = [](const auto& one) { return iequals(one.first, "Content-Type"); };
  if (std::ranges::none_of(mapped, says_type)) {
    request.headers.add("Content-Type", type.empty() ? "application/json" : arena.copy(type));
  }
  add_own_fields_to(request, mapped);
}

}  // namespace hoplab::aws
