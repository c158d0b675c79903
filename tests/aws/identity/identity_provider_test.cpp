// A played identity provider, request by request: signing in, tokens, claims, and each way to be
// refused.
#include "aws/identity/identity_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "aws/identity/digest.h"
#include "aws/identity/form.h"
#include "aws/identity/json_web_token.h"
#include "aws/identity/key_set.h"
#include "aws/identity/public_keys.h"
#include "base/base64.h"
#include "pki/jose.h"
#include "pki/key.h"

namespace hoplab::aws {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;

constexpr const char* kCallback = "https://app.example.com/oauth2/idpresponse";
constexpr const char* kForm = "application/x-www-form-urlencoded";

SigningKey fresh_key() {
  return rsa_signing_key(pki::generate_key(pki::KeyAlgorithm::rsa_2048).value());
}

/// RSA keys take their time: all tests have these two.
const std::vector<SigningKey>& two_keys() {
  static const std::vector<SigningKey> keys = {fresh_key(), fresh_key()};
  return keys;
}

model::IdentityProvider model_with(std::vector<std::string> subjects) {
  model::IdentityProvider model;
  model.name = "login";
  model.issuer = "https://login.example.com/pool";
  model.domain_names = {"login.example.com"};
  model.clients.resize(2);
  model.clients[0].client_id = "app";
  model.clients[0].client_secret = "s&cret %";
  model.clients[0].callback_urls = {kCallback};
  model.clients[0].logout_urls = {"https://app.example.com/bye"};
  model.clients[1].client_id = "in a browser";
  model.clients[1].access_token_claims = R"({"aud":["api"]})";
  for (std::string& subject : subjects) {
    model.users.push_back({std::move(subject), R"({"email":"somebody@example.com"})"});
  }
  return model;
}

struct Answer {
  int status = 0;
  std::string location, cookie, challenge, body;
  [[nodiscard]] Json json() const { return Json::parse(body); }
  /// A parameter of where it sends on to.
  [[nodiscard]] std::string parameter(const std::string& name) const {
    return Form(location.substr(location.find('?') + 1)).get(name);
  }
};

class Provider {
 public:
  explicit Provider(model::IdentityProvider model = model_with({"alice"}))
      : model_(std::make_shared<model::IdentityProvider>(std::move(model))),
        pages_(make("secret")) {}

  Answer ask(std::string_view method, const std::string& target, const std::string& body = {},
             const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    http::Response response;
    pages_.answer({request, body, now, rng_}, response);
    return {response.status, std::string(response.headers.get("Location")),
            std::string(response.headers.get("Set-Cookie")),
            std::string(response.headers.get("WWW-Authenticate")), std::string(response.text)};
  }

  static Form request_of(const std::string& client) {
    Form form;
    form.set("client_id", client);
    form.set("redirect_uri", kCallback);
    form.set("response_type", "code");
    form.set("scope", "openid email");
    form.set("state", "a state=&");
    form.set("nonce", "once");
    return form;
  }
  Answer authorize(const Form& form, const std::string& cookie = {}) {
    return ask("GET", "/oauth2/authorize?" + form.encoded(), {}, {{"Cookie", cookie}});
  }

  static std::string basic(const std::string& id, const std::string& secret) {
    return "Basic " + to_base64(id + ":" + secret);
  }
  /// As the client "app".
  Answer token(const Form& form) {
    return ask("POST", "/oauth2/token", form.encoded(),
               {{"Content-Type", kForm}, {"Authorization", basic("app", "s%26cret+%25")}});
  }
  static Form exchange_of(const std::string& code) {
    Form form;
    form.set("grant_type", "authorization_code");
    form.set("code", code);
    form.set("redirect_uri", kCallback);
    return form;
  }
  std::string code() { return authorize(request_of("app")).parameter("code"); }

  /// What a new start of the same provider makes of it.
  void start_anew(const std::string& secret) {
    used_ = std::make_shared<UsedCodes>();
    pages_ = make(secret);
  }

  Time now = Time(Duration(1'800'000'000LL * 1'000'000));

 private:
  IdentityProvider make(const std::string& secret) {
    return IdentityProvider(PlayedProvider::make(model_, two_keys(), secret, used_).value());
  }

  std::shared_ptr<model::IdentityProvider> model_;
  std::shared_ptr<UsedCodes> used_ = std::make_shared<UsedCodes>();
  Rng rng_{7};
  IdentityProvider pages_;
};

/// The claims of a token that the first key has signed.
Json claims_of(const std::string& token) {
  const auto read = JsonWebToken::parse(token);
  if (!read) return {};
  EXPECT_EQ(text_member(read->header, "kid"), two_keys()[0].kid);
  EXPECT_TRUE(pki::verify_rs256(two_keys()[0].key.get(), read->signed_part, read->signature));
  return read->claims;
}

TEST(IdentityProvider, PublishesItsKeysAndWhereEverythingIs) {
  Provider provider;
  const Json document = provider.ask("GET", "/pool/.well-known/openid-configuration").json();
  EXPECT_EQ(document["issuer"], "https://login.example.com/pool");
  EXPECT_EQ(document["authorization_endpoint"], "https://login.example.com/oauth2/authorize");
  EXPECT_EQ(document["jwks_uri"], "https://login.example.com/pool/.well-known/jwks.json");
  const Answer keys = provider.ask("GET", "/pool/.well-known/jwks.json");
  const auto read = KeySet::parse(keys.body);
  ASSERT_TRUE(read) << read.error();
  for (const SigningKey& key : two_keys()) {
    EXPECT_EQ(pki::public_key_pem(read.value().find(key.kid)), pki::public_key_pem(key.key.get()));
  }
  EXPECT_EQ(provider.ask("POST", "/pool/.well-known/jwks.json").status, 405);
  EXPECT_EQ(provider.ask("GET", "/.well-known/jwks.json").status, 404);
}

TEST(IdentityProvider, TheOnlyUserSignsInAtOnceAndTheCodeGivesTokens) {
  Provider provider;
  const Answer sent = provider.authorize(Provider::request_of("app"));
  EXPECT_EQ(sent.status, 302);
  EXPECT_THAT(sent.location, StartsWith(std::string(kCallback) + "?code="));
  EXPECT_EQ(sent.parameter("state"), "a state=&");
  const Answer given = provider.token(Provider::exchange_of(sent.parameter("code")));
  ASSERT_EQ(given.status, 200) << given.body;
  const Json tokens = given.json();
  EXPECT_EQ(tokens["token_type"], "Bearer");
  EXPECT_EQ(tokens["expires_in"], 3600);
  const Json id = claims_of(tokens["id_token"]);
  EXPECT_EQ(id["iss"], "https://login.example.com/pool");
  EXPECT_EQ(id["aud"], "app");
  EXPECT_EQ(id["sub"], "alice");
  EXPECT_EQ(id["nonce"], "once");
  EXPECT_EQ(id["email"], "somebody@example.com");
  EXPECT_EQ(id["exp"], 1'800'003'600);
  const Json access = claims_of(tokens["access_token"]);
  EXPECT_EQ(access["client_id"], "app");
  EXPECT_EQ(access["scope"], "openid email");
  EXPECT_EQ(access["auth_time"], 1'800'000'000);
}

TEST(IdentityProvider, ACodeCountsOnceForFiveMinutesAndForItsClientAlone) {
  Provider provider;
  const auto error_of = [&](const Form& form) {
    const Answer refused = provider.token(form);
    EXPECT_EQ(refused.status, 400);
    return refused.json()["error"].get<std::string>();
  };
  const Form exchange = Provider::exchange_of(provider.code());
  EXPECT_EQ(provider.token(exchange).status, 200);
  EXPECT_EQ(error_of(exchange), "invalid_grant") << "again";

  Form elsewhere = Provider::exchange_of(provider.code());
  elsewhere.set("redirect_uri", "https://app.example.com/");
  EXPECT_EQ(error_of(elsewhere), "invalid_grant");
  elsewhere.set("redirect_uri", kCallback);
  EXPECT_EQ(provider.token(elsewhere).status, 200) << "a mistake has not used it up";

  const Form of_browser = Provider::exchange_of(
      provider.authorize(Provider::request_of("in a browser")).parameter("code"));
  EXPECT_EQ(error_of(of_browser), "invalid_grant");
  EXPECT_EQ(error_of(Provider::exchange_of("nonsense")), "invalid_grant");

  const Form late = Provider::exchange_of(provider.code());
  provider.now += 300s;
  EXPECT_EQ(error_of(late), "invalid_grant");
}

TEST(IdentityProvider, RefreshTokensOutliveANewStartButNotTheirTime) {
  Provider provider;
  const Json first = provider.token(Provider::exchange_of(provider.code())).json();
  Form refresh;
  refresh.set("grant_type", "refresh_token");
  refresh.set("refresh_token", first["refresh_token"].get<std::string>());
  provider.now += 24h;
  provider.start_anew("secret");
  const Answer again = provider.token(refresh);
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_FALSE(again.json().contains("refresh_token"));
  const Json claims = claims_of(again.json()["access_token"]);
  EXPECT_EQ(claims["iat"], 1'800'086'400);
  EXPECT_EQ(claims["auth_time"], 1'800'000'000);
  refresh.set("scope", "email");
  EXPECT_FALSE(provider.token(refresh).json().contains("id_token"));
  refresh.set("scope", "email admin");
  EXPECT_EQ(provider.token(refresh).json()["error"], "invalid_scope");
  refresh.remove("scope");
  provider.now += 24h * 30;
  EXPECT_EQ(provider.token(refresh).json()["error"], "invalid_grant");
}

TEST(IdentityProvider, GrantsOfAnotherProviderAreNone) {
  Provider provider;
  const Form exchange = Provider::exchange_of(provider.code());
  provider.start_anew("another secret");
  EXPECT_EQ(provider.token(exchange).json()["error"], "invalid_grant");
}

TEST(IdentityProvider, GivesAClientATokenWithTheClaimsThatItAsksFor) {
  Provider provider;
  Form form;
  form.set("grant_type", "client_credentials");
  form.set("scope", "orders/read");
  form.set("claims", R"({"aud":["api"],"exp":1,"jti":null})");
  const Answer given = provider.token(form);
  ASSERT_EQ(given.status, 200) << given.body;
  const Json claims = claims_of(given.json()["access_token"]);
  EXPECT_EQ(claims["sub"], "app");
  EXPECT_EQ(claims["scope"], "orders/read");
  EXPECT_EQ(claims["aud"], Json({"api"}));
  EXPECT_EQ(claims["exp"], 1);
  EXPECT_FALSE(claims.contains("jti"));
  EXPECT_FALSE(given.json().contains("refresh_token"));
  form.set("claims", "[]");
  EXPECT_EQ(provider.token(form).json()["error"], "invalid_request");
}

TEST(IdentityProvider, ClientsShowTheirSecretInOneWay) {
  Provider provider;
  const auto ask = [&](Form form, const std::string& authorization) {
    form.set("grant_type", "client_credentials");
    std::vector<std::pair<std::string, std::string>> headers{{"Content-Type", kForm}};
    if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
    return provider.ask("POST", "/oauth2/token", form.encoded(), headers);
  };
  Form in_body;
  in_body.set("client_id", "app");
  in_body.set("client_secret", "s&cret %");
  EXPECT_EQ(ask(in_body, {}).status, 200);
  EXPECT_EQ(ask(in_body, Provider::basic("app", "s%26cret+%25")).json()["error"],
            "invalid_request");
  const Answer wrong = ask({}, Provider::basic("app", "wrong"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.json()["error"], "invalid_client");
  EXPECT_THAT(wrong.challenge, StartsWith("Basic"));
  EXPECT_EQ(ask({}, {}).status, 401);
  Form open;
  open.set("client_id", "in a browser");
  EXPECT_EQ(ask(open, {}).json()["error"], "unauthorized_client");
  EXPECT_EQ(provider.ask("POST", "/oauth2/token", "{}", {{"Content-Type", "application/json"}})
                .json()["error"],
            "invalid_request");
  EXPECT_EQ(provider.ask("GET", "/oauth2/token").status, 405);
}

TEST(IdentityProvider, AnAppWithoutASecretProvesThatTheCodeIsItsOwn) {
  Provider provider;
  Form request = Provider::request_of("in a browser");
  request.set("code_challenge", pki::base64url(sha256("a verifier")));
  request.set("code_challenge_method", "S256");
  Form exchange = Provider::exchange_of(provider.authorize(request).parameter("code"));
  exchange.set("client_id", "in a browser");
  const auto ask = [&] {
    return provider.ask("POST", "/oauth2/token", exchange.encoded(), {{"Content-Type", kForm}});
  };
  EXPECT_EQ(ask().json()["error"], "invalid_grant");
  exchange.set("code_verifier", "another verifier");
  EXPECT_EQ(ask().json()["error"], "invalid_grant");
  exchange.set("code_verifier", "a verifier");
  const Answer given = ask();
  ASSERT_EQ(given.status, 200) << given.body;
  EXPECT_EQ(claims_of(given.json()["access_token"])["aud"], Json({"api"}));
}

TEST(IdentityProvider, WhatMayNotBeSentOnIsAPageAndAllElseGoesBackToTheClient) {
  Provider provider;
  Form form = Provider::request_of("nobody<");
  EXPECT_EQ(provider.authorize(form).status, 400);
  EXPECT_THAT(provider.authorize(form).body, AllOf(HasSubstr("nobody&lt;"), Not(HasSubstr("y<"))));
  form = Provider::request_of("app");
  form.set("redirect_uri", std::string(kCallback) + "/");
  EXPECT_EQ(provider.authorize(form).status, 400);
  EXPECT_EQ(provider.authorize(form).location, "");
  form.remove("redirect_uri");
  EXPECT_THAT(provider.authorize(form).location, StartsWith(kCallback)) << "the only one";

  const auto error_of = [&](const std::string& name, const std::string& value) {
    Form changed = Provider::request_of("app");
    changed.set(name, value);
    const Answer sent = provider.authorize(changed);
    EXPECT_EQ(sent.parameter("state"), "a state=&");
    return sent.parameter("error");
  };
  EXPECT_EQ(error_of("response_type", ""), "invalid_request");
  EXPECT_EQ(error_of("response_type", "token"), "unsupported_response_type");
  EXPECT_EQ(error_of("response_mode", "form_post"), "invalid_request");
  EXPECT_EQ(error_of("prompt", "none login"), "invalid_request");
  EXPECT_EQ(error_of("request", "x"), "request_not_supported");
  EXPECT_EQ(error_of("code_challenge_method", "S256"), "invalid_request");
  const Answer twice = provider.ask(
      "GET", "/oauth2/authorize?" + Provider::request_of("app").encoded() + "&scope=openid");
  EXPECT_EQ(twice.parameter("error"), "invalid_request");
}

TEST(IdentityProvider, WithoutUsersNobodySignsIn) {
  Provider provider(model_with({}));
  EXPECT_EQ(provider.authorize(Provider::request_of("app")).parameter("error"), "access_denied");
}

TEST(IdentityProvider, OfSeveralUsersOneIsChosenAndRemembered) {
  Provider provider(model_with({"alice", "bob & co"}));
  const Form request = Provider::request_of("app");
  const Answer page = provider.authorize(request);
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr(">alice</a>"), HasSubstr("login_hint=bob%20%26%20co\""),
                               HasSubstr("error=access_denied&amp;state=a%20state%3D%26")));
  Form silent = request;
  silent.set("prompt", "none");
  EXPECT_EQ(provider.authorize(silent).parameter("error"), "login_required");

  Form hinted = request;
  hinted.set("login_hint", "bob & co");
  const Answer sent = provider.authorize(hinted);
  ASSERT_EQ(sent.status, 302);
  EXPECT_THAT(sent.cookie, AllOf(HasSubstr("; Secure"), HasSubstr("; HttpOnly")));
  const std::string cookie = sent.cookie.substr(0, sent.cookie.find(';'));
  provider.now += 60s;
  const Answer again = provider.authorize(silent, cookie);
  const Json claims =
      claims_of(provider.token(Provider::exchange_of(again.parameter("code"))).json()["id_token"]);
  EXPECT_EQ(claims["sub"], "bob & co");
  EXPECT_EQ(claims["auth_time"], 1'800'000'000);

  Form anew = request;
  anew.set("prompt", "login");
  EXPECT_EQ(provider.authorize(anew, cookie).status, 200);
  Form young = request;
  young.set("max_age", "59");
  EXPECT_EQ(provider.authorize(young, cookie).status, 200);
  provider.now += 3600s;
  EXPECT_EQ(provider.authorize(request, cookie).status, 200);
}

TEST(IdentityProvider, UserInfoIsForAccessTokensOfPeople) {
  Provider provider;
  const Json tokens = provider.token(Provider::exchange_of(provider.code())).json();
  const auto ask = [&](const std::string& authorization) {
    return provider.ask("GET", "/oauth2/userInfo", {}, {{"Authorization", authorization}});
  };
  const std::string bearer = "Bearer " + tokens["access_token"].get<std::string>();
  const Answer told = ask(bearer);
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(told.json(), Json({{"sub", "alice"}, {"email", "somebody@example.com"}}));
  EXPECT_EQ(provider.ask("GET", "/oauth2/userInfo").challenge, "Bearer");
  const Answer wrong = ask("Bearer " + tokens["id_token"].get<std::string>());
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.challenge, "Bearer error=\"invalid_token\"");
  EXPECT_EQ(ask(bearer + "A").status, 401);

  Form own;
  own.set("grant_type", "client_credentials");
  own.set("scope", "openid");
  EXPECT_EQ(ask("Bearer " + provider.token(own).json()["access_token"].get<std::string>()).status,
            401);

  Form request = Provider::request_of("app");
  request.set("scope", "email");
  const Json narrow =
      provider.token(Provider::exchange_of(provider.authorize(request).parameter("code"))).json();
  EXPECT_FALSE(narrow.contains("id_token"));
  EXPECT_EQ(ask("Bearer " + narrow["access_token"].get<std::string>()).status, 403);

  provider.now += 3600s;
  EXPECT_EQ(ask(bearer).status, 401);
}

TEST(IdentityProvider, SigningOutForgetsTheSessionAndGoesWhereTheClientMay) {
  Provider provider(model_with({"alice", "bob"}));
  const Answer page = provider.ask("GET", "/logout");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.cookie, HasSubstr("Max-Age=0"));
  const std::string bye = "https%3A%2F%2Fapp.example.com%2Fbye";
  EXPECT_EQ(provider.ask("GET", "/logout?client_id=app&logout_uri=" + bye).location,
            "https://app.example.com/bye");
  EXPECT_EQ(
      provider.ask("GET", "/logout?client_id=app&state=s&post_logout_redirect_uri=" + bye).location,
      "https://app.example.com/bye?state=s");
  EXPECT_EQ(provider.ask("GET", "/logout?client_id=app&logout_uri=https%3A%2F%2Felse").status, 400);
  EXPECT_EQ(provider.ask("GET", "/logout?logout_uri=" + bye).status, 400);
}

TEST(PublicKeys, AreFoundByTheirIdAlone) {
  const auto key = std::make_shared<const SigningKey>(
      signing_key_with_uuid(pki::generate_key(pki::KeyAlgorithm::ec_prime256v1).value()));
  EXPECT_THAT(key->kid, ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-.{4}-.{12}"));
  const PublicKeys pages(key);
  Rng rng(1);
  const auto ask = [&](std::string_view method, const std::string& target) {
    http::Request request;
    request.method = method;
    request.target = target;
    http::Response response;
    pages.answer({request, {}, Time(), rng}, response);
    return std::pair(response.status, std::string(response.text));
  };
  EXPECT_EQ(ask("GET", "/" + key->kid), std::pair(200, pki::public_key_pem(key->key.get())));
  EXPECT_EQ(ask("GET", "/another").first, 404);
  EXPECT_EQ(ask("POST", "/" + key->kid).first, 405);
}

TEST(PlayedProvider, ClaimsAreObjects) {
  auto model = std::make_shared<model::IdentityProvider>(model_with({"alice"}));
  model->users[0].claims = "[]";
  const auto made = PlayedProvider::make(model, two_keys(), "secret", nullptr);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error(), "the claims of user 'alice' are no JSON object");
}

TEST(UsedCodes, AreForgottenWhenTheyHaveExpired) {
  UsedCodes used;
  EXPECT_TRUE(used.use("a", 10, 5));
  EXPECT_FALSE(used.use("a", 10, 6));
  EXPECT_TRUE(used.use("b", 10, 11)) << "others do not matter";
  EXPECT_TRUE(used.use("a", 10, 11)) << "forgotten: whoever asks has looked at its time";
}

TEST(Form, DecodesAndEncodes) {
  const Form form("a=1+2&b=%26%3d&&c&a=3");
  EXPECT_EQ(form.get("a"), "1 2");
  EXPECT_EQ(form.get("b"), "&=");
  EXPECT_TRUE(form.has("c"));
  EXPECT_FALSE(form.has("d"));
  EXPECT_EQ(form.repeated(), "a");
  EXPECT_EQ(Form("a=1+2&b=%26").encoded(), "a=1%202&b=%26");
}

}  // namespace
}  // namespace hoplab::aws
