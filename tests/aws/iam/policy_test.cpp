// Policies for callers who have signed: principals, their condition keys, policy variables, and the
// kinds of policies beside an API's own (apigateway.md 5, 6).
#include "aws/iam/policy.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aws/iam/resource_policy.h"

namespace hoplab::aws {
namespace {

constexpr const char* kArn =
    "arn:aws:execute-api:eu-west-1:111122223333:abcde12345/prod/GET/widgets/1";
const PolicyScope kApiScope{"eu-west-1", "111122223333", "abcde12345"};

Identity identity(const std::string& arn) {
  Credentials credentials;
  credentials.access_key_id = "AKIA";
  credentials.secret_access_key = "secret";
  credentials.identity.arn = arn;
  const auto completed = complete(credentials);
  EXPECT_TRUE(completed) << completed.error();
  return completed ? completed.value().identity : Identity();
}
Identity alice() {
  return identity("arn:aws:iam::111122223333:user/team/alice");
}
Identity session() {
  return identity("arn:aws:sts::444455556666:assumed-role/reader/job-7");
}

RequestContext request_of(const Identity* caller) {
  RequestContext context;
  context.resource = "prod/GET/widgets/1";
  context.vpc_source_ip = "10.0.1.25";
  context.source_vpce = "vpce-1";
  context.now = Time{std::chrono::seconds(1'600'000'000)};  // 2020-09-13T12:26:40Z
  context.arn = kArn;
  context.caller = caller;
  return context;
}

PolicyDecision decision(const std::string& json, const Policy::Use& use,
                        const RequestContext& context) {
  const auto policy = Policy::parse(json, use);
  EXPECT_TRUE(policy) << policy.error() << "\n" << json;
  return policy ? policy.value().evaluate(context) : PolicyDecision::explicit_deny;
}

Policy::Use of_api() {
  return {Policy::Kind::resource, kApiScope, true};
}
const Policy::Use kIdentity{.kind = Policy::Kind::identity};

/// A statement of an API's policy with these elements.
std::string statement(const std::string& elements, const char* effect = "Allow") {
  return std::string(R"({"Version":"2012-10-17","Statement":{"Effect":")") + effect +
         R"(","Action":"execute-api:Invoke",)" + elements + "}}";
}

TEST(PolicyPrincipals, NameCallersByThemselvesByTheirRoleOrByTheirAccount) {
  constexpr auto kYes = PolicyDecision::allowed;
  constexpr auto kNo = PolicyDecision::implicit_deny;
  constexpr auto kToAccount = PolicyDecision::allowed_to_account;
  struct Row {
    const char* principal;
    PolicyDecision anonymous, alice, session, root;  // root is alice's account itself
  };
  const Row rows[] = {
      {R"("*")", kYes, kYes, kYes, kYes},
      {R"({"AWS":"*"})", kYes, kYes, kYes, kYes},
      {R"({"AWS":"111122223333"})", kNo, kToAccount, kNo, kYes},
      {R"({"AWS":"arn:aws:iam::111122223333:root"})", kNo, kToAccount, kNo, kYes},
      {R"({"AWS":["444455556666","arn:aws:iam::111122223333:user/team/alice"]})", kNo, kYes,
       kToAccount, kNo},
      {R"({"AWS":"arn:aws:iam::111122223333:user/alice"})", kNo, kNo, kNo, kNo},
      {R"({"AWS":"arn:aws:iam::444455556666:role/reader"})", kNo, kNo, kYes, kNo},
      {R"({"AWS":"arn:aws:sts::444455556666:assumed-role/reader/job-7"})", kNo, kNo, kYes, kNo},
      {R"({"AWS":"arn:aws:sts::444455556666:assumed-role/reader/job-8"})", kNo, kNo, kNo, kNo},
      {R"({"Service":"apigateway.amazonaws.com"})", kNo, kNo, kNo, kNo},
  };
  const Identity user = alice(), role = session();
  const Identity root = identity("arn:aws:iam::111122223333:root");
  for (const Row& row : rows) {
    const auto json = statement(std::string(R"("Resource":"*","Principal":)") + row.principal);
    EXPECT_EQ(decision(json, of_api(), request_of(nullptr)), row.anonymous) << json;
    EXPECT_EQ(decision(json, of_api(), request_of(&user)), row.alice) << json;
    EXPECT_EQ(decision(json, of_api(), request_of(&role)), row.session) << json;
    EXPECT_EQ(decision(json, of_api(), request_of(&root)), row.root) << json;
  }
}

TEST(PolicyPrincipals, ADenyOfAnAccountIsOneForAllWhoBelongToIt) {
  const auto json = statement(R"("Resource":"*","Principal":{"AWS":"111122223333"})", "Deny");
  const Identity user = alice(), role = session();
  EXPECT_EQ(decision(json, of_api(), request_of(&user)), PolicyDecision::explicit_deny);
  EXPECT_EQ(decision(json, of_api(), request_of(&role)), PolicyDecision::implicit_deny);
}

TEST(PolicyPrincipals, NotPrincipalHasToListAccountRoleAndSession) {
  const std::string account = R"("arn:aws:iam::444455556666:root")";
  const std::string role = R"("arn:aws:iam::444455556666:role/reader")";
  const std::string own = R"("arn:aws:sts::444455556666:assumed-role/reader/job-7")";
  const std::pair<std::string, bool> rows[] = {
      {own, true},
      {account, true},
      {account + "," + own, true},
      {account + "," + role + "," + own, false},
  };
  const Identity caller = session();
  for (const auto& [names, denied] : rows) {
    const auto json = statement(R"("Resource":"*","NotPrincipal":{"AWS":[)" + names + "]}", "Deny");
    EXPECT_EQ(decision(json, of_api(), request_of(&caller)) == PolicyDecision::explicit_deny,
              denied)
        << names;
    EXPECT_EQ(decision(json, of_api(), request_of(nullptr)), PolicyDecision::explicit_deny);
  }
}

struct PolicyConditionRow {
  const char* condition;
  bool alice, session, anonymous;
};

TEST(PolicyConditions, SeeTheCaller) {
  Identity user = alice(), role = session();
  user.user_id = "AIDAEXAMPLE";
  user.organization_id = "o-1";
  user.organization_paths = {"o-1/r-1/ou-a/", "o-1/r-1/ou-a/ou-b/"};
  user.tags = {{"team", "blue"}};
  role.user_id = "AROAEXAMPLE:job-7";
  role.token_issue_time = Time{std::chrono::seconds(1'599'999'000)};
  role.multi_factor_auth_time = Time{std::chrono::seconds(1'599'999'900)};
  const PolicyConditionRow rows[] = {
      {R"({"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/team/*"}})", true, false,
       false},
      {R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/reader"}})", false, true, false},
      {R"({"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}})", true, false, true},
      {R"({"ArnLike":{"aws:PrincipalArn":"arn:*:*:*:*:*"}})", true, true, false},
      {R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam:*:reader:*"}})", false, false, false},
      {R"({"StringLike":{"aws:PrincipalArn":"arn:*"}})", true, true, false},
      {R"({"StringEquals":{"aws:PrincipalAccount":"444455556666"}})", false, true, false},
      {R"({"StringEquals":{"aws:PrincipalOrgID":"o-1"}})", true, false, false},
      {R"({"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}})", false, true, true},
      {R"({"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"*/ou-b/"}})", true, false, false},
      {R"({"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"*/ou-b/"}})", false, true, true},
      {R"({"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}})", true, true, true},
      {R"({"ForAnyValue:StringNotLike":{"aws:PrincipalOrgPaths":"*/ou-b/"}})", true, false, false},
      {R"({"StringEquals":{"aws:PrincipalType":"AssumedRole"}})", false, true, false},
      {R"({"StringEquals":{"aws:PrincipalType":["User","Anonymous"]}})", true, false, true},
      {R"({"StringLike":{"aws:userid":"AROAEXAMPLE:*"}})", false, true, false},
      {R"({"StringEquals":{"aws:username":"alice"}})", true, false, false},
      {R"({"StringEquals":{"aws:PrincipalTag/Team":"blue"}})", true, false, false},
      {R"({"Null":{"aws:PrincipalTag/other":"true"}})", true, true, true},
      {R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})", false, true, false},
      {R"({"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}})", true, false, true},
      {R"({"NumericLessThan":{"aws:MultiFactorAuthAge":"101"}})", false, true, false},
      {R"({"NumericLessThan":{"aws:MultiFactorAuthAge":"100"}})", false, false, false},
      {R"({"DateGreaterThan":{"aws:TokenIssueTime":"2020-09-13T12:00:00Z"}})", false, true, false},
      {R"({"DateGreaterThan":{"aws:TokenIssueTime":"2020-09-13T12:20:00Z"}})", false, false, false},
      {R"({"StringEquals":{"aws:SourceVpce":"vpce-1"}})", true, true, true},
      {R"({"StringLike":{"aws:PrincipalArn":"*/${aws:username}"}})", true, false, false},
      {R"({"StringEquals":{"aws:PrincipalAccount":"${aws:PrincipalAccount}"}})", true, true, true},
      {R"({"StringEquals":{"aws:SourceVpce":"vpce-${aws:PrincipalTag/n, '1'}"}})", true, true,
       true},
      {R"({"StringEquals":{"aws:SourceVpce":"vpce-${aws:PrincipalTag/n}"}})", false, false, false},
  };
  for (const PolicyConditionRow& row : rows) {
    const auto json =
        statement(std::string(R"("Resource":"*","Principal":"*","Condition":)") + row.condition);
    const auto allows = [&](const Identity* caller) {
      return decision(json, of_api(), request_of(caller)) == PolicyDecision::allowed;
    };
    EXPECT_EQ(allows(&user), row.alice) << json;
    EXPECT_EQ(allows(&role), row.session) << json;
    EXPECT_EQ(allows(nullptr), row.anonymous) << json;
  }
}

TEST(PolicyConditions, SeeTheDomain) {
  const auto json = statement(
      R"("Resource":"*","Principal":"*","Condition":{"ArnLike":{"execute-api:viaDomainArn":)"
      R"("arn:aws:execute-api:eu-west-1:111122223333:/domainnames/api.example.com+*"}})");
  auto context = request_of(nullptr);
  EXPECT_EQ(decision(json, of_api(), context), PolicyDecision::implicit_deny);
  context.via_domain_arn =
      "arn:aws:execute-api:eu-west-1:111122223333:/domainnames/api.example.com+a1b2";
  EXPECT_EQ(decision(json, of_api(), context), PolicyDecision::allowed);
}

TEST(PolicyVariables, StandForThemselvesInResources) {
  Identity user = alice();
  const auto allows = [&](const char* resource) {
    const auto json = statement(std::string(R"("Principal":"*","Resource":")") + resource + "\"");
    return decision(json, of_api(), request_of(&user)) == PolicyDecision::allowed;
  };
  user.tags = {{"path", "widgets/1"}, {"star", "*"}};
  EXPECT_TRUE(allows("execute-api:/prod/GET/${aws:PrincipalTag/path}"));
  EXPECT_TRUE(allows("execute-api:/*/${aws:PrincipalTag/path}"));
  EXPECT_FALSE(allows("execute-api:/prod/GET/${aws:PrincipalTag/star}"));
  EXPECT_FALSE(allows("execute-api:/prod/GET/${aws:username}"));
  EXPECT_FALSE(allows("execute-api:/prod/${*}"));
  EXPECT_TRUE(allows("execute-api:/prod/GET/${aws:PrincipalTag/none, 'widgets/1'}"));
}

TEST(IdentityPolicies, HaveNoPrincipalAndMaySpeakOfOtherServices) {
  const Identity user = alice();
  const std::string allow =
      R"({"Statement":[{"Effect":"Allow","Action":["s3:*","execute-api:Inv*"],"Resource":)";
  EXPECT_EQ(decision(allow + R"("*"}]})", kIdentity, request_of(&user)), PolicyDecision::allowed);
  EXPECT_EQ(decision(allow + R"(["arn:aws:s3:::b","arn:aws:execute-api:*:*:abcde12345/prod/*"]}]})",
                     kIdentity, request_of(&user)),
            PolicyDecision::allowed);
  EXPECT_EQ(decision(allow + R"("arn:aws:execute-api:*:*:abcde12345/dev/*"}]})", kIdentity,
                     request_of(&user)),
            PolicyDecision::implicit_deny);
  const auto refused = Policy::parse(statement(R"("Resource":"*","Principal":"*")"), kIdentity);
  EXPECT_EQ(refused.error(), "policy: Statement: has a Principal element");
}

TEST(IdentityPolicies, OfOneCallerCountTogether) {
  const Identity user = alice();
  const auto parse = [](const std::string& json) {
    return std::move(Policy::parse(json, kIdentity)).value();
  };
  const Policy nothing =
      parse(R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})");
  const Policy allow = parse(statement(R"("Resource":"*")"));
  const Policy deny = parse(statement(R"("Resource":"*")", "Deny"));
  const auto together = [&](std::vector<Policy> policies) {
    return evaluate(policies, request_of(&user));
  };
  EXPECT_EQ(together({}), PolicyDecision::implicit_deny);
  EXPECT_EQ(together({nothing}), PolicyDecision::implicit_deny);
  EXPECT_EQ(together({nothing, allow}), PolicyDecision::allowed);
  EXPECT_EQ(together({allow, nothing, deny}), PolicyDecision::explicit_deny);
}

TEST(EndpointPolicies, AllowAllByDefault) {
  const Policy::Use use{.kind = Policy::Kind::endpoint};
  const Identity caller = session();
  const std::string by_default(kDefaultEndpointPolicy);
  EXPECT_EQ(decision(by_default, use, request_of(nullptr)), PolicyDecision::allowed);
  EXPECT_EQ(decision(by_default, use, request_of(&caller)), PolicyDecision::allowed);
  const auto narrow =
      statement(R"("Resource":"arn:aws:execute-api:*:111122223333:*/prod/*","Principal":)"
                R"({"AWS":"arn:aws:iam::444455556666:role/reader"})");
  EXPECT_EQ(decision(narrow, use, request_of(nullptr)), PolicyDecision::implicit_deny);
  EXPECT_EQ(decision(narrow, use, request_of(&caller)), PolicyDecision::allowed);
}

TEST(DomainPolicies, AreOfTheDomainsArn) {
  const Policy::Use use{Policy::Kind::resource, {"eu-west-1", "111122223333", ""}, false};
  auto context = request_of(nullptr);
  context.resource = "domainnames/api.example.com+a1b2";
  for (const char* const resource :
       {"*", "execute-api:/*", "execute-api:/domainnames/api.example.com+*",
        "arn:aws:execute-api:eu-west-1:111122223333:/domainnames/api.example.com+a1b2"}) {
    const auto json = statement(std::string(R"("Principal":"*","Resource":")") + resource + "\"");
    EXPECT_EQ(decision(json, use, context), PolicyDecision::allowed) << resource;
  }
  const auto other = statement(
      R"("Principal":"*","Resource":"arn:aws:execute-api:*:*:/domainnames/other.example.com+*")");
  EXPECT_EQ(decision(other, use, context), PolicyDecision::implicit_deny);
}

TEST(AuthorizerPolicies, AreReadFromJsonAndBounded) {
  const Policy::Use use{.kind = Policy::Kind::authorizer};
  const auto read = [&](const std::string& resource) {
    const nlohmann::ordered_json document = {
        {"Version", "2012-10-17"},
        {"Statement",
         {{{"Action", "execute-api:Invoke"}, {"Effect", "Deny"}, {"Resource", resource}}}}};
    return Policy::read(document, use);
  };
  const auto denied = read("arn:aws:execute-api:eu-west-1:*:abcde12345/*/GET/*");
  ASSERT_TRUE(denied) << denied.error();
  EXPECT_EQ(denied.value().evaluate(request_of(nullptr)), PolicyDecision::explicit_deny);
  EXPECT_TRUE(read("arn:" + std::string(508, 'a')));
  EXPECT_EQ(read("arn:" + std::string(509, 'a')).error(),
            "policy: Statement[0]: Resource has 513 characters; the limit is 512");
  EXPECT_FALSE(Policy::read(nullptr, use));
  EXPECT_FALSE(Policy::read("text", use));
}

TEST(Policies, RefuseByNameWhatHasNoEffect) {
  const std::string open = R"("Resource":"*","Principal":"*","Condition":)";
  const std::pair<std::string, const char*> rows[] = {
      {statement(R"("Resource":"*","Principal":{"AWS":"arn:aws:iam::1:user/*"})"), "wildcard"},
      {statement(open + R"({"NumericEquals":{"aws:TokenIssueTime":"1"}})"), "does not apply"},
      {statement(open + R"({"StringEquals":{"aws:PrincipalTag/":"1"}})"), "names no tag"},
      {statement(open + R"({"StringEquals":{"aws:userid":"${aws:usrname}"}})"), "aws:usrname"},
      {statement(open + R"({"StringEquals":{"aws:userid":"${aws:username"}})"), "has no end"},
      {statement(open + R"({"StringEquals":{"aws:userid":"${aws:username, x}"}})"), "quotes"},
      {statement(open + R"({"StringEquals":{"aws:userid":"${aws:PrincipalOrgPaths}"}})"),
       "several values"},
      {R"({"Statement":{"Effect":"Allow","Action":"*","Principal":"*","Resource":)"
       R"("execute-api:/${aws:username}"}})",
       "Version"},
  };
  for (const auto& [json, part] : rows) {
    const auto policy = Policy::parse(json, of_api());
    EXPECT_FALSE(policy) << json;
    EXPECT_NE(policy.error().find(part), std::string::npos) << policy.error();
  }
}

TEST(ResourcePolicies, KnowCallersOnlyWhereMethodsHaveThem) {
  const auto json = statement(
      R"("Resource":"*","Principal":"*","Condition":{"StringEquals":{"aws:username":"alice"}})");
  EXPECT_FALSE(ResourcePolicy::parse(json, kApiScope));
  const auto policy = ResourcePolicy::parse(json, kApiScope, true);
  ASSERT_TRUE(policy) << policy.error();
  const Identity user = alice();
  EXPECT_EQ(policy.value().evaluate(request_of(&user)), PolicyDecision::allowed);
}

}  // namespace
}  // namespace hoplab::aws
