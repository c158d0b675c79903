// What a request validator asks of a request, and in which order.
#include "aws/apigateway/request_validation.h"

#include <gtest/gtest.h>

#include <map>

namespace hoplab::aws {
namespace {

JsonSchema schema(const char* text) {
  auto compiled = JsonSchema::compile(text);
  EXPECT_TRUE(compiled) << compiled.error();
  return std::move(compiled).value();
}

RequestValidationSettings settings() {
  return {true,
          true,
          {{"method.request.querystring.qs1", true},
           {"method.request.querystring.any", false},
           {"method.request.header.x-header-param", true},
           {"method.request.path.issuer", true}},
          {{"application/json", schema(R"({"required":["b"]})")},
           {"text/json", schema(R"({"type":"array"})")}}};
}

RequestValidation compile(RequestValidationSettings settings) {
  auto compiled = RequestValidation::compile(std::move(settings));
  EXPECT_TRUE(compiled) << compiled.error();
  return std::move(compiled).value();
}

ParameterLookup with(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const RequestParameter& parameter) {
    const auto found = values.find(parameter.name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

/// "none", "missing: ..." or "body: ...".
std::string problem_text(const RequestProblem& problem) {
  switch (problem.kind) {
    case RequestProblem::Kind::none: return "none";
    case RequestProblem::Kind::missing_parameters: return "missing: " + problem.missing;
    case RequestProblem::Kind::invalid_body: return "body: " + problem.validation_error;
  }
  return {};
}

const std::map<std::string, std::string> kComplete = {
    {"x-header-param", "a"}, {"issuer", "b"}, {"qs1", "c"}};
constexpr const char* kLacksB = R"(body: [object has missing required properties (["b"])])";

TEST(RequestValidation, ParametersComeFirstInTheOrderHeaderPathQuery) {
  const RequestValidation validation = compile(settings());
  EXPECT_EQ(problem_text(validation.check(with({}), std::nullopt, "{}")),
            "missing: x-header-param, issuer, qs1");
  EXPECT_EQ(
      problem_text(validation.check(with({{"issuer", "a"}, {"qs1", " \t"}, {"x-header-param", ""}}),
                                    std::nullopt, R"({"b":1})")),
      "missing: x-header-param, qs1")
      << "blank ones are missing";
  EXPECT_EQ(problem_text(validation.check(with(kComplete), std::nullopt, "{}")), kLacksB);
  EXPECT_EQ(problem_text(validation.check(with(kComplete), std::nullopt, R"({"b":1})")), "none");
}

TEST(RequestValidation, TheContentTypeChoosesTheModel) {
  const RequestValidation validation = compile(settings());
  const auto check = [&](std::optional<std::string_view> type, std::string_view body) {
    return problem_text(validation.check(with(kComplete), type, body));
  };
  EXPECT_EQ(check("Application/JSON; charset=utf-8", "{}"), kLacksB);
  EXPECT_EQ(check("text/json", "[]"), "none");
  EXPECT_EQ(check("text/plain", "{}"), "none") << "no model is of that type";
  EXPECT_EQ(check(std::nullopt, ""), "body: [Unknown error parsing request body]");
  RequestValidationSettings with_default = settings();
  with_default.request_models.insert(with_default.request_models.begin(),
                                     {"$default", schema(R"({"type":"null"})")});
  const RequestValidation any = compile(std::move(with_default));
  EXPECT_EQ(problem_text(any.check(with(kComplete), "text/json", "[]")), "none");
  EXPECT_EQ(problem_text(any.check(with(kComplete), "text/plain", "null")), "none");
  EXPECT_NE(problem_text(any.check(with(kComplete), "text/plain", "1")), "none");
}

TEST(RequestValidation, AValidatorLooksAtWhatItIsSetTo) {
  RequestValidationSettings body_only = settings();
  body_only.validate_request_parameters = false;
  EXPECT_EQ(problem_text(compile(std::move(body_only)).check(with({}), std::nullopt, "{}")),
            kLacksB);
  RequestValidationSettings parameters_only = settings();
  parameters_only.validate_request_body = false;
  const RequestValidation validation = compile(std::move(parameters_only));
  EXPECT_FALSE(validation.reads_body());
  EXPECT_EQ(problem_text(validation.check(with(kComplete), std::nullopt, "{}")), "none");
  EXPECT_EQ(problem_text(compile({}).check(with({}), std::nullopt, "")), "none");
}

TEST(RequestValidation, OtherNamesAreNoParameters) {
  for (const char* name :
       {"integration.request.header.a", "method.request.header.", "method.request.body.a", "a"}) {
    RequestValidationSettings wrong;
    wrong.request_parameters = {{name, true}};
    const auto compiled = RequestValidation::compile(std::move(wrong));
    ASSERT_FALSE(compiled) << name;
    EXPECT_TRUE(compiled.error().starts_with("\"" + std::string(name) + "\"")) << compiled.error();
  }
}

}  // namespace
}  // namespace hoplab::aws
