#include "aws/apigateway/user_pool_token.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "base/ascii.h"
#include "pki/jose.h"

namespace hoplab::aws {

namespace {

std::string_view without_bearer(std::string_view text) {
  constexpr std::string_view kScheme = "Bearer ";
  const bool has =
      text.size() >= kScheme.size() && iequals(text.substr(0, kScheme.size()), kScheme);
  return has ? text.substr(kScheme.size()) : text;
}

bool has_one_of(std::string_view granted, const std::vector<std::string>& scopes) {
  while (!granted.empty()) {
    const auto end = std::min(granted.find(' '), granted.size());
    if (std::ranges::find(scopes, granted.substr(0, end)) != scopes.end()) return true;
    granted.remove_prefix(std::min(end + 1, granted.size()));
  }
  return false;
}

/// Nothing: it is none, or one of another millennium.
std::optional<std::int64_t> seconds_in(const nlohmann::json& claims, const char* name) {
  constexpr double kMost = 253'402'300'799;  // the end of the year 9999
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const auto value = found->get<double>();
  if (!(value >= 0 && value <= kMost)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

/// As Java prints a Date: "Sat Apr 25 16:45:16 UTC 2026".
std::string java_date(std::time_t at) {
  std::tm parts{};
  ::gmtime_r(&at, &parts);
  std::array<char, 40> text;
  const auto size = std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S UTC %Y", &parts);
  return {text.data(), size};
}

/// Lists of texts with commas between them.
std::string claim_text(const nlohmann::json& claim) {
  if (claim.is_string()) return claim.get<std::string>();
  const auto is_text = [](const nlohmann::json& one) { return one.is_string(); };
  if (!claim.is_array() || !std::ranges::all_of(claim, is_text)) {
    return claim.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::string all;
  for (const nlohmann::json& one : claim) {
    if (!all.empty()) all += ',';
    all += one.get<std::string>();
  }
  return all;
}

TokenVerdict judge_use(const nlohmann::json& claims, const std::vector<std::string>& scopes) {
  const std::string_view wanted = scopes.empty() ? "id" : "access";
  const std::string use = text_member(claims, "token_use");
  if (use != wanted) {
    return {"its token_use is '" + use + "', and the method takes '" + std::string(wanted) + "'"};
  }
  if (scopes.empty() || has_one_of(text_member(claims, "scope"), scopes)) return {};
  return {"it has none of the method's scopes"};
}

}  // namespace

std::optional<UserPoolToken> UserPoolToken::read(std::string_view text,
                                                 const Authorizer& authorizer, std::string& why) {
  auto parsed = JsonWebToken::parse(without_bearer(text));
  if (!parsed) {
    why = "it is no JSON Web Token";
    return std::nullopt;
  }
  const std::string algorithm = text_member(parsed->header, "alg"),
                    issuer = text_member(parsed->claims, "iss");
  if (algorithm != "RS256") {
    why = "its alg is '" + algorithm + "', not RS256";
    return std::nullopt;
  }
  const auto pool = std::ranges::find(authorizer.pools, issuer, &UserPool::issuer);
  if (pool == authorizer.pools.end()) {
    why = "its iss, '" + issuer + "', is no issuer of the authorizer";
    return std::nullopt;
  }
  UserPoolToken token(std::move(*parsed));
  token.keys_url_ = pool->keys_url;
  token.kid_ = text_member(token.token_.header, "kid");
  return token;
}

TokenVerdict UserPoolToken::judge(const KeySet& keys, const Authorizer& authorizer,
                                  const std::vector<std::string>& scopes, Time now) const {
  EVP_PKEY* const key = keys.find(kid_);
  if (key == nullptr) return {"no key of its issuer has its kid, '" + kid_ + "'"};
  if (!pki::verify_rs256(key, token_.signed_part, token_.signature)) {
    return {"its signature is not the issuer's"};
  }
  const auto expires = seconds_in(token_.claims, "exp");
  if (!expires) return {"it has no exp"};
  if (*expires <= epoch_seconds(now)) return {"it has expired", true};
  if (authorizer.expression &&
      !authorizer.expression->found_in(text_member(token_.claims, "aud"))) {
    return {"its aud does not fit IdentityValidationExpression"};
  }
  return judge_use(token_.claims, scopes);
}

Claims UserPoolToken::claims() const {
  Claims all;
  for (const auto& [name, value] : token_.claims.items()) {
    const bool date = name == "exp" || name == "iat";
    const auto at = date ? seconds_in(token_.claims, name.c_str()) : std::nullopt;
    all.emplace_back(name, at ? java_date(*at) : claim_text(value));
  }
  return all;
}

}  // namespace hoplab::aws
