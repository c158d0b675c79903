#include "aws/alb/user_claims.h"

#include <algorithm>

#include "aws/identity/json_web_token.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "pki/jose.h"

namespace hoplab::aws {

namespace {

constexpr std::string_view kAccessToken = "x-amzn-oidc-accesstoken";
constexpr std::string_view kIdentity = "x-amzn-oidc-identity";
constexpr std::string_view kData = "x-amzn-oidc-data";
constexpr std::int64_t kClaimsLife = 120;

/// base64url that is padded all the same, as an ALB's is.
std::string padded(std::string_view bytes) {
  std::string text = to_base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::string signed_claims(const UserSession& session, const model::UserAuthentication& login,
                          const SigningKey& key, std::string_view signer, Time now) {
  const std::int64_t ends = epoch_seconds(now) + kClaimsLife;
  OrderedJson header;
  header["typ"] = "JWT";
  header["kid"] = key.kid;
  header["alg"] = "ES256";
  header["iss"] = login.issuer;
  header["client"] = login.client_id;
  header["signer"] = signer;
  header["exp"] = ends;
  OrderedJson claims = OrderedJson::parse(session.claims, nullptr, false);
  claims.erase("exp");
  claims.erase("iss");
  claims["exp"] = ends;
  claims["iss"] = login.issuer;
  const std::string token = padded(header.dump()) + "." + padded(claims.dump());
  return token + "." + padded(pki::sign_es256(key.key.get(), token).value());
}

}  // namespace

void drop_user_claims(http::Request& request) {
  for (const std::string_view name : {kAccessToken, kIdentity, kData}) request.headers.remove(name);
}

void add_user_claims(http::Request& request, const UserSession& session,
                     const model::UserAuthentication& login, const SigningKey& key,
                     std::string_view signer, Time now) {
  Arena& arena = request.arena;
  request.headers.add(kAccessToken, arena.copy(session.access_token));
  request.headers.add(kIdentity, arena.copy(session.subject));
  request.headers.add(kData, arena.copy(signed_claims(session, login, key, signer, now)));
}

}  // namespace hoplab::aws
