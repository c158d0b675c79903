// validate() on regular expressions and transforms of rules made in code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/validate.h"

namespace hoplab::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Field = RuleCondition::Field;
using Kind = Transform::Type;

constexpr char kRule[] = "/LoadBalancers/alb/Listeners/0/Rules/0";

Rule forwarding() {
  Rule rule;
  rule.conditions.emplace_back().values = {"/a"};
  rule.action.target_groups = {{"group", 1}};
  return rule;
}

Rule with_regexes(Field field, std::vector<std::string> regexes) {
  Rule rule = forwarding();
  rule.conditions[0] = {};
  rule.conditions[0].field = field;
  rule.conditions[0].regex_values = std::move(regexes);
  return rule;
}

Rule with_transforms(std::vector<Transform> transforms) {
  Rule rule = forwarding();
  rule.transforms = std::move(transforms);
  return rule;
}

/// "path: found: what is wrong" of an ALB with that rule.
std::vector<std::string> broken(const Rule& rule) {
  Topology topology;
  topology.entries = {"alb"};
  topology.services.emplace_back().name = "mine";
  TargetGroup& group = topology.target_groups.emplace_back();
  group.name = "group";
  group.health_check.protocol = "HTTP";
  group.targets.emplace_back().service = "mine";
  LoadBalancer& alb = topology.load_balancers.emplace_back();
  alb.name = "alb";
  alb.availability_zones = {"eu-west-1a"};
  Listener& listener = alb.listeners.emplace_back();
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action.target_groups.push_back({"group", 1});
  listener.rules = {rule};
  std::vector<std::string> texts;
  for (const Problem& one : validate(topology)) {
    std::string path = one.path;
    if (path.starts_with(kRule)) path.erase(0, sizeof kRule - 1);
    texts.push_back(path + ": " + one.found + ": " + one.rule);
  }
  return texts;
}

TEST(ValidateRegex, GoesWithHostPathAndHeader) {
  for (const Field field : {Field::host_header, Field::path_pattern, Field::http_header}) {
    EXPECT_THAT(broken(with_regexes(field, {"^a+$", "b|c"})), IsEmpty());
  }
  EXPECT_THAT(broken(with_regexes(Field::source_ip, {"10[.]"})),
              ElementsAre("/Conditions/0: RegexValues: a condition on source-ip has no regular "
                          "expressions"));
  EXPECT_THAT(broken(with_regexes(Field::http_request_method, {"GET"})),
              ElementsAre(HasSubstr("http-request-method has no regular expressions")));
}

TEST(ValidateRegex, HasOneKindOfValues) {
  Rule rule = with_regexes(Field::path_pattern, {"^/a"});
  rule.conditions[0].values = {"/a"};
  EXPECT_THAT(broken(rule), ElementsAre("/Conditions/0: Values and RegexValues: a condition has "
                                        "one of the two"));
}

TEST(ValidateRegex, HasAtMost128Characters) {
  EXPECT_THAT(broken(with_regexes(Field::path_pattern, {std::string(128, 'a')})), IsEmpty());
  EXPECT_THAT(broken(with_regexes(Field::path_pattern, {std::string(129, 'a')})),
              ElementsAre(HasSubstr("a regular expression has at most 128 characters")));
}

TEST(ValidateRegex, IsOfAwssDialect) {
  EXPECT_THAT(broken(with_regexes(Field::host_header, {"^a", "(?=a)"})),
              ElementsAre("/Conditions/0: \"(?=a)\": AWS's regular expressions have no lookahead: "
                          "(?="));
}

TEST(ValidateRegex, CountsAsAMatchEvaluationAndItsCharactersAreNoWildcards) {
  EXPECT_THAT(broken(with_regexes(Field::path_pattern, {".*.*.*.*", "a?b?c?d?", "x*"})), IsEmpty());
  EXPECT_THAT(broken(with_regexes(Field::path_pattern, {"a", "b", "c", "d"})),
              ElementsAre(HasSubstr("4 values: a condition on path-pattern takes at most 3")));
  Rule rule = with_regexes(Field::path_pattern, {"a", "b", "c"});
  rule.conditions.push_back(with_regexes(Field::host_header, {"a", "b", "c"}).conditions[0]);
  EXPECT_THAT(broken(rule), ElementsAre(HasSubstr("6 values in its conditions")));
}

TEST(ValidateTransforms, OneOfEachKindIsGood) {
  EXPECT_THAT(broken(with_transforms(
                  {{Kind::host_header_rewrite, "^a", "b"}, {Kind::url_rewrite, "^/a", "/b"}})),
              IsEmpty());
  EXPECT_THAT(broken(with_transforms({{Kind::url_rewrite, "^/(a)", "$1$2"}})), IsEmpty())
      << "it fails when a request comes, as on AWS";
}

TEST(ValidateTransforms, ASecondOfAKindIsNot) {
  EXPECT_THAT(
      broken(with_transforms({{Kind::url_rewrite, "^/a", "/b"}, {Kind::url_rewrite, "c", "d"}})),
      ElementsAre("/Transforms/1: a second url-rewrite: a rule has at most one of this kind"));
}

TEST(ValidateTransforms, BothTextsHaveAtMost1024Characters) {
  const std::string fits(1024, 'a'), long_text(1025, 'a');
  EXPECT_THAT(broken(with_transforms({{Kind::url_rewrite, fits, "/" + fits.substr(1)}})),
              IsEmpty());
  EXPECT_THAT(broken(with_transforms({{Kind::host_header_rewrite, long_text, long_text}})),
              ElementsAre(HasSubstr("/Transforms/0/HostHeaderRewriteConfig/Rewrites/0/Regex: "),
                          HasSubstr("/Transforms/0/HostHeaderRewriteConfig/Rewrites/0/Replace: ")));
}

TEST(ValidateTransforms, ExpressionsAreOfAwssDialect) {
  EXPECT_THAT(broken(with_transforms({{Kind::url_rewrite, "(a", ""}})),
              ElementsAre("/Transforms/0/UrlRewriteConfig/Rewrites/0/Regex: \"(a\": it is no "
                          "regular expression: missing ): (a"));
}

TEST(ValidateTransforms, GoWithRulesThatForward) {
  Rule rule = with_transforms({{Kind::url_rewrite, "^/a", "/b"}});
  rule.action = {};
  rule.action.type = Action::Type::fixed_response;
  EXPECT_THAT(broken(rule),
              ElementsAre("/Transforms: : a rule that does not forward has nothing to transform"));
}

}  // namespace
}  // namespace hoplab::model
