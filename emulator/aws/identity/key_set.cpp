#include "aws/identity/key_set.h"

#include "aws/identity/json_web_token.h"
#include "pki/jose.h"

namespace hoplab::aws {

namespace {

Result<std::shared_ptr<EVP_PKEY>> rsa_2048(const nlohmann::json& jwk) {
  constexpr std::size_t kBytes = 2048 / 8;
  if (text_member(jwk, "kty") != "RSA") return Error{"its kty is not RSA"};
  const std::string algorithm = text_member(jwk, "alg");
  if (!algorithm.empty() && algorithm != "RS256") return Error{"its alg is not RS256"};
  const auto modulus = pki::from_base64url(text_member(jwk, "n"));
  const auto exponent = pki::from_base64url(text_member(jwk, "e"));
  if (!modulus || !exponent || exponent->empty()) return Error{"its n or e is no number"};
  if (modulus->size() != kBytes || static_cast<unsigned char>(modulus->front()) < 0x80) {
    return Error{"it has not 2048 bits"};
  }
  auto key = pki::rsa_key({*modulus, *exponent});
  if (!key) return Error{"it is no RSA key"};
  return key;
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  const auto keys = json.is_object() ? json.find("keys") : json.end();
  if (!json.is_object() || keys == json.end() || !keys->is_array()) {
    return Error{"it is no JSON with keys"};
  }
  if (keys->size() > kMostKeys) {
    return Error{"it has " + std::to_string(keys->size()) + " keys, more than 10"};
  }
  KeySet set;
  for (const nlohmann::json& one : *keys) {
    const std::string kid = one.is_object() ? text_member(one, "kid") : std::string();
    if (kid.empty()) return Error{"a key has no kid"};
    auto key = rsa_2048(one);
    if (!key) return Error{"key '" + kid + "': " + key.error()};
    set.keys_.insert_or_assign(kid, std::move(key).value());
  }
  return set;
}

EVP_PKEY* KeySet::find(std::string_view kid) const {
  const auto found = keys_.find(kid);
  return found == keys_.end() ? nullptr : found->second.get();
}

}  // namespace hoplab::aws
