#include "aws/alb/user_login.h"

#include <algorithm>
#include <array>

#include "aws/alb/sticky_cookies.h"
#include "aws/identity/json_web_token.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/hash.h"
#include "base/percent.h"
#include "http/cookies.h"

namespace hoplab::aws {

namespace {

using model::UserAuthentication;
using Unauthenticated = UserAuthentication::OnUnauthenticatedRequest;
using Failure = WebAnswer::Failure;

constexpr std::string_view kNonce = "AWSALBAuthNonce";
constexpr std::size_t kNonceLength = 16;
constexpr Duration kProviderTimeout = 5s;
constexpr Duration kLoginTime = 15min;
constexpr std::size_t kMostTokens = 64 * 1024;
constexpr std::size_t kMostClaims = 11 * 1024;  // with the access token
constexpr std::int64_t kUsualTokenLife = 3600;  // where the provider says nothing (RFC 6749 5.1)

/// What tells a login from a listener's others.
std::string key_of(const UserAuthentication& login) {
  return std::to_string(fnv1a(login.authorization_endpoint + " " + login.client_id + " " +
                              login.session_cookie_name));
}

std::string_view query_of(const http::Request& request) {
  const auto at = request.target.find('?');
  return at == std::string_view::npos ? std::string_view() : request.target.substr(at + 1);
}

std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view one = query.substr(0, end);
    const auto equals = std::min(one.find('='), one.size());
    if (one.substr(0, equals) == name) {
      return form_decoded(one.substr(std::min(equals + 1, one.size())));
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

std::string fresh_nonce(Rng& rng) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string nonce;
  for (std::size_t i = 0; i < kNonceLength; ++i) nonce += kAlphabet[rng.next() % kAlphabet.size()];
  return nonce;
}

std::string callback_of(std::string_view authority) {
  return "https://" + lower_case(authority) + std::string(UserLogin::kCallback);
}

/// RFC 6749 2.3.1: both are encoded first.
std::string basic(const UserAuthentication& login) {
  return "Basic " +
         to_base64(percent_encoded(login.client_id) + ":" + percent_encoded(login.client_secret));
}

/// Whether the ID token is of this login and still good (OpenID Connect Core 3.1.3.7). Its
/// signature is not looked at: it came by TLS from the token endpoint.
std::string what_is_wrong(const nlohmann::json& claims, const UserAuthentication& login, Time now) {
  if (text_member(claims, "iss") != login.issuer) {
    return "its iss is not '" + login.issuer + "'";
  }
  const auto audience = claims.find("aud");
  const bool meant = audience != claims.end() &&
                     (*audience == login.client_id ||
                      (audience->is_array() && std::find(audience->begin(), audience->end(),
                                                         login.client_id) != audience->end()));
  if (!meant) return "its aud is not '" + login.client_id + "'";
  const auto ends = claims.find("exp");
  if (ends == claims.end() || !ends->is_number() ||
      ends->get<double>() <= static_cast<double>(epoch_seconds(now))) {
    return "it has expired";
  }
  if (text_member(claims, "sub").empty()) return "it has no sub";
  return {};
}

}  // namespace

/// What a client brings back from the provider.
struct UserLogin::State {
  std::string key, nonce, url, callback;
  Time sent_at;
};

struct UserLogin::Tokens {
  std::string access, refresh, id;
  std::int64_t life_s = kUsualTokenLife;
};

bool UserLogin::is_callback(const http::Request& request) noexcept {
  return request.target.substr(0, request.target.find('?')) == kCallback;
}

/// Which of AWS's metrics counts it.
void UserLogin::count(Reason reason) {
  switch (reason) {
    case Reason::authentication_denied:
    case Reason::auth_missing_host_header: break;
    case Reason::auth_token_ep_request_failed:
    case Reason::auth_token_ep_request_timeout:
    case Reason::auth_userinfo_ep_request_failed:
    case Reason::auth_userinfo_ep_request_timeout: ++counters_.auth_errors; break;
    case Reason::auth_userinfo_response_size_exceeded: ++counters_.auth_claims_size_exceeded; break;
    default: ++counters_.auth_failures; break;
  }
}

LoginResult UserLogin::refused(AuthRefusal refusal) {
  count(refusal.reason);
  LoginResult result;
  result.next = LoginResult::Next::refuse;
  result.refusal = std::move(refusal);
  return result;
}

LoginResult UserLogin::send_to_provider(const UserAuthentication& login,
                                        const http::Request& request) {
  if (request.authority.empty()) return refused({401, Reason::auth_missing_host_header, {}});
  const std::string nonce = fresh_nonce(rng_);
  const std::string callback = callback_of(request.authority);
  const OrderedJson state = {
      key_of(login), nonce,
      "https://" + std::string(request.authority) + std::string(request.target), callback,
      epoch_seconds(loop_.calendar())};
  LoginResult result;
  result.next = LoginResult::Next::redirect;
  result.location = login.authorization_endpoint +
                    (login.authorization_endpoint.find('?') == std::string::npos ? "?" : "&") +
                    "client_id=" + percent_encoded(login.client_id) +
                    "&redirect_uri=" + percent_encoded(callback) +
                    "&response_type=code&scope=" + percent_encoded(login.scope) +
                    "&state=" + percent_encoded(cookies_.seal().seal(state.dump(), rng_));
  for (const auto& [name, value] : login.extra_parameters) {
    result.location += "&" + percent_encoded(name) + "=" + percent_encoded(value);
  }
  result.cookies.push_back(std::string(kNonce) + "=" + nonce + "; Path=/; Secure; HttpOnly");
  return result;
}

std::optional<UserLogin::State> UserLogin::open_state(std::string_view sealed) const {
  const auto text = cookies_.seal().open(sealed);
  if (!text) return std::nullopt;
  const OrderedJson json = OrderedJson::parse(*text, nullptr, false);
  constexpr std::size_t kParts = 5;
  if (!json.is_array() || json.size() != kParts) return std::nullopt;
  return State{json[0], json[1], json[2], json[3], Time(std::chrono::seconds(json[4]))};
}

LoginResult UserLogin::with_session(const UserAuthentication& login, const http::Request& request,
                                    UserSession session, LoginResult result) {
  result.cookies = cookies_.write(session, login.session_cookie_name, loop_.calendar(),
                                  wants_same_site_none(request.headers), rng_);
  if (result.cookies.empty()) {
    return refused({500, Reason::auth_userinfo_response_size_exceeded,
                    "the session does not fit into four cookies"});
  }
  result.session = std::move(session);
  return result;
}

Task<LoginResult> UserLogin::enter(const UserAuthentication& login, const http::Request& request) {
  SessionCookies::Sent sent = cookies_.read(request.headers, login.session_cookie_name);
  if (sent.sent && !sent.session) {
    co_return refused({401, Reason::auth_invalid_cookie, login.session_cookie_name});
  }
  LoginResult result;
  const Time now = loop_.calendar();
  if (sent.session) {
    const bool over =
        now >= sent.session->logged_in_at + std::chrono::seconds(login.session_timeout_s);
    if (!over && now < sent.session->token_ends_at) {
      result.session = std::move(sent.session);
      co_return result;
    }
    const bool renewed = !over && co_await refresh(login, *sent.session);
    if (renewed) {
      co_return with_session(login, request, std::move(*sent.session), std::move(result));
    }
  }
  if (login.on_unauthenticated_request == Unauthenticated::allow) co_return result;
  if (login.on_unauthenticated_request == Unauthenticated::deny && !sent.sent) {
    co_return refused({401, Reason::authentication_denied, {}});
  }
  co_return send_to_provider(login, request);
}

Task<bool> UserLogin::refresh(const UserAuthentication& login, UserSession& session) {
  if (session.refresh_token.empty()) co_return false;
  Tokens tokens;
  std::string form =
      "grant_type=refresh_token&refresh_token=" + percent_encoded(session.refresh_token);
  const auto no_tokens = co_await ask_for_tokens(login, std::move(form), tokens);
  if (no_tokens) co_return false;
  session.access_token = tokens.access;
  if (!tokens.refresh.empty()) session.refresh_token = tokens.refresh;
  session.token_ends_at = loop_.calendar() + std::chrono::seconds(tokens.life_s);
  const auto no_claims = co_await ask_for_claims(login, session);
  if (no_claims) co_return false;
  ++counters_.auth_refreshes;
  co_return true;
}

Task<std::optional<AuthRefusal>> UserLogin::ask_for_tokens(const UserAuthentication& login,
                                                           std::string form, Tokens& tokens) {
  WebRequest request;
  request.method = "POST";
  request.url = login.token_endpoint;
  request.headers.emplace_back("Authorization", basic(login));
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.headers.emplace_back("Accept", "application/json");
  request.body = std::move(form);
  const WebAnswer answer = co_await web_.ask(request, kProviderTimeout, kMostTokens);
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  std::string detail = login.token_endpoint + ": " + answer.what_failed();
  if (answer.failure == Failure::timeout) {
    co_return AuthRefusal{500, Reason::auth_token_ep_request_timeout, std::move(detail)};
  }
  if (!answer.succeeded()) {
    const std::string error = json.is_object() ? text_member(json, "error") : std::string();
    if (!error.empty()) detail += " " + error.substr(0, kNonceLength * 4);
    const Reason reason = error == "invalid_grant" ? Reason::auth_invalid_grant_error
                                                   : Reason::auth_token_ep_request_failed;
    co_return AuthRefusal{500, reason, std::move(detail)};
  }
  if (json.is_object()) {
    tokens.access = text_member(json, "access_token");
    tokens.refresh = text_member(json, "refresh_token");
    tokens.id = text_member(json, "id_token");
    const auto life = json.find("expires_in");
    constexpr std::int64_t kLongest = 10LL * 365 * 86400;
    if (life != json.end() && life->is_number_integer()) {
      tokens.life_s = std::clamp<std::int64_t>(*life, 0, kLongest);
    }
  }
  if (!tokens.access.empty()) co_return std::nullopt;
  co_return AuthRefusal{500, Reason::auth_invalid_token_response, login.token_endpoint};
}

Task<std::optional<AuthRefusal>> UserLogin::ask_for_claims(const UserAuthentication& login,
                                                           UserSession& session) {
  WebRequest request;
  request.url = login.user_info_endpoint;
  request.headers.emplace_back("Authorization", "Bearer " + session.access_token);
  request.headers.emplace_back("Accept", "application/json");
  const WebAnswer answer = co_await web_.ask(request, kProviderTimeout, kMostTokens);
  std::string detail = login.user_info_endpoint + ": " + answer.what_failed();
  if (answer.failure == Failure::timeout) {
    co_return AuthRefusal{500, Reason::auth_userinfo_ep_request_timeout, std::move(detail)};
  }
  if (answer.failure != Failure::too_large && !answer.succeeded()) {
    co_return AuthRefusal{500, Reason::auth_userinfo_ep_request_failed, std::move(detail)};
  }
  const std::size_t size = answer.body.size() + session.access_token.size();
  if (size > kMostClaims) {
    co_return AuthRefusal{500, Reason::auth_userinfo_response_size_exceeded,
                          std::to_string(size) + " bytes"};
  }
  const OrderedJson claims = OrderedJson::parse(answer.body, nullptr, false);
  if (!claims.is_object() || text_member(claims, "sub") != session.subject) {
    co_return AuthRefusal{500, Reason::auth_invalid_userinfo_response, login.user_info_endpoint};
  }
  session.claims = claims.dump();
  co_return std::nullopt;
}

Task<LoginResult> UserLogin::come_back(const std::vector<const UserAuthentication*>& logins,
                                       const http::Request& request) {
  const std::string_view query = query_of(request);
  const auto error = parameter(query, "error");
  if (error) {
    co_return refused({561, Reason::identity_provider_denied, error->substr(0, kNonceLength * 4)});
  }
  const auto sealed = parameter(query, "state"), code = parameter(query, "code");
  if (!sealed) co_return refused({401, Reason::auth_missing_state_param, {}});
  if (!code) co_return refused({401, Reason::auth_missing_code_param, {}});
  const auto state = open_state(*sealed);
  const auto of_state = [&state](const UserAuthentication* one) {
    return key_of(*one) == state->key;
  };
  const auto login = state ? std::ranges::find_if(logins, of_state) : logins.end();
  if (login == logins.end()) {
    co_return refused({401, Reason::auth_invalid_state_param, "it is none of this listener's"});
  }
  if (loop_.calendar() > state->sent_at + kLoginTime) {
    co_return refused({401, Reason::auth_invalid_state_param, "it is older than 15 minutes"});
  }
  const auto nonce = http::find_cookie(request.headers, kNonce);
  if (!nonce) co_return refused({401, Reason::auth_missing_nonce, {}});
  if (*nonce != state->nonce) {
    co_return refused({401, Reason::auth_invalid_state_param, "it is of another login"});
  }
  const Time began = loop_.now();
  const UserAuthentication& its = **login;
  Tokens tokens;
  std::string form = "grant_type=authorization_code&code=" + percent_encoded(*code) +
                     "&redirect_uri=" + percent_encoded(state->callback);
  auto failed = co_await ask_for_tokens(its, std::move(form), tokens);
  if (failed) co_return refused(std::move(*failed));
  const auto id_token = JsonWebToken::parse(tokens.id);
  const Time now = loop_.calendar();
  std::string wrong = tokens.id.empty() ? "there is none"
                      : !id_token       ? "it is no JSON Web Token"
                                        : what_is_wrong(id_token->claims, its, now);
  if (!wrong.empty()) co_return refused({401, Reason::auth_invalid_id_token, std::move(wrong)});
  UserSession session;
  session.subject = text_member(id_token->claims, "sub");
  session.access_token = tokens.access;
  session.refresh_token = tokens.refresh;
  session.logged_in_at = now;
  session.token_ends_at = now + std::chrono::seconds(tokens.life_s);
  failed = co_await ask_for_claims(its, session);
  if (failed) co_return refused(std::move(*failed));
  LoginResult result;
  result.next = LoginResult::Next::redirect;
  result.location = state->url;
  result = with_session(its, request, std::move(session), std::move(result));
  if (result.next == LoginResult::Next::redirect) {
    ++counters_.auth_successes;
    counters_.auth_latency += loop_.now() - began;
  }
  co_return result;
}

}  // namespace hoplab::aws
