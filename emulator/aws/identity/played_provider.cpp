#include "aws/identity/played_provider.h"

#include <algorithm>

#include "model/https_url.h"
#include "pki/jose.h"

namespace hoplab::aws {

namespace {

using Json = nlohmann::ordered_json;

Result<Json> claims_of(const std::string& text, const std::string& whose) {
  if (text.empty()) return Json::object();
  Json claims = Json::parse(text, nullptr, false);
  if (!claims.is_object()) return Error{"the claims of " + whose + " are no JSON object"};
  return claims;
}

}  // namespace

bool UsedCodes::use(const std::string& id, std::int64_t expires_s, std::int64_t now_s) {
  const std::lock_guard lock(mutex_);
  used_.erase(used_.begin(), used_.lower_bound({now_s, {}}));
  return used_.emplace(expires_s, id).second;
}

Result<PlayedProvider> PlayedProvider::make(std::shared_ptr<const model::IdentityProvider> model,
                                            std::vector<SigningKey> keys, std::string_view secret,
                                            std::shared_ptr<UsedCodes> used) {
  std::map<std::string, Json> of_users, of_clients;
  for (const User& one : model->users) {
    auto claims = claims_of(one.claims, "user '" + one.subject + "'");
    if (!claims) return claims.failure();
    of_users.emplace(one.subject, std::move(claims).value());
  }
  for (const Client& one : model->clients) {
    auto claims = claims_of(one.access_token_claims, "client '" + one.client_id + "'");
    if (!claims) return claims.failure();
    of_clients.emplace(one.client_id, std::move(claims).value());
  }
  return PlayedProvider{std::move(model),      std::move(keys), std::move(of_users),
                        std::move(of_clients), std::move(used), pki::Seal(secret)};
}

const PlayedProvider::Client* PlayedProvider::client(const std::string& id) const {
  const auto found = std::ranges::find(model->clients, id, &Client::client_id);
  return found == model->clients.end() ? nullptr : &*found;
}

const PlayedProvider::User* PlayedProvider::user(const std::string& subject) const {
  const auto found = std::ranges::find(model->users, subject, &User::subject);
  return found == model->users.end() ? nullptr : &*found;
}

std::string PlayedProvider::origin() const {
  constexpr int kHttps = 443;
  const auto issuer = model::parse_https_url(model->issuer);
  const std::string& host = model->domain_names.front();
  const bool other_port = issuer && issuer->host == host && issuer->port != kHttps;
  return "https://" + host + (other_port ? ":" + std::to_string(issuer->port) : "");
}

std::string PlayedProvider::sealed(const Grant& grant, Rng& rng) const {
  const Json json = {static_cast<int>(grant.kind),
                     grant.id,
                     grant.client_id,
                     grant.subject,
                     grant.scope,
                     grant.nonce,
                     grant.redirect_uri,
                     grant.code_challenge,
                     grant.challenge_method,
                     grant.signed_in_s,
                     grant.expires_s};
  using Handler = Json::error_handler_t;
  return pki::base64url(seal.seal(json.dump(-1, ' ', false, Handler::replace), rng));
}

std::optional<Grant> PlayedProvider::opened(std::string_view text, Grant::Kind kind,
                                            std::int64_t now_s) const {
  const auto bytes = pki::from_base64url(text);
  const auto content = bytes ? seal.open(*bytes) : std::nullopt;
  if (!content) return std::nullopt;
  const Json json = Json::parse(*content, nullptr, false);
  if (!json.is_array() || json[0] != static_cast<int>(kind)) return std::nullopt;
  Grant grant;
  grant.kind = kind;
  std::size_t at = 1;
  for (std::string* const one :
       {&grant.id, &grant.client_id, &grant.subject, &grant.scope, &grant.nonce,
        &grant.redirect_uri, &grant.code_challenge, &grant.challenge_method}) {
    *one = json[at++].get<std::string>();
  }
  grant.signed_in_s = json[at++].get<std::int64_t>();
  grant.expires_s = json[at].get<std::int64_t>();
  if (now_s >= grant.expires_s) return std::nullopt;
  return grant;
}

bool has_scope(std::string_view scope, std::string_view name) {
  while (!scope.empty()) {
    const std::string_view one = scope.substr(0, scope.find(' '));
    if (one == name) return true;
    scope.remove_prefix(std::min(scope.size(), one.size() + 1));
  }
  return false;
}

}  // namespace hoplab::aws
