// Gateway responses: their types, what may be customized, and what goes before what.
#include "aws/apigateway/gateway_response.h"

#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

using Type = GatewayResponseType;
using Settings = GatewayResponseSettings;

std::optional<std::string> context(std::string_view name) {
  if (name == "context.requestId") return "id-1";
  if (name == "context.identity.userAgent") return "a \"b\"";
  if (name == "stageVariables.origin") return "https://example.com";
  return std::nullopt;
}

std::optional<std::string> parameters(const RequestParameter& parameter) {
  if (parameter == RequestParameter{ParameterPlace::header, "Origin"}) return "https://a";
  if (parameter == RequestParameter{ParameterPlace::querystring, "q"}) return "two\r\nlines";
  if (parameter == RequestParameter{ParameterPlace::path, "id"}) return "7";
  return std::nullopt;
}

GatewayAnswer answer(const std::vector<Settings>& settings, const GatewayFailure& failure,
                     std::string_view accept = "") {
  const auto compiled = GatewayResponses::compile(settings);
  EXPECT_TRUE(compiled) << compiled.error();
  if (!compiled) return {};
  const ContextLookup context_lookup = context;
  const ParameterLookup parameter_lookup = parameters;
  return compiled.value().answer(failure, {context_lookup, parameter_lookup, accept});
}

const GatewayFailure kThrottled(Type::throttled, GatewayError::throttled);
const GatewayFailure kTimeout(Type::integration_timeout, GatewayError::integration_timeout);

Settings with_template(Type type, const char* text, const char* media_type = "application/json") {
  Settings settings;
  settings.type = type;
  settings.response_templates = {{media_type, text}};
  return settings;
}

TEST(GatewayResponses, EachTypeHasItsNameAndStatus) {
  const struct {
    Type type;
    const char* name;
    std::optional<GatewayError> text;
    int status;
  } rows[] = {
      {Type::access_denied, "ACCESS_DENIED", GatewayError::access_denied_explicit, 403},
      {Type::api_configuration_error, "API_CONFIGURATION_ERROR",
       GatewayError::api_configuration_error, 500},
      {Type::authorizer_configuration_error, "AUTHORIZER_CONFIGURATION_ERROR",
       GatewayError::authorizer_configuration_error, 500},
      {Type::authorizer_failure, "AUTHORIZER_FAILURE", GatewayError::authorizer_failure, 500},
      {Type::bad_request_body, "BAD_REQUEST_BODY", GatewayError::bad_request_body, 400},
      {Type::bad_request_parameters, "BAD_REQUEST_PARAMETERS", std::nullopt, 400},
      {Type::expired_token, "EXPIRED_TOKEN", GatewayError::expired_token, 403},
      {Type::integration_failure, "INTEGRATION_FAILURE", GatewayError::integration_failure, 504},
      {Type::integration_timeout, "INTEGRATION_TIMEOUT", GatewayError::integration_timeout, 504},
      {Type::invalid_api_key, "INVALID_API_KEY", GatewayError::invalid_api_key, 403},
      {Type::invalid_signature, "INVALID_SIGNATURE", std::nullopt, 403},
      {Type::missing_authentication_token, "MISSING_AUTHENTICATION_TOKEN",
       GatewayError::missing_authentication_token, 403},
      {Type::quota_exceeded, "QUOTA_EXCEEDED", GatewayError::quota_exceeded, 429},
      {Type::request_too_large, "REQUEST_TOO_LARGE", GatewayError::request_too_large, 413},
      {Type::resource_not_found, "RESOURCE_NOT_FOUND", GatewayError::resource_not_found, 404},
      {Type::throttled, "THROTTLED", GatewayError::throttled, 429},
      {Type::unauthorized, "UNAUTHORIZED", GatewayError::unauthorized, 401},
      {Type::unsupported_media_type, "UNSUPPORTED_MEDIA_TYPE", GatewayError::unsupported_media_type,
       415},
      {Type::waf_filtered, "WAF_FILTERED", GatewayError::waf_filtered, 403},
      {Type::default_4xx, "DEFAULT_4XX", std::nullopt, 0},
      {Type::default_5xx, "DEFAULT_5XX", std::nullopt, 0},
  };
  static_assert(std::size(rows) == kGatewayResponseTypes);
  for (const auto& row : rows) {
    EXPECT_EQ(to_text(row.type), row.name);
    EXPECT_EQ(parse_gateway_response_type(row.name), row.type);
    EXPECT_EQ(default_status(row.type), row.status) << row.name;
    if (!row.text) continue;
    const GatewayAnswer plain = answer({}, GatewayFailure(row.type, *row.text));
    EXPECT_EQ(plain.status, row.status) << row.name;
    EXPECT_EQ(plain.body, error_text(*row.text).body);
    EXPECT_EQ(plain.content_type, error_text(*row.text).content_type);
  }
  EXPECT_EQ(parse_gateway_response_type("DEFAULT_3XX"), std::nullopt);
}

TEST(GatewayResponses, OwnTypeThenDefaultThenBuiltIn) {
  Settings own = with_template(Type::throttled, "own");
  Settings default_4xx = with_template(Type::default_4xx, "4xx");
  default_4xx.status_code = 499;
  Settings default_5xx = with_template(Type::default_5xx, "5xx");
  EXPECT_EQ(answer({own, default_4xx}, kThrottled).body, "own");
  EXPECT_EQ(answer({own, default_4xx}, kThrottled).status, 429) << "its own status";
  EXPECT_EQ(answer({default_4xx, default_5xx}, kThrottled).body, "4xx");
  EXPECT_EQ(answer({default_4xx, default_5xx}, kThrottled).status, 499);
  EXPECT_EQ(answer({default_4xx, default_5xx}, kTimeout).body, "5xx");
  EXPECT_EQ(answer({default_4xx, default_5xx}, kTimeout).status, 504) << "that of the type";
  EXPECT_EQ(answer({default_5xx}, kThrottled).body, R"({"message":"Too Many Requests"})");
  const GatewayFailure malformed(Type::default_5xx, GatewayError::integration_malformed);
  EXPECT_EQ(answer({default_5xx}, malformed).status, 502);
}

TEST(GatewayResponses, ABodyThatIsTooLargeCannotBeCustomized) {
  const GatewayFailure failure(Type::request_too_large, GatewayError::request_too_large);
  const GatewayAnswer given = answer(
      {with_template(Type::request_too_large, "own"), with_template(Type::default_4xx, "4xx")},
      failure);
  EXPECT_EQ(given.body, "HTTP content length exceeded 10485760 bytes.");
  EXPECT_EQ(given.content_type, "text/plain");
}

TEST(GatewayResponses, TemplatesKnowTheError) {
  const std::string all =
      R"({"message":$context.error.messageString,"m":"$context.error.message",)"
      R"("type":"$context.error.responseType","id":"$context.requestId",)"
      R"("why":"$context.error.validationErrorString","agent":"$context.identity.userAgent",)"
      R"("none":"$context.nothing","from":"$stageVariables.origin"})";
  GatewayFailure failure(Type::bad_request_body, GatewayError::bad_request_body);
  failure.validation_error = R"([object has missing required properties (["b"])])";
  EXPECT_EQ(answer({with_template(Type::bad_request_body, all.c_str())}, failure).body,
            R"({"message":"Invalid request body","m":"Invalid request body",)"
            R"("type":"BAD_REQUEST_BODY","id":"id-1",)"
            R"("why":"[object has missing required properties ([\"b\"])]","agent":"a \"b\"",)"
            R"("none":"","from":"https://example.com"})");
  EXPECT_EQ(answer({with_template(Type::throttled, "$context.identity.userAgent", "text/plain")},
                   kThrottled)
                .body,
            "a \"b\"");
}

TEST(GatewayResponses, TheMessageOfABuiltInBody) {
  EXPECT_EQ(message_string(R"({"message":"For\"bidden"})"), R"("For\"bidden")");
  EXPECT_EQ(message_string(R"({"Message":"User"})"), R"("User")");
  EXPECT_EQ(message_string(R"({"message":null})"), "null");
  EXPECT_EQ(message_string("text"), "null");
}

TEST(GatewayResponses, AcceptChoosesTheTemplate) {
  Settings settings = with_template(Type::throttled, "<xml/>", "application/xml");
  settings.response_templates.emplace_back("application/json", "{}");
  const GatewayAnswer xml = answer({settings}, kThrottled, "application/xml;q=1, application/json");
  EXPECT_EQ(xml.body, "<xml/>");
  EXPECT_EQ(xml.content_type, "application/xml");
  EXPECT_EQ(answer({settings}, kThrottled, "text/html, application/xml").body, "{}");
  EXPECT_EQ(answer({settings}, kThrottled).body, "{}");
  settings.response_templates.pop_back();
  EXPECT_EQ(answer({settings}, kThrottled).content_type, "application/xml");
}

TEST(GatewayResponses, HeadersComeFromTextsParametersAndVariables) {
  Settings settings;
  settings.type = Type::default_4xx;
  settings.response_parameters = {
      {"gatewayresponse.header.Access-Control-Allow-Origin", "'*'"},
      {"gatewayresponse.header.X-Origin", "method.request.header.Origin"},
      {"gatewayresponse.header.X-Id", "method.request.path.id"},
      {"gatewayresponse.header.X-Q", "method.request.querystring.q"},
      {"gatewayresponse.header.X-None", "method.request.header.None"},
      {"gatewayresponse.header.X-Request", "context.requestId"},
      {"gatewayresponse.header.X-Message", "context.error.message"},
      {"gatewayresponse.header.X-Stage", "stageVariables.origin"},
      {"gatewayresponse.header.content-type", "'application/problem+json'"}};
  const GatewayAnswer given = answer({settings}, kThrottled);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"Access-Control-Allow-Origin", "*"},
      {"X-Origin", "https://a"},
      {"X-Id", "7"},
      {"X-Request", "id-1"},
      {"X-Message", "Too Many Requests"},
      {"X-Stage", "https://example.com"}};
  EXPECT_EQ(given.headers, expected);
  EXPECT_EQ(given.content_type, "application/problem+json");
  EXPECT_EQ(given.body, R"({"message":"Too Many Requests"})");
}

TEST(GatewayResponses, ErrorsNameTheTypeAndTheParameter) {
  const auto error = [](std::vector<std::pair<std::string, std::string>> parameters_of_it,
                        std::optional<int> status = {}) {
    Settings settings;
    settings.response_parameters = std::move(parameters_of_it);
    settings.status_code = status;
    return GatewayResponses::compile({settings}).error();
  };
  EXPECT_EQ(error({}, 600), "DEFAULT_4XX: the status code must be 200 to 599, not 600");
  for (const char* name : {"header.X", "gatewayresponse.header.", "gatewayresponse.header.a b"}) {
    EXPECT_EQ(error({{name, "'a'"}}),
              "DEFAULT_4XX: " + std::string(name) +
                  ": a response parameter is gatewayresponse.header. and the name of a field");
  }
  for (const char* value : {"a", "'", "context.", "context.a b", "integration.response.header.a"}) {
    EXPECT_NE(error({{"gatewayresponse.header.X", value}}).find("its value is a text"),
              std::string::npos)
        << value;
  }
  EXPECT_NE(error({{"gatewayresponse.header.X", "'a\nb'"}}).find("no field may"),
            std::string::npos);
  EXPECT_EQ(GatewayResponses::compile({Settings{}, Settings{}}).error(),
            "there are two gateway responses DEFAULT_4XX");
}

}  // namespace
}  // namespace hoplab::aws
