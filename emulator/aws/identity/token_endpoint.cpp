#include <algorithm>

#include "aws/identity/digest.h"
#include "aws/identity/form.h"
#include "aws/identity/provider_endpoints.h"
#include "aws/identity/provider_tokens.h"
#include "aws/identity/web_answers.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/percent.h"
#include "pki/jose.h"

namespace hoplab::aws {

namespace {

using Json = nlohmann::ordered_json;

/// RFC 6749 5.2; an empty error: it is none.
struct TokenError {
  std::string_view error;
  std::string_view why;
};

/// The credentials of an Authorization field; nothing: it has another scheme, or there is none.
std::optional<std::string_view> credentials(const http::Request& request, std::string_view scheme) {
  std::string_view value = request.headers.get("Authorization");
  if (value.size() <= scheme.size() || !iequals(value.substr(0, scheme.size()), scheme) ||
      value[scheme.size()] != ' ') {
    return std::nullopt;
  }
  value.remove_prefix(std::min(value.find_first_not_of(' ', scheme.size()), value.size()));
  return value;
}

class TokenRequest {
 public:
  TokenRequest(const PlayedProvider& provider, const WebVisit& visit, http::Response& response)
      : provider_(provider),
        visit_(visit),
        response_(response),
        form_(visit.body),
        now_s_(epoch_seconds(visit.now)) {}

  void answer() {
    TokenError error = bad_request();
    if (error.error.empty()) error = authenticate();
    if (error.error.empty()) error = grant();
    if (!error.error.empty()) refuse(error);
  }

 private:
  void refuse(const TokenError& error) {
    const bool unknown = error.error == "invalid_client";
    if (unknown) {
      response_.headers.add("WWW-Authenticate", "Basic realm=\"token\"");
    }
    Json json = {{"error", error.error}};
    if (!error.why.empty()) json["error_description"] = error.why;
    answer_json(response_, unknown ? 401 : 400, json);
  }

  [[nodiscard]] TokenError bad_request() const {
    constexpr std::string_view kForm = "application/x-www-form-urlencoded";
    std::string_view type = visit_.request.headers.get("Content-Type");
    type = type.substr(0, std::min(type.find(';'), type.find(' ')));
    if (!iequals(type, kForm)) {
      return {"invalid_request", "the body's type is application/x-www-form-urlencoded"};
    }
    if (!form_.repeated().empty()) return {"invalid_request", "a parameter is there twice"};
    return {};
  }

  /// RFC 6749 2.3.1: by Basic, or in the body.
  TokenError authenticate() {
    std::string id = form_.get("client_id"), secret = form_.get("client_secret"), as_sent = secret;
    if (const auto basic = credentials(visit_.request, "Basic")) {
      if (form_.has("client_secret")) {
        return {"invalid_request", "the client authenticates in one way only"};
      }
      const auto pair = from_base64(*basic).value_or(std::string());
      const auto colon = std::min(pair.find(':'), pair.size());
      const std::string named = id;
      id = form_decoded(std::string_view(pair).substr(0, colon));
      as_sent = pair.substr(std::min(colon + 1, pair.size()));  // many clients do not encode it
      secret = form_decoded(as_sent);
      if (!named.empty() && named != id) return {"invalid_request", "client_id is another one"};
    }
    client_ = provider_.client(id);
    if (!client_ || (client_->client_secret != secret && client_->client_secret != as_sent)) {
      return {"invalid_client", "there is no such client, or its secret is another"};
    }
    return {};
  }

  TokenError grant() {
    const std::string& type = form_.get("grant_type");
    if (type == "authorization_code") return by_code();
    if (type == "refresh_token") return by_refresh_token();
    if (type == "client_credentials") return by_credentials();
    if (type.empty()) return {"invalid_request", "grant_type is missing"};
    return {"unsupported_grant_type", {}};
  }

  TokenError by_code() {
    auto code = provider_.opened(form_.get("code"), Grant::Kind::code, now_s_);
    if (!code || code->client_id != client_->client_id) {
      return {"invalid_grant", "the code is none of this client, or has expired"};
    }
    if (code->redirect_uri != form_.get("redirect_uri")) {
      return {"invalid_grant", "redirect_uri is not that of the authorization request"};
    }
    if (!proves_key(*code)) return {"invalid_grant", "code_verifier does not fit"};
    if (!provider_.user(code->subject)) return {"invalid_grant", "there is no such user any more"};
    if (!provider_.used->use(code->id, code->expires_s, now_s_)) {
      return {"invalid_grant", "the code was used before"};
    }
    return give(*code, code->scope, true);
  }

  /// RFC 7636 4.6.
  [[nodiscard]] bool proves_key(const Grant& code) const {
    if (code.code_challenge.empty()) return true;
    const std::string& verifier = form_.get("code_verifier");
    const bool plain = code.challenge_method == "plain";
    return code.code_challenge == (plain ? verifier : pki::base64url(sha256(verifier)));
  }

  TokenError by_refresh_token() {
    const auto grant =
        provider_.opened(form_.get("refresh_token"), Grant::Kind::refresh_token, now_s_);
    if (!grant || grant->client_id != client_->client_id) {
      return {"invalid_grant", "the refresh token is none of this client, or has expired"};
    }
    if (!provider_.user(grant->subject)) return {"invalid_grant", "there is no such user any more"};
    std::string scope = form_.get("scope");
    if (scope.empty()) scope = grant->scope;
    for (std::string_view rest = scope; !rest.empty();) {
      const std::string_view one = rest.substr(0, rest.find(' '));
      if (!has_scope(grant->scope, one)) return {"invalid_scope", "it was not granted"};
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    }
    return give(*grant, scope, false);
  }

  /// RFC 6749 4.4. What the form's `claims`, a JSON object, says takes the place of what would
  /// stand in the token.
  TokenError by_credentials() {
    if (client_->client_secret.empty()) {
      return {"unauthorized_client", "this client has no secret"};
    }
    AccessTokenRequest wanted{*client_, client_->client_id, form_.get("scope"), {}};
    if (form_.has("claims")) {
      constexpr std::size_t kLongest = 4096;
      if (form_.get("claims").size() > kLongest) return {"invalid_request", "claims is too long"};
      wanted.claims = Json::parse(form_.get("claims"), nullptr, false);
      if (!wanted.claims.is_object()) return {"invalid_request", "claims is a JSON object"};
    }
    const auto token = access_token(provider_, wanted, now_s_, visit_.rng);
    if (!token) return {"server_error", {}};
    Json json = {{"access_token", token.value()},
                 {"token_type", "Bearer"},
                 {"expires_in", provider_.model->access_token_s}};
    if (!wanted.scope.empty()) json["scope"] = wanted.scope;
    answer_json(response_, 200, json);
    return {};
  }

  TokenError give(const Grant& grant, const std::string& scope, bool with_refresh_token) {
    const auto token = access_token(provider_, {*client_, grant.subject, scope, grant.signed_in_s},
                                    now_s_, visit_.rng);
    if (!token) return {"server_error", {}};
    Json json = {{"access_token", token.value()},
                 {"token_type", "Bearer"},
                 {"expires_in", provider_.model->access_token_s},
                 {"scope", scope}};
    if (has_scope(scope, "openid")) {
      const auto about = id_token(provider_, grant, token.value(), now_s_);
      if (!about) return {"server_error", {}};
      json["id_token"] = about.value();
    }
    if (with_refresh_token && provider_.model->refresh_token_s > 0) {
      Grant more = grant;
      more.kind = Grant::Kind::refresh_token;
      more.expires_s = now_s_ + provider_.model->refresh_token_s;
      json["refresh_token"] = provider_.sealed(more, visit_.rng);
    }
    answer_json(response_, 200, json);
    return {};
  }

  const PlayedProvider& provider_;
  const WebVisit& visit_;
  http::Response& response_;
  const Form form_;
  const std::int64_t now_s_;
  const PlayedProvider::Client* client_ = nullptr;
};

/// RFC 6750 3.1.
void refuse_bearer(http::Response& response, int status, std::string_view error) {
  response.headers.add("WWW-Authenticate", response.arena.join("Bearer error=\"", error, "\""));
  answer_json(response, status, {{"error", error}});
}

}  // namespace

void give_tokens(const PlayedProvider& provider, const WebVisit& visit, http::Response& response) {
  TokenRequest(provider, visit, response).answer();
}

void give_user_info(const PlayedProvider& provider, const WebVisit& visit,
                    http::Response& response) {
  const auto token = credentials(visit.request, "Bearer");
  if (!token) {
    response.headers.add("WWW-Authenticate", "Bearer");
    return answer_json(response, 401, {{"error", "invalid_request"}});
  }
  const auto holder = holder_of(provider, *token, epoch_seconds(visit.now));
  if (!holder || !holder->user) return refuse_bearer(response, 401, "invalid_token");
  if (!has_scope(holder->scope, "openid")) {
    return refuse_bearer(response, 403, "insufficient_scope");
  }
  Json claims = {{"sub", holder->user->subject}};
  claims.merge_patch(provider.user_claims.at(holder->user->subject));
  answer_json(response, 200, claims);
}

}  // namespace hoplab::aws
