// The answers that an ALB gives by itself: error pages, fixed responses, redirects. The only place
// that knows their wording (alb.md 3.1).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/server.h"
#include "model/topology.h"

namespace hoplab::aws {

/// How the request reached the listener: what #{protocol} and #{port} of a redirect mean.
struct RequestOrigin {
  std::string_view protocol;  // "http", "https"
  std::uint16_t port = 0;
  std::string_view default_host = {};  // #{host} of an HTTP/1.0 request without Host
};

class ElbErrorPages final : public http::ErrorPages {
 public:
  /// `clock` dates the answers and outlives this. One loop's own, like its clock.
  ElbErrorPages(const Clock& clock, std::shared_ptr<const model::Listener> listener)
      : clock_(clock), listener_(std::move(listener)) {}

  /// Each of these replaces whatever `response` held, say of a target's broken answer. A page of an
  /// error is longer for some browsers.
  void fill(int status, http::Response& response) const override;
  /// Makes of an error's page what a gRPC client gets (OBSERVED, alb.md 3.1).
  void fill_grpc_unavailable(http::Response& response) const;
  void fill_fixed_response(const model::FixedResponse& fixed, http::Response& response) const;
  void fill_redirect(const model::Redirect& redirect, const http::Request& request,
                     const RequestOrigin& origin, http::Response& response) const;
  /// Sends the client to an identity provider, or back.
  void fill_login_redirect(std::string_view location, http::Response& response) const;
  /// The headers that the listener's attributes put into every response, in place of others of
  /// their names. The answers above have them; this is for what a target said.
  void add_listener_headers(http::Response& response) const;

 private:
  void begin(int status, http::Response& response) const;
  void fill_location(int status, std::string_view location, http::Response& response) const;
  [[nodiscard]] const std::string& date() const;

  const Clock& clock_;
  std::shared_ptr<const model::Listener> listener_;
  mutable std::string date_;  // of second date_at_
  mutable std::int64_t date_at_ = -1;
};

}  // namespace hoplab::aws
