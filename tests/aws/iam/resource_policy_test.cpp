// Resource policies: operators, missing keys, wildcards, and what is refused.
#include "aws/iam/resource_policy.h"

#include <gtest/gtest.h>

#include "aws/iam/wildcard.h"
#include "base/glob.h"

namespace hoplab::aws {
namespace {

const PolicyScope kScope{"eu-west-1", "111122223333", "abcde12345"};

Result<ResourcePolicy> parse(const std::string& json) {
  return ResourcePolicy::parse(json, kScope);
}

std::string allow_when(const std::string& condition) {
  return R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke",)"
         R"("Resource":"*","Condition":)" +
         condition + "}}";
}
std::string allow_on(const std::string& resource) {
  return R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke",)"
         R"("Resource":)" +
         resource + "}]}";
}

RequestContext request() {
  RequestContext context;
  context.resource = "prod/GET/widgets/1";
  context.vpc_source_ip = "10.0.1.25";
  context.source_vpc = "vpc-1";
  context.source_vpce = "vpce-1";
  context.now = Time{std::chrono::seconds(1'600'000'000)};  // 2020-09-13T12:26:40Z
  return context;
}

bool allows(const std::string& json, const RequestContext& context = request()) {
  const auto policy = parse(json);
  EXPECT_TRUE(policy) << policy.error() << "\n" << json;
  return policy && policy.value().evaluate(context) == PolicyDecision::allowed;
}

struct ConditionRow {
  const char* condition;
  bool holds;
};

TEST(ResourcePolicy, EachOperatorOnKeysThatArePresent) {
  const ConditionRow rows[] = {
      {R"({"StringEquals":{"aws:SourceVpce":"vpce-1"}})", true},
      {R"({"StringEquals":{"aws:SourceVpce":"VPCE-1"}})", false},
      {R"({"StringEquals":{"aws:SourceVpce":["vpce-2","vpce-1"]}})", true},
      {R"({"StringEquals":{"AWS:sourcevpce":"vpce-1"}})", true},
      {R"({"StringNotEquals":{"aws:SourceVpce":"vpce-1"}})", false},
      {R"({"StringNotEquals":{"aws:SourceVpce":["vpce-2","vpce-1"]}})", false},
      {R"({"StringNotEquals":{"aws:SourceVpce":["vpce-2","vpce-3"]}})", true},
      {R"({"StringEqualsIgnoreCase":{"aws:SourceVpce":"VPCE-1"}})", true},
      {R"({"StringNotEqualsIgnoreCase":{"aws:SourceVpce":"VPCE-1"}})", false},
      {R"({"StringLike":{"aws:SourceVpc":"vpc-?"}})", true},
      {R"({"StringLike":{"aws:SourceVpc":"vpc-??"}})", false},
      {R"({"StringNotLike":{"aws:SourceVpc":"vpc-*"}})", false},
      {R"({"StringEquals":{"aws:SourceVpc":"vpc-*"}})", false},
      {R"({"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/16"}})", true},
      {R"({"IpAddress":{"aws:VpcSourceIp":["192.168.0.0/24","10.0.1.25"]}})", true},
      {R"({"IpAddress":{"aws:VpcSourceIp":"10.0.1.0/28"}})", false},
      {R"({"IpAddress":{"aws:VpcSourceIp":"10.0.1.16/28"}})", true},
      {R"({"IpAddress":{"aws:VpcSourceIp":"0.0.0.0/0"}})", true},
      {R"({"NotIpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}})", false},
      {R"({"NotIpAddress":{"aws:VpcSourceIp":"11.0.0.0/8"}})", true},
      {R"({"Bool":{"aws:SecureTransport":"true"}})", true},
      {R"({"Bool":{"aws:SecureTransport":false}})", false},
      {R"({"NumericEquals":{"aws:EpochTime":"1600000000"}})", true},
      {R"({"NumericNotEquals":{"aws:EpochTime":1600000000}})", false},
      {R"({"NumericLessThan":{"aws:EpochTime":"1600000000"}})", false},
      {R"({"NumericLessThanEquals":{"aws:EpochTime":"1600000000"}})", true},
      {R"({"NumericGreaterThan":{"aws:EpochTime":"1599999999"}})", true},
      {R"({"NumericGreaterThanEquals":{"aws:EpochTime":"1600000001"}})", false},
      {R"({"DateEquals":{"aws:CurrentTime":"2020-09-13T12:26:40Z"}})", true},
      {R"({"DateEquals":{"aws:CurrentTime":"2020-09-13T14:26:40+02:00"}})", true},
      {R"({"DateNotEquals":{"aws:CurrentTime":"2020-09-13T12:26:40.0Z"}})", false},
      {R"({"DateLessThan":{"aws:CurrentTime":"2020-09-13T12:26:41Z"}})", true},
      {R"({"DateLessThanEquals":{"aws:CurrentTime":"2020-09-13T12:26:39Z"}})", false},
      {R"({"DateGreaterThan":{"aws:CurrentTime":"2020-09-13"}})", true},
      {R"({"DateGreaterThanEquals":{"aws:EpochTime":"1600000000"}})", true},
      {R"({"Null":{"aws:SourceVpce":"false"}})", true},
      {R"({"Null":{"aws:SourceVpce":"true"}})", false},
      {R"({"ForAnyValue:StringEquals":{"aws:SourceVpce":["a","vpce-1"]}})", true},
      {R"({"ForAllValues:StringEquals":{"aws:SourceVpce":["a","b"]}})", false},
      {R"({"StringEqualsIfExists":{"aws:SourceVpce":"other"}})", false},
      {R"({"StringEquals":{"aws:SourceVpce":"vpce-1","aws:SourceVpc":"vpc-2"}})", false},
      {R"({"StringEquals":{"aws:SourceVpce":"vpce-1"},"Bool":{"aws:SecureTransport":true}})", true},
  };
  for (const ConditionRow& row : rows)
    EXPECT_EQ(allows(allow_when(row.condition)), row.holds) << row.condition;
}

TEST(ResourcePolicy, MissingKeysMakeOnlyNegatedAndIfExistsOperatorsTrue) {
  const ConditionRow rows[] = {
      {R"({"StringEquals":{"aws:UserAgent":"curl"}})", false},
      {R"({"StringNotEquals":{"aws:UserAgent":"curl"}})", true},
      {R"({"StringLike":{"aws:Referer":"*"}})", false},
      {R"({"StringNotLike":{"aws:Referer":"*"}})", true},
      {R"({"StringEqualsIfExists":{"aws:UserAgent":"curl"}})", true},
      {R"({"StringNotEqualsIfExists":{"aws:UserAgent":"curl"}})", true},
      {R"({"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}})", false},
      {R"({"NotIpAddress":{"aws:SourceIp":"0.0.0.0/0"}})", true},
      {R"({"IpAddressIfExists":{"aws:SourceIp":"203.0.113.0/24"}})", true},
      {R"({"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"}})", false},
      {R"({"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::bucket"}})", false},
      {R"({"ArnNotEquals":{"aws:SourceArn":"arn:aws:s3:::bucket"}})", true},
      {R"({"ArnNotLike":{"aws:SourceArn":"arn:aws:s3:::*"}})", true},
      {R"({"Null":{"aws:SourceIp":"true"}})", true},
      {R"({"Null":{"aws:Referer":false}})", false},
      {R"({"ForAnyValue:StringNotEquals":{"aws:Referer":"x"}})", false},
      {R"({"ForAllValues:StringEquals":{"aws:Referer":"x"}})", true},
  };
  for (const ConditionRow& row : rows)
    EXPECT_EQ(allows(allow_when(row.condition)), row.holds) << row.condition;
}

TEST(ResourcePolicy, Ipv6RangesMatchIpv6Callers) {
  auto context = request();
  context.vpc_source_ip = "2001:db8::7";
  EXPECT_TRUE(allows(allow_when(R"({"IpAddress":{"aws:VpcSourceIp":"2001:db8::/32"}})"), context));
  EXPECT_FALSE(allows(allow_when(R"({"IpAddress":{"aws:VpcSourceIp":"2001:db9::/32"}})"), context));
  EXPECT_FALSE(allows(allow_when(R"({"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}})"), context));
}

TEST(ResourcePolicy, WildcardsInResourcesCrossSlashes) {
  EXPECT_TRUE(allows(allow_on(R"("execute-api:/*")")));
  EXPECT_TRUE(allows(allow_on(R"("execute-api:/prod/*/widgets*")")));
  EXPECT_TRUE(allows(allow_on(R"("execute-api:/prod/*1")")));
  EXPECT_TRUE(allows(allow_on(R"("execute-api:/prod?GET?widgets?1")")));
  EXPECT_TRUE(allows(
      allow_on(R"("arn:aws:execute-api:eu-west-1:111122223333:abcde12345/prod/GET/widgets/1")")));
  EXPECT_TRUE(allows(allow_on(R"("arn:aws:execute-api:*:*:*/*/GET/*")")));
  EXPECT_TRUE(allows(allow_on(R"("arn:aws:execute-api:eu-west-1:*/widgets/1")")));
  EXPECT_TRUE(allows(allow_on(R"(["execute-api:/dev/*","execute-api:/prod/*"])")));
  EXPECT_FALSE(allows(allow_on(R"("execute-api:/dev/*")")));
  EXPECT_FALSE(allows(allow_on(R"("execute-api:/prod/POST/*")")));
  EXPECT_FALSE(allows(allow_on(R"("execute-api:/prod/GET/widgets")")));
  EXPECT_FALSE(allows(allow_on(R"("arn:aws:execute-api:eu-west-1:111122223333:zzzzz99999/*")")));
}

TEST(ResourcePolicy, NotResourceAndNotActionInvert) {
  const std::string head = R"({"Statement":[{"Effect":"Allow","Principal":"*",)";
  EXPECT_FALSE(allows(head + R"("Action":"*","NotResource":"execute-api:/prod/*"}]})"));
  EXPECT_TRUE(allows(head + R"("Action":"*","NotResource":"execute-api:/dev/*"}]})"));
  EXPECT_FALSE(allows(head + R"("NotAction":"execute-api:Invoke","Resource":"*"}]})"));
  EXPECT_TRUE(allows(head + R"("NotAction":"execute-api:InvalidateCache","Resource":"*"}]})"));
}

TEST(ResourcePolicy, OnlyAStarPrincipalCoversAnonymousCallers) {
  const auto with = [](const std::string& principal) {
    return R"({"Statement":[{"Effect":"Allow",)" + principal +
           R"(,"Action":["execute-api:invoke"],"Resource":"*"}]})";
  };
  EXPECT_TRUE(allows(with(R"("Principal":"*")")));
  EXPECT_TRUE(allows(with(R"("Principal":{"AWS":["arn:aws:iam::1:root","*"]})")));
  EXPECT_FALSE(allows(with(R"("Principal":{"AWS":"arn:aws:iam::111122223333:root"})")));
  EXPECT_FALSE(allows(with(R"("Principal":{"Service":"*"})")));
  EXPECT_TRUE(allows(with(R"("NotPrincipal":{"AWS":"arn:aws:iam::111122223333:root"})")));
}

TEST(ResourcePolicy, AnyDenyWinsAndNothingIsAnImplicitDeny) {
  const auto policy = parse(R"({"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"},
    {"Effect":"Deny","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*",
     "Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}]})");
  ASSERT_TRUE(policy) << policy.error();
  auto context = request();
  EXPECT_EQ(policy.value().evaluate(context), PolicyDecision::allowed);
  context.source_vpce = "vpce-2";
  EXPECT_EQ(policy.value().evaluate(context), PolicyDecision::explicit_deny);
  context.source_vpce = std::nullopt;
  EXPECT_EQ(policy.value().evaluate(context), PolicyDecision::explicit_deny);

  const auto narrow = parse(allow_on(R"("execute-api:/dev/*")"));
  ASSERT_TRUE(narrow);
  EXPECT_EQ(narrow.value().evaluate(request()), PolicyDecision::implicit_deny);
}

TEST(ResourcePolicy, RefusesByNameWhatHasNoEffect) {
  const std::pair<std::string, const char*> rows[] = {
      {"{", "is not valid JSON"},
      {"[]", "must be a JSON object"},
      {allow_when(R"({"Bool":{"aws:SecureTransport":true},"Bool":{"aws:SecureTransport":false}})"),
       "key Bool is there twice"},
      {"{}", "has no Statement"},
      {R"({"Statement":[]})", "empty list"},
      {R"({"Statement":[],"Versoin":"1"})", "unknown element Versoin"},
      {R"({"Version":"2020-01-01","Statement":[]})", "2020-01-01"},
      {R"({"Statement":[{"Effect":"allow"}]})", "Effect must be"},
      {R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})", "Principal"},
      {R"({"Statement":[{"Effect":"Allow","Principal":"*","Resource":"*"}]})", "Action"},
      {R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]})", "Resource"},
      {R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]})",
       "s3:*"},
      {R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"prod/*"}]})",
       "prod/*"},
      {R"({"Statement":[{"Effect":"Allow","Principal":{"Aws":"*"},"Action":"*","Resource":"*"}]})",
       "unknown kind Aws"},
      {allow_when(R"({"StringMatches":{"aws:SourceVpce":"x"}})"), "operator StringMatches"},
      {allow_when(R"({"stringEquals":{"aws:SourceVpce":"x"}})"), "did you mean StringEquals?"},
      {allow_when(R"({"StringEquals":{"aws:PrincipalOrgID":"o-1"}})"), "AWS_IAM"},
      {allow_when(R"({"StringEquals":{"aws:PrincipalTag/team":"a"}})"), "AWS_IAM"},
      {allow_when(R"({"StringEquals":{"aws:SourceAccount":"1"}})"), "aws:SourceAccount"},
      {allow_when(R"({"IpAddress":{"aws:SourceVpce":"10.0.0.0/8"}})"), "does not apply to"},
      {allow_when(R"({"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/33"}})"), "10.0.0.0/33"},
      {allow_when(R"({"IpAddress":{"aws:VpcSourceIp":"10.0.0"}})"), "10.0.0"},
      {allow_when(R"({"Bool":{"aws:SecureTransport":"yes"}})"), "yes"},
      {allow_when(R"({"DateLessThan":{"aws:CurrentTime":"soon"}})"), "soon"},
      {allow_when(R"({"DateLessThan":{"aws:CurrentTime":"2020-02-30"}})"), "2020-02-30"},
      {allow_when(R"({"NumericLessThan":{"aws:EpochTime":"1e"}})"), "1e"},
      {allow_when(R"({"ArnLike":{"aws:SourceArn":"bucket"}})"), "not an ARN"},
      {allow_when(R"({"NullIfExists":{"aws:Referer":"true"}})"), "Null"},
      {allow_when(R"({"StringLike":{"aws:Referer":"${aws:username}"}})"), "policy variable"},
      {allow_when(R"({"StringLike":{"aws:Referer":[]}})"), "empty list"},
      {allow_when(R"({"StringLike":{"aws:Referer":{}}})"), "must be a string"},
  };
  for (const auto& [json, part] : rows) {
    const auto policy = parse(json);
    EXPECT_FALSE(policy) << json;
    EXPECT_NE(policy.error().find(part), std::string::npos) << json << "\n" << policy.error();
  }
}

TEST(ResourcePolicy, ErrorsNameTheStatement) {
  const auto policy = parse(R"({"Statement":[
    {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},
    {"Effect":"Maybe","Principal":"*","Action":"*","Resource":"*"}]})");
  EXPECT_EQ(policy.error(),
            R"(policy: Statement[1]: Effect must be "Allow" or "Deny", not "Maybe")");
}

TEST(ResourcePolicy, TakesAtMost8192Characters) {
  std::string json = allow_on(R"("*")");
  json.append(8192 - json.size(), ' ');
  EXPECT_TRUE(parse(json));
  EXPECT_FALSE(parse(json + " "));
}

TEST(Wildcard, RestsAgreeWithMatchingTheWholeText) {
  const std::string_view patterns[] = {"*",     "ab*", "a?c/*", "*c/d", "a*b*", "abc/",
                                       "abc/d", "x*",  "?b*/?", "**d",  "abc*"};
  const std::string_view tails[] = {"", "d", "dd", "b", "c/d"};
  for (const auto pattern : patterns) {
    for (const auto tail : tails) {
      bool by_rests = false;
      for (const auto& rest : wildcard_rests(pattern, "abc/")) {
        by_rests = by_rests || glob_match(rest, tail);
      }
      EXPECT_EQ(by_rests, glob_match(pattern, "abc/" + std::string(tail)))
          << pattern << " " << tail;
    }
  }
}

}  // namespace
}  // namespace hoplab::aws
