// What an API checks of requests and says by itself, default and customized
// (apigateway-features.md 5 and 7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/apigateway/content_coding.h"
#include "aws/stub/generated_body.h"
#include "support.h"

namespace hoplab::aws::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kOrder =
    R"({"type":"object","required":["item"],"properties":{"price":{"$ref":)"
    R"("https://apigateway.amazonaws.com/restapis/abcde12345/models/Price"}}})";

/// POST /orders/{id} wants a parameter of each place, and an Order.
model::Topology validating() {
  model::Topology made = sample_topology();
  model::RestApi& api = made.rest_apis.front();
  api.models = {{"Order", "application/json", kOrder},
                {"Price", "application/json", R"({"type":"number","minimum":0})"}};
  api.request_validators = {
      {"all", true, true}, {"body", true, false}, {"parameters", false, true}, {"none"}};
  model::Method order = method("POST", "/orders/{id}", "made");
  order.request_validator = "all";
  order.request_models = {{"application/json", "Order"}};
  order.request_parameters = {{"method.request.querystring.q", true},
                              {"method.request.path.id", true},
                              {"method.request.header.X-Item", true},
                              {"method.request.header.X-Free", false}};
  api.methods.push_back(order);
  return made;
}

Ask good_order() {
  return {.method = "POST",
          .target = "/orders/7?q=1",
          .headers = {{"X-Item", "1"}, {"Content-Type", "application/json; charset=utf-8"}},
          .body = R"({"item":"a","price":1})"};
}

const Outcome kNoOutcome = Outcome::answered;

TEST(RequestValidationGate, WhatIsAllThereGoesOn) {
  Gateway gateway(validating());
  EXPECT_TRUE(gateway.api->reads_bodies());
  EXPECT_EQ(gateway.send(good_order()).text(), "made");
  EXPECT_EQ(gateway.api->outcomes().of(kNoOutcome), 1U);
}

TEST(RequestValidationGate, MissingParametersAreNamedInTheirOrderAndComeBeforeTheBody) {
  Gateway gateway(validating());
  Ask ask = good_order();
  ask.target = "/orders/7?q=%20";
  ask.headers.clear();
  ask.body = "no JSON";
  const auto answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 400);
  EXPECT_EQ(answer.header("x-amzn-ErrorType"), "BadRequestException");
  EXPECT_EQ(answer.text(), R"({"message":"Missing required request parameters: [X-Item, q]"})");
  EXPECT_EQ(gateway.api->outcomes().of(Outcome::bad_request_parameters), 1U);
  EXPECT_EQ(gateway.api->traffic("widgets")->errors_4xx, 1U);
}

TEST(RequestValidationGate, ABodyThatNoModelAllowsIs400) {
  Gateway gateway(validating());
  for (const char* body : {"{}", R"({"item":"a","price":-1})", "no JSON", ""}) {
    Ask ask = good_order();
    ask.body = body;
    const auto answer = gateway.send(ask);
    EXPECT_EQ(answer.status(), 400) << body;
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), "BadRequestException");
    EXPECT_EQ(answer.text(), R"({"message":"Invalid request body"})");
  }
  EXPECT_EQ(gateway.api->outcomes().of(Outcome::bad_request_body), 4U);
}

TEST(RequestValidationGate, TheValidatorSaysWhichOfBothAreChecked) {
  const std::pair<const char*, std::pair<int, int>> rows[] = {{"all", {400, 400}},
                                                              {"body", {200, 400}},
                                                              {"parameters", {400, 200}},
                                                              {"none", {200, 200}},
                                                              {"", {200, 200}}};
  for (const auto& [validator, statuses] : rows) {
    model::Topology topology = validating();
    topology.rest_apis.front().methods.back().request_validator = validator;
    Gateway gateway(topology);
    Ask without_parameter = good_order();
    without_parameter.target = "/orders/7";
    EXPECT_EQ(gateway.send(without_parameter).status(), statuses.first) << validator;
    Ask bad_body = good_order();
    bad_body.body = "{}";
    EXPECT_EQ(gateway.send(bad_body).status(), statuses.second) << validator;
    EXPECT_EQ(gateway.api->reads_bodies(), statuses.second == 400);
  }
}

TEST(RequestValidationGate, TheModelIsThatOfTheMediaType) {
  model::Topology topology = validating();
  Ask ask = good_order();
  ask.body = "no JSON";
  ask.headers[1].second = "text/plain";
  EXPECT_EQ(Gateway(topology).send(ask).status(), 200) << "there is none for it";
  auto& models = topology.rest_apis.front().methods.back().request_models;
  models = {{"$default", "Empty"}};
  EXPECT_EQ(Gateway(topology).send(ask).status(), 400);
  ask.body = "{}";
  EXPECT_EQ(Gateway(topology).send(ask).status(), 200) << "each API has Empty";
  models = {{"application/json", "Error"}};
  ask.headers.pop_back();
  ask.body = R"({"message":1})";
  EXPECT_EQ(Gateway(topology).send(ask).status(), 400) << "JSON without a Content-Type";
}

TEST(RequestValidationGate, ThePolicyAndTheRouteGoBefore) {
  Gateway gateway(validating());
  Ask ask{.method = "POST", .target = "/orders/7"};
  ask.vpce = kOtherVpce;
  EXPECT_EQ(gateway.send(ask).status(), 403);
}

// ---- Gateway responses --------------------------------------------------------------------------

model::Method failing(const char* path, std::uint64_t bytes) {
  model::Method made = method("GET", path, "");
  made.integration.body_bytes = bytes;
  return made;
}

/// All that an API can say by itself without asking anybody.
model::Topology refusing() {
  model::Topology made = validating();
  model::RestApi& api = made.rest_apis.front();
  api.minimum_compression_size = 0;
  api.methods.push_back(failing("/beyond", kMaxPayloadBytes + 1));
  return made;
}

struct Refusal {
  const char* type;
  int status;
  const char* error_type;
  const char* message;  // JSON
  Ask ask;
};

std::vector<Refusal> refusals() {
  Ask no_parameter = good_order(), bad_body = good_order(), brotli = good_order(), denied;
  no_parameter.target = "/orders/7";
  bad_body.body = "{}";
  brotli.headers.emplace_back("Content-Encoding", "br");
  denied.vpce = kOtherVpce;
  return {
      {"BAD_REQUEST_PARAMETERS", 400, "BadRequestException",
       R"("Missing required request parameters: [q]")", no_parameter},
      {"BAD_REQUEST_BODY", 400, "BadRequestException", R"("Invalid request body")", bad_body},
      {"UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException", R"("Unsupported Media Type")", brotli},
      {"MISSING_AUTHENTICATION_TOKEN",
       403,
       "MissingAuthenticationTokenException",
       R"("Missing Authentication Token")",
       {.target = "/unknown"}},
      {"API_CONFIGURATION_ERROR",
       500,
       "InternalServerErrorException",
       R"("Internal server error")",
       {.target = "/beyond"}},
      {"ACCESS_DENIED", 403, "AccessDeniedException",
       R"("User: anonymous is not authorized to perform: execute-api:Invoke on resource: )"
       R"(arn:aws:execute-api:eu-west-1:********3333:abcde12345/prod/GET/widgets )"
       R"(with an explicit deny")",
       denied},
  };
}

TEST(ApiRefusals, AreAsTheTableHasThem) {
  Gateway gateway(refusing());
  for (const Refusal& row : refusals()) {
    const auto answer = gateway.send(row.ask);
    EXPECT_EQ(answer.status(), row.status) << row.type;
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), row.error_type);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_THAT(answer.text(), HasSubstr(row.message));
  }
}

TEST(ApiRefusals, EachTypeIsItsOwnersToCustomize) {
  for (const Refusal& row : refusals()) {
    model::Topology topology = refusing();
    topology.rest_apis.front().stages.front().variables = {{"origin", "https://a.example"}};
    topology.rest_apis.front().gateway_responses = {
        {row.type,
         499,
         {{"gatewayresponse.header.Access-Control-Allow-Origin", "stageVariables.origin"},
          {"gatewayresponse.header.X-Asked", "method.request.header.X-Item"}},
         {{"application/json",
           R"({"type":"$context.error.responseType","said":$context.error.messageString,)"
           R"("path":"$context.path"})"}}}};
    const auto answer = Gateway(topology).send(row.ask);
    EXPECT_EQ(answer.status(), 499) << row.type;
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), row.error_type);
    const std::string path = row.ask.target.substr(0, row.ask.target.find('?'));
    EXPECT_EQ(answer.text(), std::string(R"({"type":")") + row.type + R"(","said":)" + row.message +
                                 R"(,"path":")" + path + "\"}");
    const bool sent = !row.ask.headers.empty();
    EXPECT_EQ(answer.header("X-Asked").has_value(), sent) << row.type;
  }
}

TEST(ApiRefusals, TheDefaultsAreForTypesThatAreNotCustomized) {
  model::Topology topology = refusing();
  topology.rest_apis.front().gateway_responses = {
      {"DEFAULT_4XX", {}, {{"gatewayresponse.header.X-Class", "'4'"}}, {}},
      {"DEFAULT_5XX", 503, {{"gatewayresponse.header.X-Class", "'5'"}}, {}},
      {"BAD_REQUEST_BODY", 422, {}, {}}};
  Gateway gateway(topology);
  for (const Refusal& row : refusals()) {
    const auto answer = gateway.send(row.ask);
    EXPECT_THAT(answer.text(), HasSubstr(row.message)) << "there is no template";
    if (std::string_view(row.type) == "BAD_REQUEST_BODY") {
      EXPECT_EQ(answer.status(), 422);
      EXPECT_THAT(answer.names(), Not(Contains("X-Class")));
    } else {
      EXPECT_EQ(answer.status(), row.status >= 500 ? 503 : row.status) << row.type;
      EXPECT_EQ(answer.header("X-Class"), row.status >= 500 ? "5" : "4");
    }
  }
}

TEST(ApiRefusals, ATemplateSaysWhatIsWrongWithTheBody) {
  model::Topology topology = validating();
  topology.rest_apis.front().gateway_responses = {
      {"BAD_REQUEST_BODY", {}, {}, {{"text/plain", "$context.error.validationErrorString"}}}};
  Ask ask = good_order();
  ask.body = "{}";
  const auto answer = Gateway(topology).send(ask);
  EXPECT_EQ(answer.header("Content-Type"), "text/plain");
  EXPECT_EQ(answer.text(), R"([object has missing required properties (["item"])])");
}

TEST(ApiRefusals, WhatComesBeforeTheApiIsNot) {
  model::Topology topology = refusing();
  topology.rest_apis.front().gateway_responses = {{"DEFAULT_4XX", 499, {}, {}}};
  Gateway gateway(topology);
  EXPECT_EQ(gateway.send({.host = "unknown.example.com"}).status(), 403);
  EXPECT_EQ(gateway.send({.body_bytes = kMaxPayloadBytes + 1}).status(), 413);
}

// ---- Content codings ----------------------------------------------------------------------------

TEST(ApiCompression, ABodyIsDecompressedBeforeItIsChecked) {
  for (const auto coding : {ContentCoding::gzip, ContentCoding::deflate}) {
    Ask ask = good_order();
    ask.headers.emplace_back("Content-Encoding", to_text(coding));
    ask.body = compressed(coding, ask.body);
    EXPECT_EQ(Gateway(refusing()).send(ask).status(), 200);
    EXPECT_EQ(Gateway(validating()).send(ask).status(), 400) << "the API does not compress";
    ask.body.pop_back();
    EXPECT_EQ(Gateway(refusing()).send(ask).status(), 415);
    ask.body = compressed(coding, std::string(kMaxPayloadBytes + 1, ' '));
    EXPECT_EQ(Gateway(refusing()).send(ask).status(), 413);
  }
}

TEST(ApiCompression, AnAnswerIsCompressedFromThatSizeOnForClientsThatAskForIt) {
  model::Topology topology = sample_topology();
  topology.rest_apis.front().minimum_compression_size =
      static_cast<int>(std::string(kWidget).size());
  topology.rest_apis.front().methods.push_back(failing("/large", 10'000));
  topology.rest_apis.front().methods.push_back(method("GET", "/small", "small"));
  model::Method encoded = method("GET", "/encoded", "0123456789012345678901234567890123456789");
  encoded.integration.headers = {{"Content-Encoding", "br"}};
  topology.rest_apis.front().methods.push_back(encoded);
  Gateway gateway(topology);
  const auto plain = gateway.send({});
  EXPECT_EQ(plain.text(), kWidget);
  EXPECT_THAT(plain.names(), Not(Contains("Content-Encoding")));
  Ask ask{.headers = {{"Accept-Encoding", "gzip"}}};
  const auto small = gateway.send(ask);
  EXPECT_EQ(small.header("Content-Encoding"), "gzip");
  EXPECT_EQ(decompressed(ContentCoding::gzip, small.text(), 1000).bytes, kWidget);
  ask.target = "/large";
  const auto large = gateway.send(ask);
  EXPECT_EQ(large.response.body, nullptr);
  const std::string bytes = decompressed(ContentCoding::gzip, large.text(), 10'000).bytes;
  ASSERT_EQ(bytes.size(), 10'000U);
  EXPECT_EQ(bytes.back(), GeneratedBody::byte_at(9'999));
  ask.target = "/small";
  EXPECT_EQ(gateway.send(ask).text(), "small");
  ask.target = "/encoded";
  EXPECT_EQ(gateway.send(ask).text().size(), 40U) << "the integration has done so";
  ask.target = "/unknown";
  EXPECT_THAT(gateway.send(ask).text(), HasSubstr("Missing")) << "no integration's";
}

}  // namespace
}  // namespace hoplab::aws::testing
