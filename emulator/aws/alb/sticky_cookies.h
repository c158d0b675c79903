// The cookies by which an Application Load Balancer knows a client's target group and target again:
// AWSALB, AWSALBTG, AWSALBAPP (alb-features.md 1). The only place that knows their wording.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/alb/cookie_seal.h"
#include "base/clock.h"
#include "http/message.h"

namespace hoplab::aws {

/// What a cookie says: whom the client got, and when.
struct StickyPlace {
  std::uint64_t group = 0;   // hashes of names
  std::uint64_t target = 0;  // 0: of a group only
  Time issued;
  bool operator==(const StickyPlace&) const = default;
};

/// A cookie that a client has sent.
struct SentCookie {
  bool sent = false;
  std::optional<StickyPlace> place;  // nothing: it cannot be read
};

class StickyCookies {
 public:
  /// `load_balancer`: whose cookies they are.
  explicit StickyCookies(std::string_view load_balancer) : seal_(load_balancer) {}

  /// AWSALBCORS where it was sent, else AWSALB.
  [[nodiscard]] SentCookie target_cookie(const http::Headers& headers) const;
  /// Likewise AWSALBTGCORS, AWSALBTG.
  [[nodiscard]] SentCookie group_cookie(const http::Headers& headers) const;
  /// AWSALBAPP-0.
  [[nodiscard]] SentCookie app_cookie(const http::Headers& headers) const;

  /// Set-Cookie fields; each two or four of them expires, for the client, in seven days.
  void add_target_cookies(http::Response& response, const StickyPlace& place, Rng& rng) const;
  void add_group_cookies(http::Response& response, const StickyPlace& place, Rng& rng) const;
  /// `cross_site`: with SameSite=None.
  void add_app_cookies(http::Response& response, const StickyPlace& place, bool cross_site,
                       Rng& rng) const;

 private:
  [[nodiscard]] SentCookie read(std::optional<std::string_view> value) const;

  CookieSeal seal_;
};

/// Whether a browser wants SameSite=None for a cookie that goes along from another site's page:
/// Chromium from version 80 on, in a CORS request.
bool wants_same_site_none(const http::Headers& headers);

}  // namespace hoplab::aws
