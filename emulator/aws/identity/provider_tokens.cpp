#include "aws/identity/provider_tokens.h"

#include <algorithm>

#include "aws/identity/digest.h"
#include "aws/identity/json_web_token.h"
#include "pki/jose.h"

namespace hoplab::aws {

namespace {

SignedToken signed_by(const PlayedProvider& provider, const PlayedProvider::Json& claims) {
  const SigningKey& key = provider.keys.front();
  return sign_token(claims, key.key.get(), key.kid);
}

}  // namespace

SignedToken access_token(const PlayedProvider& provider, const AccessTokenRequest& request,
                         std::int64_t now_s, Rng& rng) {
  PlayedProvider::Json claims = {{"sub", request.subject},
                                 {"iss", provider.model->issuer},
                                 {"client_id", request.client.client_id},
                                 {"token_use", "access"},
                                 {"scope", request.scope},
                                 {"iat", now_s},
                                 {"exp", now_s + provider.model->access_token_s},
                                 {"jti", fresh_uuid(rng)}};
  if (request.signed_in_s) claims["auth_time"] = *request.signed_in_s;
  claims.merge_patch(provider.access_claims.at(request.client.client_id));
  claims.merge_patch(request.claims);
  return signed_by(provider, claims);
}

SignedToken id_token(const PlayedProvider& provider, const Grant& grant,
                     std::string_view access_token, std::int64_t now_s) {
  PlayedProvider::Json claims = {
      {"sub", grant.subject},
      {"iss", provider.model->issuer},
      {"aud", grant.client_id},
      {"token_use", "id"},
      {"auth_time", grant.signed_in_s},
      {"iat", now_s},
      {"exp", now_s + provider.model->id_token_s},
      {"at_hash", pki::base64url(std::string_view(sha256(access_token)).substr(0, 16))}};
  if (!grant.nonce.empty()) claims["nonce"] = grant.nonce;
  const auto of_user = provider.user_claims.find(grant.subject);
  if (of_user != provider.user_claims.end()) claims.merge_patch(of_user->second);
  return signed_by(provider, claims);
}

std::optional<TokenHolder> holder_of(const PlayedProvider& provider, std::string_view token,
                                     std::int64_t now_s) {
  const auto read = JsonWebToken::parse(token);
  if (!read || text_member(read->header, "alg") != "RS256") return std::nullopt;
  const auto key =
      std::ranges::find(provider.keys, text_member(read->header, "kid"), &SigningKey::kid);
  if (key == provider.keys.end() ||
      !pki::verify_rs256(key->key.get(), read->signed_part, read->signature)) {
    return std::nullopt;
  }
  const auto& claims = read->claims;
  const auto expires = claims.find("exp");
  const bool counts = expires != claims.end() && expires->is_number() &&
                      static_cast<double>(now_s) < expires->get<double>() &&
                      text_member(claims, "iss") == provider.model->issuer &&
                      text_member(claims, "token_use") == "access";
  if (!counts) return std::nullopt;
  return TokenHolder{provider.user(text_member(claims, "sub")), text_member(claims, "scope")};
}

}  // namespace hoplab::aws
