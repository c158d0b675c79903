#include "aws/alb/jwt_validation.h"

#include <algorithm>

#include "aws/identity/json_web_token.h"
#include "base/ascii.h"
#include "pki/jose.h"

namespace hoplab::aws {

namespace {

using Refused = std::optional<AuthRefusal>;
using Format = model::JwtClaim::Format;

Refused refused(Reason reason, std::string detail = {}) {
  return AuthRefusal{401, reason, std::move(detail)};
}

/// The token of "Authorization: Bearer"; the refusal when it is none.
Refused bearer_token(const http::Headers& headers, std::string_view& token) {
  constexpr std::string_view kScheme = "Bearer ";
  int fields = 0;
  for (const http::Field& field : headers.fields()) {
    if (!iequals(field.name, "authorization")) continue;
    token = field.value;
    ++fields;
  }
  if (fields == 0) return refused(Reason::jwt_header_not_present);
  if (fields > 1) return refused(Reason::jwt_request_format_invalid, "Authorization stands twice");
  if (!token.starts_with(kScheme)) {
    return refused(Reason::jwt_request_format_invalid, "it does not begin with \"Bearer \"");
  }
  token.remove_prefix(kScheme.size());
  if (token.find_first_of(" ,") != std::string_view::npos) {
    return refused(Reason::jwt_request_format_invalid, "it has more than one token");
  }
  return std::nullopt;
}

/// For people: as JSON, its beginning.
std::string shown(const nlohmann::json& value) {
  constexpr std::size_t kMost = 100;
  constexpr bool kAscii = true;
  return value.dump(-1, ' ', kAscii).substr(0, kMost);
}

bool has_word(std::string_view text, std::string_view word) {
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (text.substr(0, end) == word) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

/// Whether what the claim says, in the form that it must have, is what it must say.
Refused judge_claim(const nlohmann::json& claims, const model::JwtClaim& wanted) {
  const auto about = [&wanted](std::string_view what) {
    return "claim '" + wanted.name + "' " + std::string(what);
  };
  const auto found = claims.find(wanted.name);
  if (found == claims.end()) {
    return refused(Reason::jwt_claim_not_present, about("is not there"));
  }
  const auto holds = [&found](const std::string& value) {
    const auto is_it = [&value](const nlohmann::json& one) { return one == value; };
    return std::any_of(found->begin(), found->end(), is_it);
  };
  const auto& values = wanted.values;
  bool good = false;
  if (wanted.format == Format::string_array) {
    if (!found->is_array()) {
      return refused(Reason::jwt_claim_format_invalid, about("is no array"));
    }
    good = std::ranges::any_of(values, holds);
  } else {
    if (!found->is_string()) {
      return refused(Reason::jwt_claim_format_invalid, about("is no text"));
    }
    const auto& text = found->get_ref<const std::string&>();
    good = wanted.format == Format::single_string
               ? std::ranges::find(values, text) != values.end()
               : std::ranges::all_of(values, [&](const auto& one) { return has_word(text, one); });
  }
  if (good) return std::nullopt;
  return refused(Reason::jwt_claim_value_invalid, about("is " + shown(*found)));
}

/// exp must be there; nbf and iat are judged when they are. Without leeway (UNDOCUMENTED).
Refused judge_times(const nlohmann::json& claims, Time now) {
  const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  for (const char* const name : {"exp", "nbf", "iat"}) {
    const bool end = std::string_view(name) == "exp";
    const auto found = claims.find(name);
    if (found == claims.end()) {
      if (!end) continue;
      return refused(Reason::jwt_claim_not_present, "claim 'exp' is not there");
    }
    if (!found->is_number()) {
      return refused(Reason::jwt_claim_format_invalid,
                     "claim '" + std::string(name) + "' is no number");
    }
    const double at = found->get<double>();
    if (end && at <= seconds) {
      return refused(Reason::jwt_claim_value_invalid, "it expired at " + shown(*found));
    }
    if (!end && at > seconds) {
      return refused(Reason::jwt_claim_value_invalid,
                     "claim '" + std::string(name) + "' is in the future, " + shown(*found));
    }
  }
  return std::nullopt;
}

Refused judge_claims(const nlohmann::json& claims, const model::JwtValidation& wanted, Time now) {
  if (auto bad = judge_claim(claims, {Format::single_string, "iss", {wanted.issuer}})) return bad;
  if (auto bad = judge_times(claims, now)) return bad;
  for (const model::JwtClaim& one : wanted.additional_claims) {
    if (auto bad = judge_claim(claims, one)) return bad;
  }
  return std::nullopt;
}

/// 500 where the endpoint gave no answer, 562 for one that does not do.
AuthRefusal refusal_of(KeySets::Got&& got) {
  constexpr int kNoAnswer = 500, kBadAnswer = 562;
  return {got.answered ? kBadAnswer : kNoAnswer, got.reason, std::move(got.detail)};
}

}  // namespace

Task<Refused> judge_token(const model::JwtValidation& wanted, const http::Headers& headers,
                          Time now, KeySets& key_sets) {
  std::string_view text;
  if (auto bad = bearer_token(headers, text)) co_return bad;
  const auto token = JsonWebToken::parse(text);
  if (!token) co_return refused(Reason::jwt_request_format_invalid, "it is no JSON Web Token");
  const std::string algorithm = text_member(token->header, "alg"),
                    kid = text_member(token->header, "kid");
  if (algorithm != "RS256") {
    co_return refused(Reason::jwt_signature_validation_error,
                      "its alg is '" + algorithm + "', not RS256");
  }
  KeySets::Got got = co_await key_sets.get(wanted.jwks_endpoint, kid);
  if (!got.keys) co_return refusal_of(std::move(got));
  EVP_PKEY* const key = got.keys->find(kid);
  if (key == nullptr) {
    co_return refused(Reason::jwt_signature_validation_error,
                      "no key of the JWKS endpoint has its kid, '" + kid + "'");
  }
  if (!pki::verify_rs256(key, token->signed_part, token->signature)) {
    co_return refused(Reason::jwt_signature_validation_error);
  }
  co_return judge_claims(token->claims, wanted, now);
}

}  // namespace hoplab::aws
