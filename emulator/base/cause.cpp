#include "base/cause.h"

namespace hoplab {

std::string_view to_text(Stage stage) noexcept {
  switch (stage) {
    case Stage::accept: return "accept";
    case Stage::client_hello: return "client-hello";
    case Stage::client_certificate: return "client-certificate";
    case Stage::handshake_done: return "handshake-done";
    case Stage::request_headers: return "request-headers";
    case Stage::request_body: return "request-body";
    case Stage::response_headers: return "response-headers";
    case Stage::response_body: return "response-body";
    case Stage::idle: return "idle";
  }
  return "";
}

std::string_view to_text(EndKind kind) noexcept {
  switch (kind) {
    case EndKind::fin: return "FIN";
    case EndKind::rst: return "RST";
    case EndKind::silence: return "silence";
  }
  return "";
}

std::string_view to_text(Toward toward) noexcept {
  switch (toward) {
    case Toward::client: return "client";
    case Toward::target: return "target";
    case Toward::both: return "both";
  }
  return "";
}

namespace {
struct ReasonText {
  std::string_view name;
  std::string_view sentence;
};

ReasonText describe(Reason reason) noexcept {
  switch (reason) {
    case Reason::client_closed: return {"client-closed", "the client closed the connection"};
    case Reason::client_reset: return {"client-reset", "the client reset the connection"};
    case Reason::client_closed_mid_request:
      return {"client-closed-mid-request", "the client went away before its request was complete"};
    case Reason::client_closed_before_response:
      return {"client-closed-before-response",
              "the client went away before the answer (an ALB logs 460)"};
    case Reason::client_tls_alert:
      return {"client-tls-alert", "the client sent a TLS alert: it refused the server's side"};
    case Reason::certificate_refused:
      return {"certificate-refused", "the client certificate was refused"};
    case Reason::tls_negotiation_failed:
      return {"tls-negotiation-failed", "the TLS handshake failed before a certificate was judged"};
    case Reason::plain_http_on_tls_port:
      return {"plain-http-on-tls-port", "plain HTTP came to an HTTPS listener"};
    case Reason::handshake_timeout:
      return {"handshake-timeout", "the client did not finish the TLS handshake in time"};
    case Reason::connection_close:
      return {"connection-close", "one side asked to close after the answer"};
    case Reason::bad_request: return {"bad-request", "the request was malformed or over a limit"};
    case Reason::desync_mitigation:
      return {"desync-mitigation", "an ambiguous request was answered and the connection closed"};
    case Reason::request_body_unread:
      return {"request-body-unread", "the answer came before the request's body was read"};
    case Reason::response_truncated:
      return {"response-truncated", "the target ended in the middle of its answer"};
    case Reason::http2_protocol_error:
      return {"http2-protocol-error", "the HTTP/2 session broke its rules"};
    case Reason::request_limit:
      return {"request-limit", "the connection served as many requests as an ALB allows"};
    case Reason::idle_timeout: return {"idle-timeout", "no data for the idle timeout"};
    case Reason::request_timeout:
      return {"request-timeout", "the client stopped in the middle of its request"};
    case Reason::client_keep_alive_expired:
      return {"client-keep-alive-expired", "the client keep-alive duration was over"};
    case Reason::endpoint_not_available:
      return {"endpoint-not-available", "the interface endpoint is not in the state available"};
    case Reason::principal_not_allowed:
      return {"principal-not-allowed", "the endpoint service does not allow the consumer's account"};
    case Reason::no_target: return {"no-target", "the target group has no target to use"};
    case Reason::target_unhealthy:
      return {"target-unhealthy", "its target became unhealthy while others are healthy"};
    case Reason::target_deregistered:
      return {"target-deregistered", "its target was deregistered, and the delay is over"};
    case Reason::target_group_weight_zero:
      return {"target-group-weight-zero", "its target group's weight was set to 0"};
    case Reason::flow_table_full:
      return {"flow-table-full", "the load balancer follows as many flows as it can"};
    case Reason::source_ports_exhausted:
      return {"source-ports-exhausted", "no source port is left for another connection to the target"};
    case Reason::hairpin:
      return {"hairpin", "the target is its own client while the client's address is preserved"};
    case Reason::tuple_collision:
      return {"tuple-collision",
              "the target took a new connection from the same address and port for this one"};
    case Reason::connection_tracking_expired:
      return {"connection-tracking-expired",
              "the target's network interface forgot the connection and drops its packets"};
    case Reason::target_unreachable:
      return {"target-unreachable", "connecting to the target failed"};
    case Reason::target_closed: return {"target-closed", "the target closed the connection"};
    case Reason::target_reset: return {"target-reset", "the target reset the connection"};
    case Reason::target_timeout: return {"target-timeout", "the target was silent for too long"};
    case Reason::tls_target_failed:
      return {"tls-target-failed", "the TLS handshake with the target failed"};
    case Reason::answered: return {"answered", "the exchange was complete"};
    case Reason::fault_injected: return {"fault-injected", "an armed fault ended it"};
    case Reason::out_of_descriptors:
      return {"out-of-descriptors", "this process may open no more descriptors"};
    case Reason::emulator_stopped: return {"emulator-stopped", "hoplab was stopped"};
  }
  return {"", ""};
}
}  // namespace

std::string_view to_text(Reason reason) noexcept { return describe(reason).name; }
std::string_view explain(Reason reason) noexcept { return describe(reason).sentence; }

}  // namespace hoplab
