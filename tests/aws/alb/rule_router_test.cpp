// Listener rules: AWS "Condition types for listener rules" (alb.md 6.1).
#include "aws/alb/rule_router.h"

#include <gtest/gtest.h>

#include "message_lab.h"

namespace hoplab::aws {
namespace {

using Field = model::RuleCondition::Field;

model::RuleCondition condition(Field field, std::vector<std::string> values) {
  model::RuleCondition out;
  out.field = field;
  out.values = std::move(values);
  return out;
}

model::RuleCondition header(std::string name, std::vector<std::string> values) {
  model::RuleCondition out = condition(Field::http_header, std::move(values));
  out.http_header_name = std::move(name);
  return out;
}

model::RuleCondition query(std::vector<std::pair<std::string, std::string>> pairs) {
  model::RuleCondition out;
  out.field = Field::query_string;
  out.query = std::move(pairs);
  return out;
}

model::Rule rule(int priority, std::vector<model::RuleCondition> conditions) {
  model::Rule out;
  out.priority = priority;
  out.conditions = std::move(conditions);
  return out;
}

std::shared_ptr<const model::Listener> listener(std::vector<model::Rule> rules) {
  auto out = std::make_shared<model::Listener>();
  out->rules = std::move(rules);
  return out;
}

/// Whether a request gets past one condition.
bool passes(const model::RuleCondition& condition, const http::Request& request,
            std::string_view source_ip = "10.0.0.1") {
  const auto one = listener({rule(7, {condition})});
  return RuleRouter(one).route(request, source_ip).priority == 7;
}

bool path_passes(std::string pattern, std::string_view target) {
  http::Request request;
  lab::fill(request, {{"Host", "a.com"}}, target);
  return passes(condition(Field::path_pattern, {std::move(pattern)}), request);
}

bool host_passes(std::string pattern, std::string_view authority) {
  http::Request request;
  lab::fill(request, {{"Host", authority}});
  return passes(condition(Field::host_header, {std::move(pattern)}), request);
}

bool query_passes(std::pair<std::string, std::string> wanted, std::string_view target) {
  http::Request request;
  lab::fill(request, {{"Host", "a.com"}}, target);
  return passes(query({std::move(wanted)}), request);
}

bool source_passes(std::string network, std::string_view ip) {
  http::Request request;
  lab::fill(request, {{"Host", "a.com"}});
  return passes(condition(Field::source_ip, {std::move(network)}), request, ip);
}

bool header_passes(std::string pattern, std::initializer_list<http::Field> fields) {
  http::Request request;
  lab::fill(request, fields);
  return passes(header("x-version", {std::move(pattern)}), request);
}

TEST(RuleRouter, NoRulesGiveTheDefaultAction) {
  const auto one = listener({});
  http::Request request;
  lab::fill(request, {{"Host", "a.com"}});
  const RuleRouter router(one);
  const auto match = router.route(request, "10.0.0.1");
  EXPECT_EQ(&router.action(match), &one->default_action);
  EXPECT_EQ(match.priority, 0);
}

TEST(RuleRouter, NoMatchingRuleGivesTheDefaultAction) {
  const auto one = listener({rule(1, {condition(Field::path_pattern, {"/other"})})});
  http::Request request;
  lab::fill(request, {{"Host", "a.com"}}, "/this");
  const RuleRouter router(one);
  EXPECT_EQ(&router.action(router.route(request, "10.0.0.1")), &one->default_action);
}

TEST(RuleRouter, LowestPriorityWinsWhateverTheOrderInTheListener) {
  const auto one = listener({rule(30, {condition(Field::path_pattern, {"/*"})}),
                             rule(10, {condition(Field::path_pattern, {"/x"})}),
                             rule(20, {condition(Field::path_pattern, {"/*"})})});
  const RuleRouter router(one);
  http::Request x, y;
  lab::fill(x, {{"Host", "a.com"}}, "/x");
  lab::fill(y, {{"Host", "a.com"}}, "/y");
  EXPECT_EQ(router.route(x, "10.0.0.1").priority, 10);
  EXPECT_EQ(&router.action(router.route(x, "10.0.0.1")), &one->rules[1].action);
  EXPECT_EQ(router.route(y, "10.0.0.1").priority, 20);
}

TEST(RuleRouter, ConditionsAreAndedAndValuesOred) {
  const auto one = listener({rule(1, {condition(Field::host_header, {"a.com", "b.com"}),
                                      condition(Field::path_pattern, {"/1", "/2"})})});
  const RuleRouter router(one);
  const struct {
    std::string_view host, target;
    int priority;
  } rows[] = {{"a.com", "/1", 1}, {"b.com", "/2", 1}, {"c.com", "/1", 0}, {"a.com", "/3", 0}};
  for (const auto& row : rows) {
    http::Request request;
    lab::fill(request, {{"Host", row.host}}, row.target);
    EXPECT_EQ(router.route(request, "10.0.0.1").priority, row.priority) << row.host << row.target;
  }
}

TEST(HostCondition, IgnoresCaseAndPort) {
  EXPECT_TRUE(host_passes("Api.Example.com", "aPI.example.COM"));
  EXPECT_TRUE(host_passes("api.example.com", "api.example.com:8443"));
  EXPECT_TRUE(host_passes("[::1]", "[::1]:8443"));
  EXPECT_FALSE(host_passes("api.example.com", "example.com"));
}

TEST(HostCondition, WildcardsTakeDotsButAStarBeforeADotNeedsTheDot) {
  EXPECT_TRUE(host_passes("*.example.com", "a.example.com"));
  EXPECT_TRUE(host_passes("*.example.com", "a.b.example.com"));
  EXPECT_FALSE(host_passes("*.example.com", "example.com"));
  EXPECT_TRUE(host_passes("ap?.example.com", "api.example.com"));
  EXPECT_FALSE(host_passes("api?.example.com", "api.example.com"));
}

TEST(PathCondition, MattersInCaseAndSeesNoQuery) {
  EXPECT_TRUE(path_passes("/img/*", "/img/a.png?x=1"));
  EXPECT_FALSE(path_passes("/img/*", "/IMG/a.png"));
  EXPECT_FALSE(path_passes("/img/*", "/other?x=/img/a.png"));
  EXPECT_TRUE(path_passes("/img", "/img?x=1"));
  EXPECT_FALSE(path_passes("/img/*", "/img"));
  EXPECT_TRUE(path_passes("/img*", "/img"));
}

TEST(PathCondition, StarCrossesSlashesAndMayBeTriedAgain) {
  EXPECT_TRUE(path_passes("/*/end", "/a/b/c/end"));
  EXPECT_TRUE(path_passes("*a*b", "/xaab"));
  EXPECT_TRUE(path_passes("/a*a*a", "/aaaa"));
  EXPECT_FALSE(path_passes("/a*a*a", "/aa"));
  EXPECT_TRUE(path_passes("/a?c", "/a/c"));
}

TEST(PathCondition, SeesTheNormalisedPath) {
  EXPECT_TRUE(path_passes("/admin/*", "/%61dmin/x"));
  EXPECT_TRUE(path_passes("/admin/*", "/public/../admin/x"));
  EXPECT_TRUE(path_passes("/admin/*", "/public/%2e%2E/admin/x"));
  EXPECT_TRUE(path_passes("/admin/", "/./admin/x/.."));
  EXPECT_TRUE(path_passes("/x", "/../../x"));
  EXPECT_FALSE(path_passes("/a/b", "/a%2Fb"));  // a reserved character keeps its meaning
  EXPECT_TRUE(path_passes("/.well-known/*", "/.well-known/x"));
  EXPECT_TRUE(path_passes("/a*", "/a%zz%4"));
}

TEST(PathCondition, TakesABackslashLiterally) {
  EXPECT_TRUE(path_passes("/a\\*", "/a\\b"));
}

TEST(HeaderCondition, IgnoresCaseInNameAndValue) {
  EXPECT_TRUE(header_passes("V2*", {{"Host", "a.com"}, {"X-Version", "v2.1"}}));
  EXPECT_FALSE(header_passes("V2*", {{"Host", "a.com"}, {"X-Version", "v1"}}));
  EXPECT_FALSE(header_passes("*", {{"Host", "a.com"}}));
}

TEST(HeaderCondition, LooksAtEveryLineOfThatName) {
  EXPECT_TRUE(header_passes("v2", {{"X-Version", "v1"}, {"x-version", "v2"}}));
}

TEST(MethodCondition, MattersInCaseAndKnowsNoWildcards) {
  http::Request request;
  lab::fill(request, {{"Host", "a.com"}});
  EXPECT_TRUE(passes(condition(Field::http_request_method, {"POST", "GET"}), request));
  EXPECT_FALSE(passes(condition(Field::http_request_method, {"get"}), request));
  EXPECT_FALSE(passes(condition(Field::http_request_method, {"*"}), request));
}

TEST(QueryCondition, IgnoresCaseInKeyAndValue) {
  EXPECT_TRUE(query_passes({"Version", "V*"}, "/?a=b&version=v1"));
  EXPECT_FALSE(query_passes({"version", "v1"}, "/?version=v2&xversion=v1"));
  EXPECT_FALSE(query_passes({"version", "v1"}, "/version=v1"));
}

TEST(QueryCondition, EmptyKeyIsAnyKey) {
  EXPECT_TRUE(query_passes({"", "v1"}, "/?anything=v1"));
  EXPECT_FALSE(query_passes({"", "v1"}, "/?v1"));
}

TEST(QueryCondition, BackslashMakesAWildcardLiteral) {
  EXPECT_TRUE(query_passes({"q", "a\\*"}, "/?q=a*"));
  EXPECT_FALSE(query_passes({"q", "a\\*"}, "/?q=ab"));
  EXPECT_TRUE(query_passes({"q", "\\?"}, "/?q=?"));
  EXPECT_FALSE(query_passes({"q", "\\?"}, "/?q=x"));
  EXPECT_TRUE(query_passes({"q", "\\\\"}, "/?q=\\"));
}

TEST(QueryCondition, CopesWithOddQueries) {
  EXPECT_TRUE(query_passes({"flag", "*"}, "/?&&flag&"));
  EXPECT_TRUE(query_passes({"a", "b=c"}, "/?a=b=c"));
  EXPECT_FALSE(query_passes({"a", "b"}, "/?"));
}

TEST(SourceCondition, MatchesNetworksOfItsFamilyOnly) {
  const struct {
    const char* network;
    const char* ip;
    bool matches;
  } rows[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"192.168.4.0/22", "192.168.7.9", true},
      {"192.168.4.0/22", "192.168.8.0", false},
      {"10.0.0.1/32", "10.0.0.1", true},
      {"10.0.0.1/32", "10.0.0.2", false},
      {"0.0.0.0/0", "1.2.3.4", true},
      {"0.0.0.0/0", "::1", false},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"::/0", "10.0.0.1", false},
      {"10.0.0.0/8", "not an address", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(source_passes(row.network, row.ip), row.matches) << row.network << " " << row.ip;
  }
}

TEST(SourceCondition, SeesThePeerAndNotForwardedFor) {
  http::Request request;
  lab::fill(request, {{"Host", "a.com"}, {"X-Forwarded-For", "10.0.0.1"}});
  EXPECT_FALSE(passes(condition(Field::source_ip, {"10.0.0.0/8"}), request, "172.31.0.5"));
}

}  // namespace
}  // namespace hoplab::aws
