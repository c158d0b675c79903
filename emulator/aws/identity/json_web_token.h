// JSON Web Tokens in their compact form (RFC 7519, RFC 7515 7.1): three parts in base64url, of
// which the first two are JSON objects. Whether a signature is good is for whoever has the key.
#pragma once

#include <openssl/types.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hoplab::aws {

/// Members stay in their order.
using OrderedJson = nlohmann::ordered_json;

/// A text member of an object; empty: there is none.
template <class Json>
std::string text_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->template get<std::string>()
                                                     : std::string();
}

struct JsonWebToken {
  nlohmann::json header, claims;  // objects; in order they would take time by the square
  std::string signed_part;        // the first two parts, as they came
  std::string signature;          // raw bytes

  /// Nothing: it is not such a token.
  static std::optional<JsonWebToken> parse(std::string_view text);
};

/// A token that is signed with RS256, whose header says `kid`.
Result<std::string> sign_token(const OrderedJson& claims, EVP_PKEY* key, std::string_view kid);

}  // namespace hoplab::aws
