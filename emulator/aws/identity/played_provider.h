// An identity provider that hoplab plays, as its endpoints see it: clients, users, keys, and what
// it hands out. All but the codes that were used is immutable.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "aws/identity/signing_key.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/rng.h"
#include "model/topology.h"
#include "pki/seal.h"

namespace hoplab::aws {

/// Codes that have been exchanged already. All loops share it.
class UsedCodes {
 public:
  /// False: somebody has used it. It is forgotten some time after `expires_s`.
  bool use(const std::string& id, std::int64_t expires_s, std::int64_t now_s);

 private:
  std::mutex mutex_;
  std::set<std::pair<std::int64_t, std::string>> used_;  // by when they expire
};

/// What somebody has got by signing in, and may come back with: it is all in the code, the refresh
/// token or the cookie, sealed.
struct Grant {
  enum class Kind : std::uint8_t { code, refresh_token, session } kind = Kind::code;
  std::string id, client_id, subject, scope, nonce;
  std::string redirect_uri;                      // of a code whose request named one
  std::string code_challenge, challenge_method;  // RFC 7636; empty: none
  std::int64_t signed_in_s = 0;                  // seconds since 1970, as all
  std::int64_t expires_s = 0;
};

struct PlayedProvider {
  using Json = nlohmann::ordered_json;
  using Client = model::IdentityProvider::Client;
  using User = model::IdentityProvider::User;

  /// What was handed out by the same `secret` counts here, too. The error says which claims are no
  /// JSON object.
  static Result<PlayedProvider> make(std::shared_ptr<const model::IdentityProvider> model,
                                     std::vector<SigningKey> keys, std::string_view secret,
                                     std::shared_ptr<UsedCodes> used);

  [[nodiscard]] const Client* client(const std::string& id) const;
  [[nodiscard]] const User* user(const std::string& subject) const;
  /// https://<host of its endpoints>
  [[nodiscard]] std::string origin() const;

  [[nodiscard]] std::string sealed(const Grant& grant, Rng& rng) const;
  /// Nothing: it is none of that kind, or has expired.
  [[nodiscard]] std::optional<Grant> opened(std::string_view text, Grant::Kind kind,
                                            std::int64_t now_s) const;

  std::shared_ptr<const model::IdentityProvider> model;
  std::vector<SigningKey> keys;               // the first one signs
  std::map<std::string, Json> user_claims;    // by subject
  std::map<std::string, Json> access_claims;  // by client
  std::shared_ptr<UsedCodes> used;
  pki::Seal seal;
};

/// Whether `scope`, names with spaces between them, has `name`.
bool has_scope(std::string_view scope, std::string_view name);

}  // namespace hoplab::aws
