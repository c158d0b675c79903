// What becomes of bodies between bytes and texts on their way through an integration
// (apigateway.md 13, apigateway-features.md 8).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace hoplab::aws::testing {
namespace {

using ::testing::HasSubstr;
using H = model::ContentHandling;
using model::IntegrationType;

constexpr const char* kMisconfigured = R"({"message":"Internal server error"})";
constexpr const char* kWrongByte = "a\xff";  // as UTF-8

class ContentHandlings : public ::testing::Test {
 protected:
  /// ANY /x, whose integration is `integration`.
  void of(IntegrationType type, std::vector<std::string> binary = {}) {
    api().binary_media_types = std::move(binary);
    api().methods = {method("ANY", "/x", {})};
    integration() = {};
    integration().type = type;
    integration().uri = "http://orders/";
    integration().service = "orders";
    integration().function = "orders";
    integration().http_method = "ANY";
    if (type == IntegrationType::http_proxy) return;
    integration().responses.emplace_back();
    if (type == IntegrationType::mock) {
      integration().request_templates = {{"application/json", R"({"statusCode": 200})"}};
    }
  }
  model::RestApi& api() { return topology_.rest_apis.front(); }
  model::Integration& integration() { return api().methods.front().integration; }

  void send(std::string body, std::string_view content_type, std::string_view accept = {}) {
    gateway_.emplace(topology_);
    body_ = std::move(body);
    request_ = {};
    answer_ = {};
    request_.method = "POST";
    request_.target = "/x";
    request_.authority = "api.example.com";
    if (!content_type.empty()) request_.headers.add("Content-Type", content_type);
    if (!accept.empty()) request_.headers.add("Accept", accept);
    arrival_.emplace(
        Arrival{gateway_->now, body_.size(), gateway_->stamps, nullptr, body_, nullptr});
    visit_.emplace(*gateway_->api, request_, caller_, *arrival_, answer_);
    visit_->go_on();
    if (!visit_->waits()) visit_->finish();
  }
  /// What the backend is sent; nothing: nobody is asked.
  std::optional<std::string> asked() {
    const auto* const call = std::get_if<HttpCall>(&visit_->call());
    return call ? std::optional(call->exchange->body) : std::nullopt;
  }
  /// What the client gets when the backend answers that.
  std::string got(const std::string& body, std::string_view content_type) {
    const auto exchange = std::get<HttpCall>(visit_->call()).exchange;
    exchange->done = true;
    exchange->response.status = 200;
    exchange->fields = {{"Content-Type", content_type}};
    exchange->answer = body;
    visit_->answered(*exchange);
    visit_->finish();
    return std::string(answer_.text);
  }
  std::string returned(const std::string& payload) {
    lambda::Invocation invocation;
    invocation.payload = payload;
    invocation.done = true;
    visit_->answered(invocation);
    visit_->finish();
    return std::string(answer_.text);
  }

  model::Topology topology_ = sample_topology();
  std::optional<Gateway> gateway_;
  std::string body_;
  http::Request request_;
  Caller caller_{"10.0.1.25", kVpce, "vpc-0aaaabbbbccccdddd"};
  std::optional<Arrival> arrival_;
  http::Response answer_;
  std::optional<ExecuteApi::Visit> visit_;
};

TEST_F(ContentHandlings, BodiesOfProxiesAreTextsUnlessTheyAreNamed) {
  of(IntegrationType::http_proxy);
  send(kWrongByte, "image/png", "image/png");
  EXPECT_EQ(asked(), "a\xef\xbf\xbd");
  EXPECT_EQ(got(kWrongByte, "image/png"), "a\xef\xbf\xbd");
  api().binary_media_types = {"image/*"};
  send(kWrongByte, "image/png", "image/png");
  EXPECT_EQ(asked(), kWrongByte);
  EXPECT_EQ(got(kWrongByte, "image/png"), kWrongByte);
  send(kWrongByte, "text/plain", "*/*");
  EXPECT_EQ(asked(), "a\xef\xbf\xbd");
  EXPECT_EQ(got(kWrongByte, "image/png"), "Yf8=") << "who asks for no bytes gets base64";
  send("x", "text/plain", "image/png, text/plain");
  EXPECT_EQ(got("not base64", "text/plain"), kMisconfigured) << "the first of Accept counts";
  EXPECT_EQ(answer_.status, 500);
  api().binary_media_types = {"*/*"};
  send(kWrongByte, "");
  EXPECT_EQ(asked(), kWrongByte);
}

TEST_F(ContentHandlings, OfAProxysRequest) {
  of(IntegrationType::http_proxy, {"image/*"});
  integration().content_handling = H::convert_to_text;
  send(kWrongByte, "image/png");
  EXPECT_EQ(asked(), "Yf8=");
  integration().content_handling = H::convert_to_binary;
  send("Yf8=", "text/plain");
  EXPECT_EQ(asked(), kWrongByte);
  send("no base64", "text/plain");
  EXPECT_EQ(answer_.text, kMisconfigured);
  EXPECT_EQ(visit_->detail(), "the body is to become bytes, and is no base64");
}

TEST_F(ContentHandlings, StreamsPassAsTheyAre) {
  of(IntegrationType::http_proxy);
  integration().stream = true;
  send("x", "text/plain");
  const auto exchange = std::get<HttpCall>(visit_->call()).exchange;
  exchange->done = true;
  exchange->response.status = 200;
  exchange->response.text = kWrongByte;
  visit_->answered(*exchange);
  EXPECT_EQ(answer_.text, kWrongByte);
}

TEST_F(ContentHandlings, ATemplateMakesTheTextThatIsDecoded) {
  of(IntegrationType::http);
  integration().content_handling = H::convert_to_binary;
  integration().request_templates = {{"application/json", "$input.path('$.image')"}};
  integration().responses.front().content_handling = H::convert_to_binary;
  integration().responses.front().response_templates = {
      {"application/json", "$input.path('$.image')"}};
  send(R"({"image": "Yf8="})", "application/json");
  EXPECT_EQ(asked(), kWrongByte);
  EXPECT_EQ(got(R"({"image": "Yf8="})", "application/json"), kWrongByte);
}

TEST_F(ContentHandlings, ATemplateSeesBytesAsBase64) {
  of(IntegrationType::http, {"image/*"});
  integration().content_handling = H::convert_to_text;
  integration().request_templates = {{"image/png", R"({"image": "$input.body"})"}};
  integration().responses.front().response_templates = {{"application/json", "<$input.body>"}};
  send(kWrongByte, "image/png");
  EXPECT_EQ(asked(), R"({"image": "Yf8="})");
  EXPECT_EQ(got(kWrongByte, "image/png"), "<Yf8=>");
}

TEST_F(ContentHandlings, ATemplateTakesNoBytes) {
  of(IntegrationType::http, {"image/*"});
  integration().request_templates = {{"image/png", "x"}};
  send(kWrongByte, "image/png");
  EXPECT_EQ(answer_.text, kMisconfigured);
  EXPECT_THAT(visit_->detail(), HasSubstr("CONVERT_TO_TEXT"));
  integration().request_templates.clear();
  integration().responses.front().response_templates = {{"image/png", "x"}};
  send(kWrongByte, "image/png", "image/png");
  EXPECT_EQ(asked(), kWrongByte);
  EXPECT_EQ(got(kWrongByte, "image/png"), kMisconfigured);
}

TEST_F(ContentHandlings, AMockOfAnApiWhereAllIsBinaryNeedsText) {
  of(IntegrationType::mock, {"*/*"});
  send({}, {}, "*/*");
  EXPECT_EQ(answer_.status, 500);
  EXPECT_EQ(answer_.text, kMisconfigured);
  integration().content_handling = H::convert_to_text;
  integration().responses.front().response_templates = {{"application/json", "{}"}};
  send({}, {}, "*/*");
  EXPECT_EQ(answer_.status, 200);
  EXPECT_EQ(answer_.text, "{}");
}

TEST_F(ContentHandlings, AMockCanAnswerBytes) {
  of(IntegrationType::mock);
  integration().responses.front().content_handling = H::convert_to_binary;
  integration().responses.front().response_templates = {{"image/x-icon", "Yf8="}};
  send({}, {}, {});
  EXPECT_EQ(answer_.text, kWrongByte);
  integration().responses.front().response_templates = {{"image/x-icon", "?"}};
  send({}, {}, {});
  EXPECT_EQ(answer_.text, kMisconfigured);
}

TEST_F(ContentHandlings, AFunctionsBase64IsAJsonText) {
  of(IntegrationType::aws);
  integration().responses.front().content_handling = H::convert_to_binary;
  send("{}", "application/json");
  EXPECT_EQ(returned(R"("Yf8=")"), kWrongByte);
  send("{}", "application/json");
  EXPECT_EQ(returned("Yf8="), kWrongByte);
  send("{}", "application/json");
  EXPECT_EQ(returned(R"({"a": 1})"), kMisconfigured);
  integration().responses.front().content_handling = H::passthrough;
  send("{}", "application/json");
  EXPECT_EQ(returned(R"("Yf8=")"), R"("Yf8=")");
}

}  // namespace
}  // namespace hoplab::aws::testing
