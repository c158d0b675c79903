// What the caller's policies and the API's come to (apigateway.md 5.1, Tables A and B), and the
// texts of refusals (5.3).
#include "aws/iam/access_decision.h"

#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

constexpr auto kAllow = PolicyDecision::allowed;
constexpr auto kNone = PolicyDecision::implicit_deny;
constexpr auto kDeny = PolicyDecision::explicit_deny;
constexpr auto kAccount = PolicyDecision::allowed_to_account;

constexpr AccessDecision kPasses{.allowed = true};
constexpr AccessDecision implicit_deny(DenyingPolicy policy) {
  return {.allowed = false, .explicit_deny = false, .policy = policy};
}
constexpr AccessDecision explicit_deny(DenyingPolicy policy) {
  return {.allowed = false, .explicit_deny = true, .policy = policy};
}
constexpr auto kOfIdentity = DenyingPolicy::identity;
constexpr auto kOfResource = DenyingPolicy::resource;

struct DecisionRow {
  PolicyDecision identity, resource;
  AccessDecision within_account, across_accounts;
};

TEST(AccessDecision, HasEveryRowOfTablesAAndB) {
  const DecisionRow rows[] = {
      {kAllow, kAllow, kPasses, kPasses},
      {kAllow, kNone, kPasses, implicit_deny(kOfResource)},
      {kAllow, kDeny, explicit_deny(kOfResource), explicit_deny(kOfResource)},
      {kNone, kAllow, kPasses, implicit_deny(kOfIdentity)},
      {kNone, kNone, implicit_deny(kOfIdentity), implicit_deny(kOfResource)},
      {kNone, kDeny, explicit_deny(kOfResource), explicit_deny(kOfResource)},
      {kDeny, kAllow, explicit_deny(kOfIdentity), explicit_deny(kOfIdentity)},
      {kDeny, kNone, explicit_deny(kOfIdentity), explicit_deny(kOfIdentity)},
      {kDeny, kDeny, explicit_deny(kOfIdentity), explicit_deny(kOfIdentity)},
      // An Allow for the account as a whole needs the caller's own policies within it.
      {kAllow, kAccount, kPasses, kPasses},
      {kNone, kAccount, implicit_deny(kOfIdentity), implicit_deny(kOfIdentity)},
      {kDeny, kAccount, explicit_deny(kOfIdentity), explicit_deny(kOfIdentity)},
  };
  for (const DecisionRow& row : rows) {
    const auto where = ::testing::Message() << "row " << &row - rows;
    EXPECT_EQ(decide_within_account(row.identity, row.resource), row.within_account) << where;
    EXPECT_EQ(decide_across_accounts(row.identity, row.resource), row.across_accounts) << where;
  }
}

TEST(AccessDecision, OpenMethodsNeedAnAllowAndAuthorizersComeBeforeIt) {
  EXPECT_EQ(decide_alone(kAllow, kOfResource), kPasses);
  EXPECT_EQ(decide_alone(kNone, kOfResource), implicit_deny(kOfResource));
  EXPECT_EQ(decide_alone(kDeny, DenyingPolicy::endpoint), explicit_deny(DenyingPolicy::endpoint));
  EXPECT_EQ(decide_before_authorizer(kAllow), kPasses);
  EXPECT_EQ(decide_before_authorizer(kNone), kPasses);
  EXPECT_EQ(decide_before_authorizer(kDeny), explicit_deny(kOfResource));
}

TEST(AccessDenied, NamesTheCallerAndThePolicyInBothWordings) {
  struct Text {
    AccessDecision decision;
    DenialWording wording;
    const char* tail;
  };
  constexpr auto kClassic = DenialWording::classic;
  constexpr auto kNames = DenialWording::names_policy;
  constexpr auto kOfEndpoint = DenyingPolicy::endpoint;
  const Text texts[] = {
      {implicit_deny(kOfIdentity), kClassic, ""},
      {implicit_deny(kOfIdentity), kNames,
       " because no identity-based policy allows the execute-api:Invoke action"},
      {implicit_deny(kOfResource), kNames,
       " because no resource-based policy allows the execute-api:Invoke action"},
      {implicit_deny(kOfEndpoint), kNames,
       " because no VPC endpoint policy allows the execute-api:Invoke action"},
      {explicit_deny(kOfIdentity), kClassic, " with an explicit deny"},
      {explicit_deny(kOfIdentity), kNames, " with an explicit deny in an identity-based policy"},
      {explicit_deny(kOfResource), kNames, " with an explicit deny in a resource-based policy"},
      {explicit_deny(kOfEndpoint), kNames, " with an explicit deny in a VPC endpoint policy"},
  };
  DeniedResource denied{"us-east-1", "111122221234", "abcde12345", "prod/GET/widgets",
                        "arn:aws:sts::444455556666:assumed-role/reader/session"};
  const std::string what =
      " is not authorized to perform: execute-api:Invoke on resource: "
      "arn:aws:execute-api:us-east-1:********1234:abcde12345/prod/GET/widgets";
  for (const Text& text : texts) {
    EXPECT_EQ(access_denied_body(denied, text.decision, text.wording),
              R"({"Message":"User: arn:aws:sts::444455556666:assumed-role/reader/session)" + what +
                  text.tail + "\"}");
  }
  denied.caller = {};
  EXPECT_EQ(access_denied_body(denied, implicit_deny(kOfResource), kClassic),
            R"({"Message":"User: anonymous)" + what + "\"}");
}

}  // namespace
}  // namespace hoplab::aws
