// Cause: why a connection ended, where, and in which direction. Closed sets: every end has one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/hop_traffic.h"

namespace hoplab {

/// A place on the path, as the topology names it. Lives as long as the emulator, so that records
/// may refer to it when the topology has long been another.
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
  upgraded,            // after a 101: a WebSocket
  idle,                // between requests
};
inline constexpr std::size_t kStages = static_cast<std::size_t>(Stage::idle) + 1;
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
  client_closed,                  // FIN between requests: the ordinary end
  client_reset,                   // RST from the client
  client_closed_mid_request,      // FIN or RST while its request was incomplete
  client_closed_before_response,  // FIN or RST before the answer: ALB logs 460
  client_tls_alert,               // the client refused us during or after the handshake
  client_http2_error,             // the client ended its HTTP/2 session with an error of its own
  // TLS.
  certificate_refused,     // a load balancer's verdict; the journal's verify status names the code
  tls_negotiation_failed,  // no common version or cipher, or not TLS: UnmappedConnectionError
  plain_http_on_tls_port,  // answered with 400 and closed
  handshake_timeout,       // the client stopped halfway
  // HTTP.
  connection_close,              // asked for by the client (Connection: close, HTTP/1.0) and done
  bad_request,                   // malformed or over a limit: answered 4xx or 5xx and closed
  desync_blocked,                // the desync mitigation mode blocks it: answered 400 and closed
  method_not_allowed,            // TRACE: answered 405
  too_many_forwarded_addresses,  // in X-Forwarded-For: answered 463
  protocol_mismatch,             // gRPC to a target group of another protocol version: answered 464
  h2c_upgrade_refused,           // an offer of HTTP/2 without TLS: answered 400
  redirect_too_long,             // answered 507
  // A transform of the rule matched and failed: answered 500. AWS's words are those of the access
  // log's request_transform_status.
  transform_invalid_host,      // TransformInvalidHost: what came out is no host name
  transform_invalid_path,      // TransformInvalidPath: what came out is no path and query
  transform_buffer_too_small,  // TransformBufferTooSmall: what came out is too long
  transform_replace_error,     // TransformReplaceError: Replace names a group that Regex lacks
  desync_mitigation,           // ambiguous request in defensive mode: answered, then closed
  request_body_unread,         // answered before the request's body was read to its end
  response_truncated,          // FIN from the target in the middle of a body
  http2_protocol_error,        // the client broke HTTP/2's rules: GOAWAY with an error, from us
  request_limit,               // HTTP/2: 10,000 requests on one connection
  // Timers.
  idle_timeout,               // no byte for the load balancer's idle timeout
  request_timeout,            // an incomplete request stopped: 408
  client_keep_alive_expired,  // ALB's client keep-alive duration: the last answer said close
  // PrivateLink and NLB.
  no_listener,               // nothing listens on the port
  security_group,            // no rule of the hop's security groups lets the client in
  target_security_group,     // likewise of its target's
  endpoint_not_available,    // the interface endpoint's state lets nothing through
  no_target,                 // the target group has no target to use
  target_unhealthy,          // its target failed its health checks while others are healthy
  target_deregistered,       // its target's deregistration delay is over
  target_group_weight_zero,  // its target group's weight was set to 0
  listener_deleted,          // its listener or load balancer was deleted while it was open
  flow_table_full,           // the NLB follows as many flows as it can
  source_ports_exhausted,    // no port is left for another connection to the target
  hairpin,                   // the target is its own client, and the client's address is preserved
  tuple_collision,  // the target knew the client's address and port from another connection
  connection_tracking_expired,  // the target's network interface has forgotten the connection
  target_unreachable,           // connecting to the target failed: refused, or no way to it
  target_connect_timeout,       // the target did not accept the connection in time
  target_closed,                // FIN from the target
  target_reset,                 // RST from the target
  target_timeout,             // no byte from or to the target for the load balancer's idle timeout
  target_malformed_response,  // what it sent is not HTTP
  target_headers_too_large,   // its answer's head is over the limit
  tls_target_failed,          // TLS to the target failed
  tls_target_timeout,         // TLS to the target was not done in time
  // Lambda functions behind an ALB, by the words of its access log's error_reason.
  lambda_websocket_not_supported,  // an Upgrade to a WebSocket: answered 400
  lambda_request_too_large,        // a request's body over 1 MB: answered 413
  lambda_bad_request,         // text that is not UTF-8, or what the function's endpoint refuses
  lambda_access_denied,       // the function's endpoint lets nobody in
  lambda_resource_not_found,  // the function's endpoint knows no such function
  lambda_throttling,          // no concurrent execution is left
  lambda_unhandled,           // the function failed: error, crash or timeout
  lambda_invalid_response,    // what it returned is not an answer
  lambda_response_too_large,  // what it returned is over 1 MB
  lambda_connection_error,    // its endpoint cannot be reached
  lambda_connection_timeout,  // no answer within the load balancer's idle timeout: 504
  lambda_service_exception,   // its endpoint failed
  lambda_cannot_run,          // its endpoint says so: its code, key or network
  // Authentication before an ALB's action, by the words of its access log's error_reason.
  authentication_denied,  // answered 401: it has no session, and OnUnauthenticatedRequest is deny
  identity_provider_denied,  // answered 561: the provider sent the client back with an error
  auth_missing_host_header,  // HTTP/1.0 without Host, which cannot be sent to log in: answered 401
  auth_missing_code_param,   // the client came back from the provider without a code: answered 401
  auth_missing_state_param,  // likewise without a state
  auth_invalid_state_param,  // with one that is not its own, or after 15 minutes
  auth_missing_nonce,        // without the cookie AWSALBAuthNonce
  auth_invalid_cookie,       // the session's cookie cannot be read: answered 401
  auth_invalid_grant_error,  // the token endpoint does not take the code: answered 500
  auth_invalid_token_response,       // it answered no tokens: answered 500
  auth_invalid_id_token,             // its ID token is missing or not good: answered 401
  auth_token_ep_request_failed,      // it failed or is not there: answered 500
  auth_token_ep_request_timeout,     // it did not answer within 5 s: answered 500
  auth_userinfo_ep_request_failed,   // the user info endpoint failed or is not there: answered 500
  auth_userinfo_ep_request_timeout,  // it did not answer within 5 s: answered 500
  auth_invalid_userinfo_response,    // what it answered are no claims: answered 500
  auth_userinfo_response_size_exceeded,  // claims and access token over 11 K: answered 500
  jwt_header_not_present,                // no Authorization: answered 401
  jwt_request_format_invalid,            // no single Bearer token: answered 401
  jwks_request_timeout,            // the JWKS endpoint did not answer within 5 s: answered 500
  jwks_response_size_exceeded,     // its answer is over 150 KB: answered 500
  jwks_request_failed,             // it cannot be reached: 500; it answered an error: 562
  jwks_response_invalid,           // its answer is no set of keys: answered 562
  jwt_signature_validation_error,  // not signed with RS256 by one of the keys: answered 401
  jwt_claim_not_present,           // a claim is missing: answered 401
  jwt_claim_format_invalid,        // a claim has another form: answered 401
  jwt_claim_value_invalid,  // a claim says something else, or the token's time is over: answered
                            // 401
  // Private APIs.
  api_refused,  // API Gateway answered by itself; the detail says which gate it was
  // hoplab itself.
  answered,            // a one-request leg (health check, built-in client) is complete
  fault_injected,      // an armed fault
  out_of_descriptors,  // this process may open no more
  emulator_stopped,    // stop() or a signal
};
std::string_view to_text(Reason reason) noexcept;
/// A sentence for people.
std::string_view explain(Reason reason) noexcept;

/// Who did it, in the order of the path: the client, the hop that recorded it, or who is behind.
enum class Party : std::uint8_t { client, hop, target };
std::string_view to_text(Party party) noexcept;
Party party_of(Reason reason) noexcept;

struct Cause {
  const Hop* hop = nullptr;  // where it was met
  Reason reason = Reason::emulator_stopped;
  EndKind how = EndKind::rst;
  Toward toward = Toward::both;
  Stage stage = Stage::accept;
  Time at;
};

}  // namespace hoplab
