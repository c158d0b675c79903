#include "aws/apigateway/gateway_response.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/apigateway/media_type.h"
#include "base/ascii.h"
#include "http/h1/http1_chars.h"

namespace hoplab::aws {

namespace {

struct TypeRow {
  std::string_view name;
  int status;
};
// In the order of GatewayResponseType.
constexpr TypeRow kTypes[] = {
    {"ACCESS_DENIED", 403},
    {"API_CONFIGURATION_ERROR", 500},
    {"AUTHORIZER_CONFIGURATION_ERROR", 500},
    {"AUTHORIZER_FAILURE", 500},
    {"BAD_REQUEST_BODY", 400},
    {"BAD_REQUEST_PARAMETERS", 400},
    {"EXPIRED_TOKEN", 403},
    {"INTEGRATION_FAILURE", 504},
    {"INTEGRATION_TIMEOUT", 504},
    {"INVALID_API_KEY", 403},
    {"INVALID_SIGNATURE", 403},
    {"MISSING_AUTHENTICATION_TOKEN", 403},
    {"QUOTA_EXCEEDED", 429},
    {"REQUEST_TOO_LARGE", 413},
    {"RESOURCE_NOT_FOUND", 404},
    {"THROTTLED", 429},
    {"UNAUTHORIZED", 401},
    {"UNSUPPORTED_MEDIA_TYPE", 415},
    {"WAF_FILTERED", 403},
    {"DEFAULT_4XX", 0},
    {"DEFAULT_5XX", 0},
};
static_assert(std::size(kTypes) == kGatewayResponseTypes);

/// The message of a built-in body, whose key may have a capital; null when there is none.
nlohmann::json message_of(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) return nullptr;
  for (const char* key : {"message", "Message"}) {
    if (const auto member = json.find(key); member != json.end()) return *member;
  }
  return nullptr;
}

std::string dumped(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The template for the first media type that the client accepts, else for application/json, else
/// the first; there is one.
template <class Templates>
const auto& chosen(const Templates& templates, std::string_view accept) {
  for (const std::string_view wanted :
       {first_media_type(accept), std::string_view("application/json")}) {
    for (const auto& one : templates) {
      if (iequals(one.first, wanted)) return one;
    }
  }
  return templates.front();
}

bool is_json(std::string_view media_type) {
  const std::string type = lower_case(first_media_type(media_type));
  return type == "application/json" || type.ends_with("+json");
}

/// A lookup that knows the error, too.
ContextLookup with_error(const GatewayFailure& failure, const ContextLookup& others) {
  return [&failure, &others](std::string_view name) -> std::optional<std::string> {
    if (name == "context.error.messageString") return message_string(failure.body);
    if (name == "context.error.responseType") return std::string(to_text(failure.type));
    if (name == "context.error.message") {
      const auto message = message_of(failure.body);
      if (!message.is_string()) return std::nullopt;
      return message.get<std::string>();
    }
    if (name == "context.error.validationErrorString") {
      if (failure.validation_error.empty()) return std::nullopt;
      return std::string(failure.validation_error);
    }
    return others ? others(name) : std::nullopt;
  };
}

}  // namespace

std::string_view to_text(GatewayResponseType type) noexcept {
  return kTypes[static_cast<std::size_t>(type)].name;
}

std::optional<GatewayResponseType> parse_gateway_response_type(std::string_view text) noexcept {
  const auto* const row = std::ranges::find(kTypes, text, &TypeRow::name);
  if (row == std::end(kTypes)) return std::nullopt;
  return static_cast<GatewayResponseType>(row - std::begin(kTypes));
}

int default_status(GatewayResponseType type) noexcept {
  return kTypes[static_cast<std::size_t>(type)].status;
}

std::string message_string(std::string_view body) {
  return dumped(message_of(body));
}

GatewayFailure::GatewayFailure(GatewayResponseType of, GatewayError error) : type(of) {
  const ErrorText& text = error_text(error);
  status = text.status;
  content_type = text.content_type;
  body = text.body;
}

Result<GatewayResponses> GatewayResponses::compile(
    const std::vector<GatewayResponseSettings>& settings) {
  GatewayResponses responses;
  for (const GatewayResponseSettings& one : settings) {
    const std::string name(to_text(one.type));
    auto& place = responses.customs_[static_cast<std::size_t>(one.type)];
    if (place) return Error{"there are two gateway responses " + name};
    auto custom = compile_one(one);
    if (!custom) return Error{name + ": " + custom.error()};
    place = std::move(custom).value();
  }
  return responses;
}

Result<GatewayResponses::Custom> GatewayResponses::compile_one(
    const GatewayResponseSettings& settings) {
  Custom custom;
  custom.status = settings.status_code;
  if (custom.status && (*custom.status < 200 || *custom.status > 599)) {
    return Error{"the status code must be 200 to 599, not " + std::to_string(*custom.status)};
  }
  for (const auto& [name, value] : settings.response_parameters) {
    auto header = compile_header(name, value);
    if (!header) return Error{name + ": " + header.error()};
    custom.headers.push_back(std::move(header).value());
  }
  for (const auto& [media_type, text] : settings.response_templates) {
    custom.templates.emplace_back(media_type, ContextText(text));
  }
  return custom;
}

Result<GatewayResponses::Header> GatewayResponses::compile_header(const std::string& name,
                                                                  const std::string& value) {
  namespace chars = http::chars;
  constexpr std::string_view kPrefix = "gatewayresponse.header.";
  const std::string_view field =
      std::string_view(name).substr(std::min(kPrefix.size(), name.size()));
  if (!name.starts_with(kPrefix) || field.empty() || !chars::all(field, chars::kToken)) {
    return Error{"a response parameter is gatewayresponse.header. and the name of a field"};
  }
  Header header{std::string(field), {}};
  if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'') {
    std::string text = value.substr(1, value.size() - 2);
    if (!chars::all(text, chars::kText)) return Error{"no field may have this value"};
    header.value = std::move(text);
  } else if (auto parameter = parse_request_parameter(value)) {
    header.value = *std::move(parameter);
  } else if ((value.starts_with("context.") || value.starts_with("stageVariables.")) &&
             variable_name_length(value) == value.size()) {
    header.value = Variable{value};
  } else {
    return Error{
        "its value is a text in single quotes, method.request.header.X, method.request.path.X, "
        "method.request.querystring.X, context.x or stageVariables.x, not " +
        value};
  }
  return header;
}

const GatewayResponses::Custom* GatewayResponses::custom_of(
    const GatewayFailure& failure) const noexcept {
  if (failure.type == GatewayResponseType::request_too_large) return nullptr;
  const auto fallback =
      failure.status < 500 ? GatewayResponseType::default_4xx : GatewayResponseType::default_5xx;
  for (const auto type : {failure.type, fallback}) {
    const auto& custom = customs_[static_cast<std::size_t>(type)];
    if (custom) return &*custom;
  }
  return nullptr;
}

std::optional<std::string> GatewayResponses::value_of(const Header& header,
                                                      const ContextLookup& context,
                                                      const ParameterLookup& parameters) {
  if (const auto* const variable = std::get_if<Variable>(&header.value)) {
    return context(variable->name);
  }
  if (const auto* const parameter = std::get_if<RequestParameter>(&header.value)) {
    return parameters ? parameters(*parameter) : std::nullopt;
  }
  return std::get<std::string>(header.value);
}

GatewayAnswer GatewayResponses::answer(const GatewayFailure& failure,
                                       const GatewayResponseLookups& lookups) const {
  GatewayAnswer answer{failure.status, std::string(failure.content_type), {}, {}};
  const Custom* const custom = custom_of(failure);
  if (custom == nullptr || custom->templates.empty()) answer.body = failure.body;
  if (custom == nullptr) return answer;
  if (custom->status) answer.status = *custom->status;
  const ContextLookup context = with_error(failure, lookups.context);
  if (!custom->templates.empty()) {
    const auto& [media_type, text] = chosen(custom->templates, lookups.accept);
    answer.content_type = media_type;
    answer.body = text.render(
        context, "", is_json(media_type) ? ContextText::Escape::json : ContextText::Escape::none);
  }
  for (const Header& header : custom->headers) {
    auto value = value_of(header, context, lookups.parameters);
    // What is decoded from a URL may hold what no field may.
    if (!value || !http::chars::all(*value, http::chars::kText)) continue;
    if (iequals(header.name, "Content-Type")) {
      answer.content_type = *std::move(value);
    } else {
      answer.headers.emplace_back(header.name, *std::move(value));
    }
  }
  return answer;
}

}  // namespace hoplab::aws
