// Where the parameters of integration requests and method responses come from.
#include "aws/apigateway/mapping/parameter_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hoplab::aws {
namespace {

using Side = ParameterMapping::Side;
using Texts = std::vector<std::string>;

constexpr const char* kBody =
    R"({"pets": [{"name": "Rex", "age": 3, "ok": true, "none": null}], "price": 1.50})";

Result<Texts> values(std::string_view expression, Side side, std::string payload = kBody) {
  const auto mapping = ParameterMapping::compile(expression, side);
  if (!mapping) return mapping.failure();
  const MappingBody body(std::move(payload));
  MappingInput input;
  input.body = &body;
  input.path = {{"id", "42"}};
  input.querystring = {{"q", "1"}, {"q", "2"}, {"Q", "3"}};
  input.header = {{"X-One", "a"}, {"x-one", "b"}, {"Accept", "*/*"}};
  input.integration_header = {{"ETag", "e"}, {"Set-Cookie", "c=1"}, {"set-cookie", "d=2"}};
  input.stage_variables = {{"url", "https://x"}};
  input.context = [](std::string_view name) -> std::optional<nlohmann::ordered_json> {
    if (name == "identity.sourceIp") return "10.0.0.7";
    if (name == "requestTimeEpoch") return 1714559999000;
    return std::nullopt;
  };
  return mapping.value().values(input);
}

struct SourceCase {
  const char* expression;
  Texts values;
};

TEST(ParameterMapping, TakesFromTheRequest) {
  for (const SourceCase& one : {
           SourceCase{"method.request.path.id", {"42"}},
           {"method.request.path.ID", {}},
           {"method.request.querystring.q", {"2"}},
           {"method.request.querystring.none", {}},
           {"method.request.multivaluequerystring.q", {"1", "2"}},
           {"method.request.header.x-one", {"b"}},
           {"method.request.header.ACCEPT", {"*/*"}},
           {"method.request.multivalueheader.X-One", {"a", "b"}},
           {"method.request.body", {kBody}},
           {"method.request.body.pets[0].name", {"Rex"}},
           {"method.request.body.pets[0].age", {"3"}},
           {"method.request.body.pets[0].ok", {"true"}},
           {"method.request.body.pets[0].none", {}},
           {"method.request.body.pets[1].name", {}},
           {"method.request.body.price", {"1.5"}},
           {"method.request.body.pets[*].name", {R"(["Rex"])"}},
           {"method.request.body.$.pets[0]", {R"({"name":"Rex","age":3,"ok":true,"none":null})"}},
           {"context.identity.sourceIp", {"10.0.0.7"}},
           {"context.requestTimeEpoch", {"1714559999000"}},
           {"context.nothing", {}},
           {"stageVariables.url", {"https://x"}},
           {"'it is so'", {"it is so"}},
           {"''", {""}},
           {"'a,'b''", {"a,'b'"}},
       }) {
    const auto found = values(one.expression, Side::request);
    ASSERT_TRUE(found) << one.expression << ": " << found.error();
    EXPECT_EQ(found.value(), one.values) << one.expression;
  }
}

TEST(ParameterMapping, TakesFromTheResponse) {
  for (const SourceCase& one : {
           SourceCase{"integration.response.header.etag", {"e"}},
           {"integration.response.header.Set-Cookie", {"d=2"}},
           {"integration.response.multivalueheader.Set-Cookie", {"c=1", "d=2"}},
           {"integration.response.body.pets[0].name", {"Rex"}},
           {"integration.response.body", {kBody}},
           {"context.identity.sourceIp", {"10.0.0.7"}},
           {"'*'", {"*"}},
       }) {
    const auto found = values(one.expression, Side::response);
    ASSERT_TRUE(found) << one.expression << ": " << found.error();
    EXPECT_EQ(found.value(), one.values) << one.expression;
  }
}

TEST(ParameterMapping, PayloadsMayBeNoJson) {
  EXPECT_EQ(values("method.request.body", Side::request, "").value(), Texts{"{}"});
  EXPECT_EQ(values("method.request.body", Side::request, "<a/>").value(), Texts{"<a/>"});
  EXPECT_EQ(values("method.request.body.a", Side::request, "<a/>").value(), Texts{});
  for (const char* const expression : {"method.request.body", "method.request.body.a"}) {
    EXPECT_EQ(values(expression, Side::request, "\n{wrong").error(),
              "Invalid JSON in request body");
  }
}

TEST(ParameterMapping, SaysWhatIsNoExpression) {
  for (const char* const expression :
       {"", "id", "method.request.path.", "method.request.cookie.x", "method.request.header.a b",
        "integration.response.header.x", "method.request.bodyx", "context.", "stageVariables",
        "method.request.header.x\n"}) {
    const auto found = values(expression, Side::request);
    EXPECT_THAT(found.error(), ::testing::HasSubstr("is no mapping expression")) << expression;
  }
  EXPECT_THAT(values("method.request.header.x", Side::response).error(),
              ::testing::HasSubstr("it takes integration.response."));
  EXPECT_EQ(values("'open", Side::request).error(), "'open has no quote at its end");
  EXPECT_THAT(values("method.request.body.a[", Side::request).error(),
              ::testing::HasSubstr("is no JSONPath"));
}

}  // namespace
}  // namespace hoplab::aws
