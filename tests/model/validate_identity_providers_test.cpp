// Identity providers: what complete() fills in, and what is no provider.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/complete.h"
#include "model/https_url.h"
#include "model/validate.h"

namespace hoplab::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

IdentityProvider played(const std::string& name) {
  IdentityProvider provider;
  provider.name = name;
  provider.clients.resize(1);
  provider.clients[0].client_id = "app";
  return provider;
}

std::vector<std::string> mistakes_of_providers(std::vector<IdentityProvider> providers) {
  Topology topology;
  topology.identity_providers = std::move(providers);
  complete(topology);
  std::vector<std::string> texts;
  for (const Problem& one : validate(topology)) texts.push_back(to_text(one));
  return texts;
}

TEST(IdentityProviders, AreKnownByTheirName) {
  Topology topology;
  topology.identity_providers = {played("login.example.com"), played("pool")};
  topology.identity_providers[1].issuer = "https://Cognito-idp.example.com:8443/pool";
  complete(topology);
  EXPECT_THAT(validate(topology), IsEmpty());
  EXPECT_EQ(topology.identity_providers[0].issuer, "https://login.example.com");
  EXPECT_THAT(topology.identity_providers[0].domain_names, ElementsAre("login.example.com"));
  EXPECT_THAT(topology.identity_providers[1].domain_names, ElementsAre("cognito-idp.example.com"));
}

TEST(IdentityProviders, HaveAnIssuerAndHostsOfTheirOwn) {
  IdentityProvider nameless = played("pool"), insecure = played("a.example.com"),
                   elsewhere = played("b.example.com"), same = played("c.example.com"),
                   upper = played("d.example.com");
  insecure.issuer = "http://a.example.com";
  insecure.domain_names = {"a.example.com"};
  elsewhere.domain_names = {"other.example.com"};
  same.domain_names = {"c.example.com", "other.example.com", "c.example.com"};
  upper.domain_names = {"d.example.com", "D.example.com", "*.example.com"};
  EXPECT_THAT(mistakes_of_providers({nameless, insecure, elsewhere, same, upper}),
              UnorderedElementsAre(HasSubstr("/pool: it needs Issuer"),
                                   HasSubstr("/a.example.com/Issuer: found"),
                                   HasSubstr("/b.example.com/DomainNames: found \"b.example.com\""),
                                   HasSubstr("/c.example.com/DomainNames/1: found"),
                                   HasSubstr("/c.example.com/DomainNames/2: found"),
                                   HasSubstr("/d.example.com/DomainNames/1: found"),
                                   HasSubstr("/d.example.com/DomainNames/2: found")));
}

TEST(IdentityProviders, PlayedOnesHaveClientsThatAreToldApart) {
  IdentityProvider provider = played("login.example.com");
  provider.clients.push_back(provider.clients[0]);
  provider.clients[0].callback_urls = {"https://app.example.com/#here"};
  provider.clients[0].logout_urls = {"/bye"};
  provider.users = {{"alice", {}}, {"alice", {}}};
  provider.token_path = "/oauth2/authorize";
  provider.user_info_path = "/me?all";
  provider.signing_keys = {"a", "a"};
  IdentityProvider nobody = played("empty.example.com");
  nobody.clients.clear();
  nobody.signing_keys.clear();
  EXPECT_THAT(mistakes_of_providers({provider, nobody}),
              UnorderedElementsAre(
                  HasSubstr("/Clients/1/ClientId: found \"app\""),
                  HasSubstr("/Clients/0/CallbackUrls/0: found"),
                  HasSubstr("/Clients/0/LogoutUrls/0: found"),
                  HasSubstr("/Users/1/Subject: found \"alice\""), HasSubstr("/TokenPath: found"),
                  HasSubstr("/UserInfoPath: found"), HasSubstr("/SigningKeys/1: found \"a\""),
                  HasSubstr("/empty.example.com: it has Address"),
                  HasSubstr("/empty.example.com/SigningKeys: tokens")));
}

TEST(IdentityProviders, ProgramsKnowTheirOwnClientsAndUsers) {
  IdentityProvider provider = played("login.example.com");
  provider.address = "127.0.0.1";
  provider.users = {{"alice", {}}};
  EXPECT_THAT(mistakes_of_providers({provider}),
              UnorderedElementsAre(HasSubstr("/Address: found"), HasSubstr("/Clients: the program"),
                                   HasSubstr("/Users: the program")));
}

TEST(HttpsUrl, HasAHostAPortAndAPath) {
  const auto url = parse_https_url("HTTPS://Login.example.com:8443/pool?x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "login.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/pool?x");
  EXPECT_EQ(parse_https_url("https://a")->port, 443);
  for (const char* const other :
       {"http://a", "https://", "https://a:0", "https://a:x", "https://u@a", "https://a/#b",
        "https://a b", "https://*.a/", "a"}) {
    EXPECT_FALSE(parse_https_url(other)) << other;
  }
}

}  // namespace
}  // namespace hoplab::model
