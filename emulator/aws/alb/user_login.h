// The action authenticate-oidc, and authenticate-cognito, which is the same: a client without a
// session is sent to the identity provider, comes back with a code, and gets a session
// (alb-features.md 6).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/alb/alb_counters.h"
#include "aws/alb/auth_refusal.h"
#include "aws/alb/user_session.h"
#include "aws/identity/web_client.h"
#include "http/message.h"
#include "model/topology.h"

namespace hoplab::aws {

/// What becomes of a request.
struct LoginResult {
  enum class Next : std::uint8_t {
    pass,      // on to the next action; with a session, or without where that is allowed
    redirect,  // to `location`
    refuse,
  } next = Next::pass;
  std::optional<UserSession> session;
  std::string location;
  std::vector<std::string> cookies;  // of Set-Cookie, whatever comes next
  AuthRefusal refusal;
};

class UserLogin {
 public:
  /// Where clients come back to; for every rule of a listener.
  static constexpr std::string_view kCallback = "/oauth2/idpresponse";
  static bool is_callback(const http::Request& request) noexcept;

  /// What is referred to outlives this.
  UserLogin(Loop& loop, WebClient& web, const SessionCookies& cookies, AlbCounters& counters,
            Rng& rng)
      : loop_(loop), web_(web), cookies_(cookies), counters_(counters), rng_(rng) {}

  /// A request that `login` stands before.
  Task<LoginResult> enter(const model::UserAuthentication& login, const http::Request& request);
  /// A request for kCallback: of one of `logins`, which its state says.
  Task<LoginResult> come_back(const std::vector<const model::UserAuthentication*>& logins,
                              const http::Request& request);

 private:
  struct State;
  struct Tokens;
  LoginResult send_to_provider(const model::UserAuthentication& login,
                               const http::Request& request);
  [[nodiscard]] std::optional<State> open_state(std::string_view sealed) const;
  /// Exchanges a code or a refresh token; what is missing in the answer is so in `tokens`.
  Task<std::optional<AuthRefusal>> ask_for_tokens(const model::UserAuthentication& login,
                                                  std::string form, Tokens& tokens);
  Task<std::optional<AuthRefusal>> ask_for_claims(const model::UserAuthentication& login,
                                                  UserSession& session);
  Task<bool> refresh(const model::UserAuthentication& login, UserSession& session);
  LoginResult with_session(const model::UserAuthentication& login, const http::Request& request,
                           UserSession session, LoginResult result);
  void count(Reason reason);
  LoginResult refused(AuthRefusal refusal);

  Loop& loop_;
  WebClient& web_;
  const SessionCookies& cookies_;
  AlbCounters& counters_;
  Rng& rng_;
};

}  // namespace hoplab::aws
