#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/complete.h"
#include "model/identity_endpoints.h"
#include "model/validate.h"

namespace hoplab::model {
namespace {

using ::testing::HasSubstr;

UserAuthentication user_pool() {
  UserAuthentication users;
  users.type = UserAuthentication::Type::cognito;
  users.user_pool_arn = "arn:aws:cognito-idp:eu-west-1:111111111111:userpool/eu-west-1_Abc";
  users.user_pool_client_id = "app";
  users.user_pool_domain = "widgets";
  return users;
}

IdentityProvider provider(const std::string& issuer, std::vector<std::string> hosts) {
  IdentityProvider one;
  one.name = "login";
  one.issuer = issuer;
  one.domain_names = std::move(hosts);
  one.clients.emplace_back().client_id = "app";
  one.clients.back().client_secret = "secret";
  one.users.emplace_back().subject = "alice";
  return one;
}

Topology with(Authentication authentication, IdentityProvider identity_provider) {
  Topology topology;
  Certificate server;
  server.name = "server";
  server.subject = "CN=api.example.com";
  server.dns_names = {"api.example.com"};
  server.extended_key_usage = {"serverAuth"};
  topology.pki.certificates.push_back(server);
  Listener listener;
  listener.protocol = "HTTPS";
  listener.certificates = {"server"};
  listener.default_action.type = Action::Type::fixed_response;
  listener.default_action.authentications.push_back(std::move(authentication));
  LoadBalancer balancer;
  balancer.name = "alb";
  balancer.listeners.push_back(listener);
  topology.load_balancers.push_back(balancer);
  topology.identity_providers.push_back(std::move(identity_provider));
  topology.entries = {"alb"};
  complete(topology);
  return topology;
}

std::string problems(const Topology& topology) {
  std::string all;
  for (const Problem& one : validate(topology)) all += to_text(one) + "\n";
  return all;
}

TEST(UserPools, HaveTheEndpointsOfTheirDomain) {
  const Topology topology =
      with(user_pool(), provider("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc",
                                 {"widgets.auth.eu-west-1.amazoncognito.com",
                                  "cognito-idp.eu-west-1.amazonaws.com"}));
  EXPECT_EQ(problems(topology), "");
  const UserAuthentication whole = resolved(user_pool(), topology);
  EXPECT_EQ(whole.issuer, "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc");
  EXPECT_EQ(whole.authorization_endpoint,
            "https://widgets.auth.eu-west-1.amazoncognito.com/oauth2/authorize");
  EXPECT_EQ(whole.client_id, "app");
  EXPECT_EQ(whole.client_secret, "secret");
  UserAuthentication own = user_pool();
  own.user_pool_domain = "login.example.com";
  EXPECT_EQ(resolved(own, topology).token_endpoint, "https://login.example.com/oauth2/token");
}

TEST(UserPools, NeedAProviderThatStandsForThem) {
  EXPECT_THAT(
      problems(with(user_pool(), provider("https://other.example.com", {"other.example.com"}))),
      HasSubstr("/DefaultActions/0/AuthenticateCognitoConfig/UserPoolDomain: found "
                "\"https://widgets.auth.eu-west-1.amazoncognito.com/oauth2/authorize\"; "
                "no identity provider has the host "
                "\"widgets.auth.eu-west-1.amazoncognito.com\"; there is "
                "other.example.com"));
}

TEST(Authentication, AsksWhatThePlayedProviderServes) {
  JwtValidation token;
  token.issuer = "https://login.example.com";
  token.jwks_endpoint = "https://login.example.com/keys";
  const auto at = [&token] {
    return problems(with(token, provider("https://login.example.com", {"login.example.com"})));
  };
  EXPECT_THAT(at(), HasSubstr("has its keys at /.well-known/jwks.json"));
  token.jwks_endpoint = "https://login.example.com/.well-known/jwks.json";
  EXPECT_EQ(at(), "");
  token.additional_claims = {{JwtClaim::Format::single_string, "exp", {"a", "b"}}};
  EXPECT_THAT(at(), HasSubstr("/AdditionalClaims/0/Name: found \"exp\"; the load balancer judges "
                              "it anyway"));
  EXPECT_THAT(at(), HasSubstr("single-string takes one"));
  token.additional_claims.clear();
  token.jwks_endpoint += "?" + std::string(256, 'a');
  EXPECT_THAT(at(), HasSubstr("it takes at most 256 characters"));
}

TEST(Authentication, ItsClientIsOneOfThePlayedProviders) {
  UserAuthentication users;
  users.issuer = "https://login.example.com";
  users.authorization_endpoint = "https://login.example.com/oauth2/authorize";
  users.token_endpoint = "https://login.example.com/oauth2/token";
  users.user_info_endpoint = "https://login.example.com/oauth2/userInfo";
  users.client_id = "app";
  users.client_secret = "secret";
  const IdentityProvider login = provider("https://login.example.com", {"login.example.com"});
  EXPECT_EQ(problems(with(users, login)), "");
  users.client_id = "other";
  EXPECT_THAT(problems(with(users, login)), HasSubstr("has no such client"));
}

TEST(Authentication, NeedsTlsAndAnApplicationLoadBalancer) {
  JwtValidation token;
  token.issuer = "https://login.example.com";
  token.jwks_endpoint = "https://login.example.com/.well-known/jwks.json";
  Topology topology = with(token, provider("https://login.example.com", {"login.example.com"}));
  LoadBalancer balancer = topology.load_balancers[0];
  Listener listener = balancer.listeners[0];
  listener.protocol = "HTTP";
  listener.certificates.clear();
  balancer.listeners[0] = listener;
  topology.load_balancers[0] = balancer;
  EXPECT_THAT(problems(topology), HasSubstr("actions that authenticate need an HTTPS listener"));
}

}  // namespace
}  // namespace hoplab::model
