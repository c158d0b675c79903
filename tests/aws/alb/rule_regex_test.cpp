// Regular expressions in conditions, and which rule a transform belongs to (alb-features.md 5).
#include <gtest/gtest.h>

#include "aws/alb/rule_router.h"
#include "message_lab.h"

namespace hoplab::aws {
namespace {

using Field = model::RuleCondition::Field;

model::RuleCondition regex_condition(Field field, std::vector<std::string> regexes) {
  model::RuleCondition out;
  out.field = field;
  out.regex_values = std::move(regexes);
  if (field == Field::http_header) out.http_header_name = "x-version";
  return out;
}

bool regex_passes(const model::RuleCondition& condition, std::initializer_list<http::Field> fields,
                  std::string_view target = "/") {
  auto listener = std::make_shared<model::Listener>();
  listener->rules.emplace_back().conditions = {condition};
  http::Request request;
  lab::fill(request, fields, target);
  return RuleRouter(std::move(listener)).route(request, "10.0.0.1").priority == 1;
}

bool path_regex_passes(std::string regex, std::string_view target) {
  return regex_passes(regex_condition(Field::path_pattern, {std::move(regex)}), {{"Host", "a.com"}},
                      target);
}

bool host_regex_passes(std::string regex, std::string_view host) {
  return regex_passes(regex_condition(Field::host_header, {std::move(regex)}), {{"Host", host}});
}

bool header_regex_passes(std::string regex, std::string_view value) {
  return regex_passes(regex_condition(Field::http_header, {std::move(regex)}),
                      {{"Host", "a.com"}, {"X-Version", "v0"}, {"X-VERSION", value}});
}

TEST(RegexCondition, OfAPathIsSearchedForMattersInCaseAndSeesNoQuery) {
  EXPECT_TRUE(path_regex_passes("^/api/v[12]/", "/api/v2/x?y"));
  EXPECT_FALSE(path_regex_passes("^/api/v[12]/", "/API/v2/x"));
  EXPECT_FALSE(path_regex_passes("^/api/v[12]/", "/api/v3/"));
  EXPECT_TRUE(path_regex_passes("v[12]", "/api/v2/x"));
  EXPECT_TRUE(path_regex_passes("x$", "/x?y"));
  EXPECT_FALSE(path_regex_passes("y", "/x?y"));
}

TEST(RegexCondition, OfAPathSeesItNormalised) {
  EXPECT_TRUE(path_regex_passes("^/admin/", "/public/../%61dmin/"));
}

TEST(RegexCondition, OfAHostIgnoresCaseAndPort) {
  EXPECT_TRUE(host_regex_passes("^(api|www)\\.example\\.com$", "API.Example.com:8443"));
  EXPECT_FALSE(host_regex_passes("^(api|www)\\.example\\.com$", "ftp.example.com"));
  EXPECT_FALSE(host_regex_passes("^(api|www)\\.example\\.com$", "api.example.com.evil.com"));
}

TEST(RegexCondition, OfAHeaderIgnoresCaseAndLooksAtEveryLine) {
  EXPECT_TRUE(header_regex_passes("^V[1-9]$", "v2"));
  EXPECT_FALSE(header_regex_passes("^V[1-9]$", "v20"));
}

TEST(RegexCondition, AnyOfSeveralWillDo) {
  EXPECT_TRUE(regex_passes(regex_condition(Field::path_pattern, {"^/a", "^/b"}),
                           {{"Host", "a.com"}}, "/b"));
  EXPECT_FALSE(regex_passes(regex_condition(Field::path_pattern, {"^/a", "^/b"}),
                            {{"Host", "a.com"}}, "/c"));
}

TEST(RuleTransforms, BelongToTheirRuleWhateverTheOrderInTheListener) {
  auto listener = std::make_shared<model::Listener>();
  for (const int priority : {30, 20, 10}) {
    model::Rule& rule = listener->rules.emplace_back();
    rule.priority = priority;
    rule.conditions = {regex_condition(Field::path_pattern, {"^/" + std::to_string(priority)})};
    if (priority == 20) {
      rule.transforms = {{model::Transform::Type::url_rewrite, "^/20", "/twenty"}};
    }
  }
  const RuleRouter router(listener);
  for (const char* path : {"/10", "/20", "/30", "/40"}) {
    http::Request request;
    lab::fill(request, {{"Host", "a.com"}}, path);
    const auto match = router.route(request, "10.0.0.1");
    const Transforms* transforms = router.transforms(match);
    ASSERT_EQ(transforms != nullptr, std::string_view(path) == "/20") << path;
    http::Response response;
    if (transforms) {
      EXPECT_EQ(transforms->apply(request, response), std::nullopt);
    }
    EXPECT_EQ(request.target, transforms ? "/twenty" : path);
  }
}

}  // namespace
}  // namespace hoplab::aws
