// Tokens of user pools at the gate of authorizers (apigateway-features.md 2.4).
#include <gmock/gmock.h>

#include "authorizer_lab.h"
#include "aws/identity/signing_key.h"
#include "pki/key.h"

namespace hoplab::aws::testing {
namespace {

constexpr const char* kIssuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool";

const SigningKey& signing_key() {
  static const SigningKey key =
      rsa_signing_key(pki::generate_key(pki::KeyAlgorithm::rsa_2048).value());
  return key;
}

class UserPools : public Guarded {
 protected:
  static model::Authorizer pool_authorizer() {
    model::Authorizer made = token_authorizer();
    made.type = model::Authorizer::Type::cognito_user_pools;
    made.function.clear();
    made.identity_providers = {
        "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_pool"};
    return made;
  }
  static model::Topology pool_topology(std::vector<std::string> scopes = {},
                                       const model::Authorizer& authorizer = pool_authorizer()) {
    model::Topology made = topology(authorizer);
    made.rest_apis.front().policy = kSamplePolicy;
    for (auto& one : made.rest_apis.front().methods) one.authorization_scopes = scopes;
    model::IdentityProvider& provider = made.identity_providers.emplace_back();
    provider.name = "pool";
    provider.issuer = kIssuer;
    return made;
  }
  UserPools() { gateway_.emplace(pool_topology()); }

  /// Of an ID token, with `changes` merged in.
  std::string token(const OrderedJson& changes = OrderedJson::object()) {
    OrderedJson claims = {{"sub", "alice"},
                          {"aud", "web"},
                          {"iss", kIssuer},
                          {"token_use", "id"},
                          {"auth_time", 1'777'135'000},
                          {"iat", 1'777'135'000},
                          {"exp", epoch_seconds(gateway_->now) + 60}};
    claims.merge_patch(changes);
    return sign_token(claims, signing_key().key.get(), signing_key().kid).value();
  }
  void ask(const std::string& text) { go({{"Authorization", text}}); }
  void give_keys() {
    const OrderedJson set = {{"keys", {json_web_key(signing_key())}}};
    KeySets::Got got;
    got.keys = std::make_shared<const KeySet>(KeySet::parse(set.dump()).value());
    visit_->answered(got);
  }
  Outcome send_token(const std::string& text) {
    ask(text);
    if (visit_->waits()) give_keys();
    return visit_->finish();
  }
  void expect_refused(const std::string& text, const std::string& why) {
    EXPECT_EQ(send_token(text), Outcome::unauthorized);
    expect_unauthorized();
    EXPECT_EQ(visit_->detail(), why);
  }
};

TEST_F(UserPools, AskForTheIssuersKeys) {
  ask(token());
  ASSERT_TRUE(visit_->waits());
  const auto& call = std::get<KeysCall>(visit_->call());
  EXPECT_EQ(call.url, std::string(kIssuer) + "/.well-known/jwks.json");
  EXPECT_EQ(call.kid, signing_key().kid);
}

TEST_F(UserPools, AnIdTokenPassesWithOrWithoutBearer) {
  for (const char* const scheme : {"", "Bearer ", "bearer "}) {
    EXPECT_EQ(send_token(scheme + token()), Outcome::answered) << scheme;
    EXPECT_EQ(answer_.text(), kWidget);
  }
}

TEST_F(UserPools, RefuseWhatIsNoTokenOfTheirs) {
  go({});
  expect_unauthorized();
  EXPECT_EQ(visit_->detail(), "method.request.header.Authorization is not there");
  expect_refused("secret", "it is no JSON Web Token");
  expect_refused(token({{"iss", "https://other.example.com"}}),
                 "its iss, 'https://other.example.com', is no issuer of the authorizer");
  expect_refused(token() + "A", "its signature is not the issuer's");
  expect_refused(token({{"exp", nullptr}}), "it has no exp");
  expect_refused(token({{"token_use", "access"}}),
                 "its token_use is 'access', and the method takes 'id'");
}

TEST_F(UserPools, AnExpiredTokenHasATextOfItsOwn) {
  EXPECT_EQ(send_token(token({{"exp", epoch_seconds(gateway_->now)}})), Outcome::unauthorized);
  EXPECT_EQ(answer_.status(), 401);
  EXPECT_EQ(answer_.text(), R"({"message":"The incoming token has expired"})");
  EXPECT_EQ(answer_.header("x-amzn-ErrorType"), "UnauthorizedException");
}

TEST_F(UserPools, WithScopesTheyTakeAccessTokensWithOneOfThem) {
  gateway_.emplace(pool_topology({"orders/read", "orders/write"}));
  const auto access = [&](const char* scope) {
    return token({{"token_use", "access"}, {"scope", scope}, {"aud", nullptr}});
  };
  EXPECT_EQ(send_token(access("openid orders/write")), Outcome::answered);
  expect_refused(access("orders"), "it has none of the method's scopes");
  expect_refused(token(), "its token_use is 'id', and the method takes 'access'");
}

TEST_F(UserPools, AnExpressionIsForTheAudience) {
  model::Authorizer authorizer = pool_authorizer();
  authorizer.identity_validation_expression = "web|app";
  gateway_.emplace(pool_topology({}, authorizer));
  EXPECT_EQ(send_token(token()), Outcome::answered);
  expect_refused(token({{"aud", "webs"}}), "its aud does not fit IdentityValidationExpression");
}

TEST_F(UserPools, WithoutKeysItIs500) {
  ask(token());
  KeySets::Got got;
  got.detail = "nobody is there";
  visit_->answered(got);
  EXPECT_EQ(visit_->finish(), Outcome::authorizer_failed);
  EXPECT_EQ(answer_.status(), 500);
  EXPECT_EQ(answer_.header("x-amzn-ErrorType"), "AuthorizerConfigurationException");
  EXPECT_EQ(visit_->detail(), "jwks-request-failed: nobody is there");
}

TEST_F(UserPools, TheResourcePolicyMustAllowToo) {
  model::Topology made = pool_topology();
  made.rest_apis.front().policy = kSilentPolicy;
  gateway_.emplace(made);
  EXPECT_EQ(send_token(token()), Outcome::implicit_deny);
  EXPECT_THAT(answer_.text(), ::testing::HasSubstr("User: anonymous is not authorized"));
  expect_refused("secret", "it is no JSON Web Token");
}

TEST_F(UserPools, ClaimsReachTheFunctionAsTexts) {
  target_ = "/orders/7";
  ask(token({{"email_verified", true}, {"cognito:groups", {"a", "b"}}, {"exp", 1'777'139'116}}));
  give_keys();
  ASSERT_TRUE(visit_->waits());
  const auto authorizer = event()["requestContext"]["authorizer"];
  EXPECT_EQ(authorizer.size(), 1U);
  const auto& claims = authorizer["claims"];
  EXPECT_EQ(claims["sub"], "alice");
  EXPECT_EQ(claims["email_verified"], "true");
  EXPECT_EQ(claims["cognito:groups"], "a,b");
  EXPECT_EQ(claims["auth_time"], "1777135000");
  EXPECT_EQ(claims["exp"], "Sat Apr 25 17:45:16 UTC 2026");
  EXPECT_EQ(visit_->variable("context.authorizer.claims.sub"), "alice");
  EXPECT_EQ(visit_->variable("context.authorizer.principalId"), std::nullopt);
}

}  // namespace
}  // namespace hoplab::aws::testing
