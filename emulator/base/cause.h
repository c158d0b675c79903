// Cause: why a connection ended, where, and in which direction. Closed sets: every end has one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/hop_traffic.h"

namespace hoplab {

/// A place on the path, as the topology names it. Owned by the topology; outlives its connections.
struct Hop {
  std::string kind;  // "vpc-endpoint", "network-load-balancer", ...
  std::string name;  // the resource's name in the model
  std::shared_ptr<HopTraffic> traffic = std::make_shared<HopTraffic>();
};

/// How far a connection got; published by whoever reaches it, in this order.
enum class Stage : std::uint8_t {
  accept,              // TCP established
  client_hello,        // the TLS ClientHello was read
  client_certificate,  // the client's certificate is being judged
  handshake_done,      // TLS is up
  request_headers,     // a request's head was read
  request_body,        // a request's body has begun
  response_headers,    // an answer's head was written
  response_body,       // an answer's body has begun
  idle,                // between requests
};
std::string_view to_text(Stage stage) noexcept;

/// How the end showed on the wire.
enum class EndKind : std::uint8_t { fin, rst, silence };
std::string_view to_text(EndKind kind) noexcept;

/// Which side was told first: a reset toward the client is one that the client sees.
enum class Toward : std::uint8_t { client, target, both };
std::string_view to_text(Toward toward) noexcept;

/// Why. The comment of each is its meaning; to_text() is the name that logs and tests use.
enum class Reason : std::uint8_t {
  // The client did it.
  client_closed,            // FIN between requests: the ordinary end
  client_reset,             // RST from the client
  client_closed_mid_request,   // FIN or RST while its request was incomplete
  client_closed_before_response,  // FIN or RST before the answer: ALB logs 460
  client_tls_alert,         // the client refused us during or after the handshake
  // TLS.
  certificate_refused,      // the ALB's verdict; the journal's verify status names the code
  tls_negotiation_failed,   // no common version or cipher, or not TLS: UnmappedConnectionError
  plain_http_on_tls_port,   // answered with 400 and closed
  handshake_timeout,        // the client stopped halfway
  // HTTP.
  connection_close,         // asked for by the client (Connection: close, HTTP/1.0) and done
  bad_request,              // malformed or over a limit: answered 4xx or 5xx and closed
  desync_mitigation,        // ambiguous request in defensive mode: answered, then closed
  request_body_unread,      // answered before the request's body was read to its end
  response_truncated,       // the target ended in the middle of a body
  http2_protocol_error,     // GOAWAY with an error, either side
  request_limit,            // HTTP/2: 10,000 requests on one connection
  // Timers.
  idle_timeout,             // no byte for the load balancer's idle timeout
  request_timeout,          // an incomplete request stopped: 408
  client_keep_alive_expired,   // ALB's client keep-alive duration: the last answer said close
  // PrivateLink and NLB.
  endpoint_not_available,   // the interface endpoint's state lets nothing through
  principal_not_allowed,    // the endpoint service does not allow this account
  no_target,                // the target group has no target to use
  target_unhealthy,         // its target failed its health checks while others are healthy
  target_deregistered,      // its target's deregistration delay is over
  target_group_weight_zero,    // its target group's weight was set to 0
  flow_table_full,          // the NLB follows as many flows as it can
  source_ports_exhausted,   // no port is left for another connection to the target
  hairpin,                  // the target is its own client, and the client's address is preserved
  tuple_collision,          // the target knew the client's address and port from another connection
  connection_tracking_expired,  // the target's network interface has forgotten the connection
  target_unreachable,       // connecting to the target failed
  target_closed,            // FIN from the target
  target_reset,             // RST from the target
  target_timeout,           // the target was silent for too long
  tls_target_failed,        // TLS to the target failed
  // hoplab itself.
  answered,                 // a one-request leg (health check, built-in client) is complete
  fault_injected,           // an armed fault
  out_of_descriptors,       // this process may open no more
  emulator_stopped,         // stop() or a signal
};
std::string_view to_text(Reason reason) noexcept;
/// A sentence for people.
std::string_view explain(Reason reason) noexcept;

struct Cause {
  const Hop* hop = nullptr;  // who ended it
  Reason reason = Reason::emulator_stopped;
  EndKind how = EndKind::rst;
  Toward toward = Toward::both;
  Stage stage = Stage::accept;
  Time at;
};

}  // namespace hoplab
