// The tokens that a played identity provider signs: access tokens (also JWTs, as Cognito's) and ID
// tokens (OpenID Connect Core 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/identity/played_provider.h"

namespace hoplab::aws {

/// A token to be signed, or the reason why none was.
using SignedToken = Result<std::string>;

struct AccessTokenRequest {
  const PlayedProvider::Client& client;
  std::string subject;  // the user's, or the client's id
  std::string scope;
  std::optional<std::int64_t> signed_in_s;  // of a user's
  /// What its asker wants in it in the place of what would be there; null takes a claim away.
  nlohmann::ordered_json claims = nlohmann::ordered_json::object();
};

SignedToken access_token(const PlayedProvider& provider, const AccessTokenRequest& request,
                         std::int64_t now_s, Rng& rng);
/// Of whom `grant` is about, beside `access_token`.
SignedToken id_token(const PlayedProvider& provider, const Grant& grant,
                     std::string_view access_token, std::int64_t now_s);

/// Whose access token it is, and for what.
struct TokenHolder {
  const PlayedProvider::User* user = nullptr;  // null: of a client
  std::string scope;
};
/// Nothing: it is no access token of this provider that counts now.
std::optional<TokenHolder> holder_of(const PlayedProvider& provider, std::string_view token,
                                     std::int64_t now_s);

}  // namespace hoplab::aws
