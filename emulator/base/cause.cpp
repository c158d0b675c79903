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
    case Stage::upgraded: return "upgraded";
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
    case Reason::client_http2_error:
      return {"client-http2-error", "the client ended the HTTP/2 session with an error"};
    case Reason::certificate_refused:
      return {"certificate-refused", "the client certificate was refused"};
    case Reason::tls_negotiation_failed:
      return {"tls-negotiation-failed", "the TLS handshake failed"};
    case Reason::plain_http_on_tls_port:
      return {"plain-http-on-tls-port", "plain HTTP came to an HTTPS listener"};
    case Reason::handshake_timeout:
      return {"handshake-timeout", "the client did not finish the TLS handshake in time"};
    case Reason::connection_close:
      return {"connection-close", "one side asked to close after the answer"};
    case Reason::bad_request: return {"bad-request", "the request was malformed or over a limit"};
    case Reason::desync_blocked:
      return {"desync-blocked", "the desync mitigation mode blocks such a request"};
    case Reason::method_not_allowed:
      return {"method-not-allowed", "the load balancer takes no TRACE"};
    case Reason::too_many_forwarded_addresses:
      return {"too-many-forwarded-addresses", "X-Forwarded-For held more than 30 addresses"};
    case Reason::protocol_mismatch:
      return {"protocol-mismatch",
              "the target group's protocol version takes no such request: HTTP2 and GRPC take none "
              "of HTTP/1.1, GRPC no other method than POST, HTTP1 no gRPC"};
    case Reason::h2c_upgrade_refused:
      return {"h2c-upgrade-refused",
              "the client offered HTTP/2 without TLS; ask for HTTP/1.1 only, or use TLS"};
    case Reason::redirect_too_long:
      return {"redirect-too-long", "the redirect's Location would be over 8 KB"};
    case Reason::transform_invalid_host:
      return {"transform-invalid-host", "the rule's host-header-rewrite made no host name"};
    case Reason::transform_invalid_path:
      return {"transform-invalid-path",
              "the rule's url-rewrite made what is no path; a path begins with /"};
    case Reason::transform_buffer_too_small:
      return {"transform-buffer-too-small", "what the rule's transform made is over 16 KB"};
    case Reason::transform_replace_error:
      return {"transform-replace-error", "Replace of the rule's transform names a missing group"};
    case Reason::desync_mitigation:
      return {"desync-mitigation", "an ambiguous request was answered and the connection closed"};
    case Reason::request_body_unread:
      return {"request-body-unread", "the answer came before the request's body was read"};
    case Reason::response_truncated:
      return {"response-truncated", "the target ended in the middle of its answer"};
    case Reason::http2_protocol_error:
      return {"http2-protocol-error", "the client broke the rules of HTTP/2"};
    case Reason::request_limit:
      return {"request-limit", "the connection served as many requests as an ALB allows"};
    case Reason::idle_timeout: return {"idle-timeout", "no data for the idle timeout"};
    case Reason::request_timeout:
      return {"request-timeout", "the client stopped in the middle of its request"};
    case Reason::client_keep_alive_expired:
      return {"client-keep-alive-expired", "the client keep-alive duration was over"};
    case Reason::no_listener: return {"no-listener", "nothing listens on the port"};
    case Reason::security_group:
      return {"security-group", "no rule of its security groups lets the client's address in"};
    case Reason::target_security_group:
      return {"target-security-group",
              "no rule of its target's security groups lets in what comes to the target"};
    case Reason::endpoint_not_available:
      return {"endpoint-not-available", "the interface endpoint is not in the state available"};
    case Reason::no_target: return {"no-target", "the target group has no target to use"};
    case Reason::target_unhealthy:
      return {"target-unhealthy", "its target became unhealthy while others are healthy"};
    case Reason::target_deregistered:
      return {"target-deregistered", "its target was deregistered, and the delay is over"};
    case Reason::target_group_weight_zero:
      return {"target-group-weight-zero", "its target group's weight was set to 0"};
    case Reason::listener_deleted:
      return {"listener-deleted", "its listener or load balancer was deleted"};
    case Reason::flow_table_full:
      return {"flow-table-full", "the load balancer follows as many flows as it can"};
    case Reason::source_ports_exhausted:
      return {"source-ports-exhausted",
              "no source port is left for another connection to the target"};
    case Reason::hairpin:
      return {"hairpin", "the target is its own client while the client's address is preserved"};
    case Reason::tuple_collision:
      return {"tuple-collision",
              "the target took a new connection from the same address and port for this one"};
    case Reason::connection_tracking_expired:
      return {"connection-tracking-expired",
              "the target's network interface forgot the connection and drops its packets"};
    case Reason::target_unreachable:
      return {"target-unreachable", "the target refused the connection or cannot be reached"};
    case Reason::target_connect_timeout:
      return {"target-connect-timeout", "the target did not accept the connection in time"};
    case Reason::target_closed: return {"target-closed", "the target closed the connection"};
    case Reason::target_reset: return {"target-reset", "the target reset the connection"};
    case Reason::target_timeout:
      return {"target-timeout", "the load balancer's idle timeout ran out waiting for the target"};
    case Reason::target_malformed_response:
      return {"target-malformed-response", "what the target sent is not an HTTP answer"};
    case Reason::target_headers_too_large:
      return {"target-headers-too-large", "the head of the target's answer is over 32 KB"};
    case Reason::tls_target_failed:
      return {"tls-target-failed", "the TLS handshake with the target failed"};
    case Reason::tls_target_timeout:
      return {"tls-target-timeout", "the TLS handshake with the target was not done in time"};
    case Reason::lambda_websocket_not_supported:
      return {"lambda-websocket-not-supported",
              "LambdaWebsocketNotSupported: a function takes no WebSocket"};
    case Reason::lambda_request_too_large:
      return {"lambda-request-too-large",
              "LambdaRequestTooLarge: the request's body is over 1 MB, a function's limit behind a "
              "load balancer"};
    case Reason::lambda_bad_request:
      return {"lambda-bad-request",
              "LambdaBadRequest: no event can be made of the request, or the function's endpoint "
              "refuses it"};
    case Reason::lambda_access_denied:
      return {"lambda-access-denied",
              "LambdaAccessDenied: the load balancer may not invoke the function"};
    case Reason::lambda_resource_not_found:
      return {"lambda-resource-not-found", "LambdaResourceNotFound: there is no such function"};
    case Reason::lambda_throttling:
      return {"lambda-throttling",
              "LambdaThrottling: the function runs as often at once as it may"};
    case Reason::lambda_unhandled:
      return {"lambda-unhandled", "LambdaUnhandled: the function failed"};
    case Reason::lambda_invalid_response:
      return {"lambda-invalid-response",
              "LambdaInvalidResponse: what the function returned is not an answer"};
    case Reason::lambda_response_too_large:
      return {"lambda-response-too-large",
              "LambdaResponseTooLarge: what the function returned is over 1 MB"};
    case Reason::lambda_connection_error:
      return {"lambda-connection-error",
              "LambdaConnectionError: the function's endpoint cannot be reached"};
    case Reason::lambda_connection_timeout:
      return {"lambda-connection-timeout",
              "LambdaConnectionTimeout: the function gave no answer within the idle timeout"};
    case Reason::lambda_service_exception:
      return {"lambda-service-exception", "LambdaServiceException: the function's endpoint failed"};
    case Reason::lambda_cannot_run:
      return {"lambda-cannot-run",
              "the function cannot run: its endpoint names its code, its key or its network"};
    case Reason::authentication_denied:
      return {"authentication-denied",
              "the action lets nobody in who has not logged in: OnUnauthenticatedRequest is deny"};
    case Reason::identity_provider_denied:
      return {"identity-provider-denied",
              "the identity provider sent the client back with an error"};
    case Reason::auth_missing_host_header:
      return {"auth-missing-host-header",
              "AuthMissingHostHeader: a client without Host cannot come back from a login"};
    case Reason::auth_missing_code_param:
      return {"auth-missing-code-param",
              "AuthMissingCodeParam: the client came back from the login without a code"};
    case Reason::auth_missing_state_param:
      return {"auth-missing-state-param",
              "AuthMissingStateParam: the client came back from the identity provider without its "
              "state"};
    case Reason::auth_invalid_state_param:
      return {"auth-invalid-state-param",
              "AuthInvalidStateParam: the state is none that the load balancer gave, belongs to "
              "another login, or is older than 15 minutes"};
    case Reason::auth_missing_nonce:
      return {"auth-missing-nonce",
              "AuthMissingAWSALBAuthNonce: the client came back without the cookie that it got "
              "when it was sent to log in"};
    case Reason::auth_invalid_cookie:
      return {"auth-invalid-cookie",
              "AuthInvalidCookie: the session's cookie is none that this load balancer gave"};
    case Reason::auth_invalid_grant_error:
      return {"auth-invalid-grant-error",
              "AuthInvalidGrantError: the token endpoint does not take the code"};
    case Reason::auth_invalid_token_response:
      return {"auth-invalid-token-response",
              "AuthInvalidTokenResponse: what the token endpoint answered has no access token"};
    case Reason::auth_invalid_id_token:
      return {"auth-invalid-id-token",
              "AuthInvalidIdToken: the token endpoint gave no ID token, or one that is not good"};
    case Reason::auth_token_ep_request_failed:
      return {"auth-token-ep-request-failed",
              "AuthTokenEpRequestFailed: the token endpoint failed, or cannot be reached"};
    case Reason::auth_token_ep_request_timeout:
      return {"auth-token-ep-request-timeout",
              "AuthTokenEpRequestTimeout: the token endpoint did not answer within 5 s"};
    case Reason::auth_userinfo_ep_request_failed:
      return {"auth-userinfo-ep-request-failed",
              "AuthUserinfoEpRequestFailed: the user info endpoint failed, or cannot be reached"};
    case Reason::auth_userinfo_ep_request_timeout:
      return {"auth-userinfo-ep-request-timeout",
              "AuthUserinfoEpRequestTimeout: the user info endpoint did not answer within 5 s"};
    case Reason::auth_invalid_userinfo_response:
      return {"auth-invalid-userinfo-response",
              "AuthInvalidUserinfoResponse: what the user info endpoint answered are no claims of "
              "this user"};
    case Reason::auth_userinfo_response_size_exceeded:
      return {"auth-userinfo-response-size-exceeded",
              "AuthUserinfoResponseSizeExceeded: claims and access token together are over 11 K"};
    case Reason::jwt_header_not_present:
      return {"jwt-header-not-present", "JWTHeaderNotPresent: the request has no Authorization"};
    case Reason::jwt_request_format_invalid:
      return {"jwt-request-format-invalid",
              "JWTRequestFormatInvalid: Authorization is not one Bearer token"};
    case Reason::jwks_request_timeout:
      return {"jwks-request-timeout",
              "JWKSRequestTimeout: the JWKS endpoint did not answer within 5 s"};
    case Reason::jwks_response_size_exceeded:
      return {"jwks-response-size-exceeded",
              "JWKSResponseSizeExceeded: the answer of the JWKS endpoint is over 150 KB"};
    case Reason::jwks_request_failed:
      return {"jwks-request-failed",
              "JWKSRequestFailed: the JWKS endpoint cannot be reached, or answered an error"};
    case Reason::jwks_response_invalid:
      return {"jwks-response-invalid",
              "JWKSResponseInvalid: what the JWKS endpoint answered is no set of RS256 keys of "
              "2048 bits"};
    case Reason::jwt_signature_validation_error:
      return {"jwt-signature-validation-error",
              "JWTSignatureValidationError: the token is not signed with RS256 by one of the "
              "issuer's keys"};
    case Reason::jwt_claim_not_present:
      return {"jwt-claim-not-present", "JWTClaimNotPresent: the token lacks a claim"};
    case Reason::jwt_claim_format_invalid:
      return {"jwt-claim-format-invalid",
              "JWTClaimFormatInvalid: a claim of the token has another form"};
    case Reason::jwt_claim_value_invalid:
      return {"jwt-claim-value-invalid",
              "JWTClaimValueInvalid: a claim of the token says something else, or its time is over "
              "or not come"};
    case Reason::api_refused: return {"api-refused", "API Gateway answered by itself"};
    case Reason::answered: return {"answered", "the exchange was complete"};
    case Reason::fault_injected: return {"fault-injected", "an armed fault ended it"};
    case Reason::out_of_descriptors:
      return {"out-of-descriptors", "hoplab has no descriptor left; raise its limit (ulimit -n)"};
    case Reason::emulator_stopped: return {"emulator-stopped", "hoplab was stopped"};
  }
  return {"", ""};
}
}  // namespace

std::string_view to_text(Party party) noexcept {
  switch (party) {
    case Party::client: return "client";
    case Party::hop: return "hop";
    case Party::target: return "target";
  }
  return "";
}

Party party_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::client_closed:
    case Reason::client_reset:
    case Reason::client_closed_mid_request:
    case Reason::client_closed_before_response:
    case Reason::client_tls_alert:
    case Reason::client_http2_error:
    // The client resets the older connection when the target answers for it.
    case Reason::tuple_collision: return Party::client;
    case Reason::target_unreachable:
    case Reason::target_closed:
    case Reason::target_reset:
    case Reason::response_truncated:
    case Reason::target_malformed_response:
    case Reason::lambda_unhandled:
    case Reason::lambda_invalid_response:
    case Reason::lambda_response_too_large:
    case Reason::lambda_connection_error:
    case Reason::lambda_service_exception:
    case Reason::lambda_cannot_run: return Party::target;
    default: return Party::hop;
  }
}

std::string_view to_text(Reason reason) noexcept {
  return describe(reason).name;
}
std::string_view explain(Reason reason) noexcept {
  return describe(reason).sentence;
}

}  // namespace hoplab
