// What an ALB knows of a user who has logged in, and the cookies in which the client keeps it
// (alb-features.md 6.2). The only place that knows their form.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/alb/cookie_seal.h"
#include "base/clock.h"
#include "http/message.h"

namespace hoplab::aws {

struct UserSession {
  std::string subject;
  std::string claims;  // of the user info endpoint, a JSON object
  std::string access_token;
  std::string refresh_token;  // empty: the provider gave none
  Time logged_in_at;          // these by the calendar
  Time token_ends_at;
  bool operator==(const UserSession&) const = default;
};

class SessionCookies {
 public:
  /// `load_balancer`: whose cookies they are.
  explicit SessionCookies(std::string_view load_balancer);

  struct Sent {
    bool sent = false;
    std::optional<UserSession> session;  // nothing: it cannot be read
  };
  /// Those called `name`-0, `name`-1, ...
  [[nodiscard]] Sent read(const http::Headers& headers, std::string_view name) const;
  /// Values of Set-Cookie; the client keeps them for seven days. None: it is too much for four
  /// cookies of 4 K.
  [[nodiscard]] std::vector<std::string> write(const UserSession& session, std::string_view name,
                                               Time now, bool cross_site, Rng& rng) const;
  /// A target does not see them.
  static void take_away(http::Request& request, std::string_view name);

  /// Of what a client carries beside them.
  [[nodiscard]] const CookieSeal& seal() const noexcept { return seal_; }

 private:
  CookieSeal seal_;
};

}  // namespace hoplab::aws
