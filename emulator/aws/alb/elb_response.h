// The answers that an ALB gives by itself: error pages, fixed responses, redirects. The only place
// that knows their wording (alb.md 3.1).
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "http/server.h"
#include "model/topology.h"

namespace hoplab::aws {

/// How the request reached the listener: what #{protocol} and #{port} of a redirect mean.
struct RequestOrigin {
  std::string_view protocol;  // "http", "https"
  std::uint16_t port = 0;
};

class ElbErrorPages final : public http::ErrorPages {
 public:
  /// `clock` dates the answers and outlives this.
  explicit ElbErrorPages(const Clock& clock) : clock_(clock) {}

  void fill(int status, http::Response& response) const override;
  void fill_fixed_response(const model::FixedResponse& fixed, http::Response& response) const;
  void fill_redirect(const model::Redirect& redirect, const http::Request& request,
                     const RequestOrigin& origin, http::Response& response) const;

 private:
  void begin(int status, http::Response& response) const;
  void add_page(http::Response& response) const;

  const Clock& clock_;
};

}  // namespace hoplab::aws
