// What a target receives: the client's request with the ALB's own fields (alb.md 4).
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "aws/alb/mtls_headers.h"
#include "base/clock.h"
#include "base/rng.h"
#include "http/message.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Facts of the client's connection. Views outlive its requests.
struct ClientFacts {
  std::string_view source_ip;  // as the ALB sees it: behind PrivateLink an NLB node
  std::uint16_t source_port = 0;
  std::uint16_t listener_port = 443;
  bool tls = true;
  std::string_view tls_version, tls_cipher;
  const MtlsHeaders* mtls = nullptr;  // null: none to set
  model::ClientHeaderCopies mtls_copies = model::ClientHeaderCopies::replace;
  std::string_view load_balancer_dns_name;
  /// Of the ALB's own fields, when the listener's attributes rename some; null: AWS's.
  std::shared_ptr<const model::RequestHeaderNames> renamed;
};

/// Rewrites request.headers in place, and says which trailer fields pass: the ALB's fields in the
/// order in which targets were seen to receive them, then the client's that pass, in their order
/// and case. Fields that pass are not copied; new texts live in request.arena, in `client` or are
/// static. Returns 0, or the status that the ALB answers instead (463: more than 30 X-Forwarded-For
/// addresses); then the request is as it was.
int prepare_target_headers(http::Request& request, const ClientFacts& client,
                           const model::LoadBalancerAttributes& attributes, Time now, Rng& rng);

/// routing.http.drop_invalid_header_fields.enabled: leaves only fields whose names are letters,
/// digits and hyphens. AWS drops the others before routing, so this is for before the rules;
/// prepare_target_headers leaves them out as well.
/// True: there were others.
bool drop_invalid_header_fields(http::Request& request);
/// Whether there are others.
bool has_invalid_header_fields(const http::Request& request) noexcept;

}  // namespace hoplab::aws
