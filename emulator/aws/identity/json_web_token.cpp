#include "aws/identity/json_web_token.h"

#include "pki/jose.h"

namespace hoplab::aws {

namespace {

std::optional<nlohmann::json> object_in(std::string_view part) {
  const auto text = pki::from_base64url(part);
  if (!text) return std::nullopt;
  nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

}  // namespace

std::optional<JsonWebToken> JsonWebToken::parse(std::string_view text) {
  const auto first = text.find('.');
  const auto second = text.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto header = object_in(text.substr(0, first));
  auto claims = object_in(text.substr(first + 1, second - first - 1));
  auto signature = pki::from_base64url(text.substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  return JsonWebToken{std::move(*header), std::move(*claims), std::string(text.substr(0, second)),
                      std::move(*signature)};
}

Result<std::string> sign_token(const OrderedJson& claims, EVP_PKEY* key, std::string_view kid) {
  const OrderedJson header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", kid}};
  // Who asks for a token may put bytes into it that are no text.
  const std::string said = claims.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  std::string token = pki::base64url(header.dump()) + "." + pki::base64url(said);
  auto signature = pki::sign_rs256(key, token);
  if (!signature) return signature;
  return token + "." + pki::base64url(signature.value());
}

}  // namespace hoplab::aws
