#include "aws/alb/alb_listener.h"

#include "aws/alb/alb_exchange.h"
#include "http/http1_writer.h"

namespace hoplab::aws {

namespace {

/// UNDOCUMENTED by AWS; alb.md section 8 gives 10 s as plausible.
constexpr Duration kHandshakeTimeout = 10s;

/// How a failed handshake is recorded, and how it ends on the wire.
http::ServeEnd end_of(tls::HandshakeFailure failure) {
  using enum tls::HandshakeFailure;
  switch (failure) {
    case peer_closed: return {Reason::client_closed, EndKind::fin};
    case peer_reset: return {Reason::client_reset, EndKind::rst};
    case peer_alert: return {Reason::client_tls_alert, EndKind::rst};
    case timeout: return {Reason::handshake_timeout, EndKind::rst};
    case plain_http: return {Reason::plain_http_on_tls_port, EndKind::fin};
    case certificate_refused:
    case certificate_missing:
    case certificate_invalid: return {Reason::certificate_refused, EndKind::rst};
    case none:
    case negotiation: break;
  }
  return {Reason::tls_negotiation_failed, EndKind::rst};
}

/// What the connection log says when no verdict was reached (alb.md 2.1).
void note_unjudged(Journal& journal, tls::HandshakeFailure failure) {
  if (!journal.verify_status.empty() && journal.verify_status != "Success") return;
  if (failure == tls::HandshakeFailure::certificate_invalid) {
    journal.verify_status = pki::to_log_text(pki::VerifyStatus::client_cert_invalid);
    journal.verify_reason = "the client's certificate cannot be read, or it did not prove that it "
                            "holds the private key";
    return;
  }
  journal.verify_status = pki::to_log_text(pki::VerifyStatus::unmapped_connection_error);
  if (failure == tls::HandshakeFailure::certificate_missing) {
    journal.verify_reason = "the client presented no certificate; give it one (curl --cert, --key)";
  }
}

}  // namespace

AlbListener::AlbListener(AlbListenerParts parts)
    : parts_(std::move(parts)), router_(parts_.listener), error_pages_(parts_.loop.clock()),
      certificates_{parts_.listener.mutual_authentication, parts_.trust_store, pki::VerdictCache(),
                    VerifyHeaders()},
      rng_(parts_.seed) {}

void AlbListener::serve(net::Connection connection) { tasks_.spawn(run(std::move(connection))); }

void AlbListener::stop() {
  live_.reset_all(parts_.hop, Reason::emulator_stopped, parts_.loop.now());
}

Task<void> AlbListener::run(net::Connection connection) {
  connection.journal->hops.push_back(&parts_.hop);
  const net::LiveConnections::Entry entry(live_, *connection.journal, *connection.stream);
  if (parts_.tls) {
    co_await run_tls(connection);
  } else {
    co_await run_http(connection, nullptr, nullptr);
  }
  connection.stream.reset();
  connection.journal->ended_at = parts_.loop.now();
  parts_.sink.ended(*connection.journal);
}

Task<void> AlbListener::run_tls(net::Connection& connection) {
  Journal& journal = *connection.journal;
  ClientCertificate certificate(certificates_, journal, parts_.loop.clock());
  auto stream = tls::TlsStream::server(std::move(connection.stream), *parts_.tls, &certificate);
  tls::TlsStream& tls = *stream;
  connection.stream = std::move(stream);
  const tls::HandshakeResult result = co_await tls.handshake(kHandshakeTimeout);
  if (journal.stage != Stage::accept) {
    journal.tls_version = tls.version();
    journal.tls_cipher = tls.cipher();
  }
  if (result.failure != tls::HandshakeFailure::none) {
    co_await refuse_handshake(connection, tls, result.failure);
    co_return;
  }
  journal.handshake_time = parts_.loop.now() - journal.accepted_at;
  if (journal.verify_status.empty()) {
    journal.verify_status = pki::to_log_text(pki::VerifyStatus::success);
  }
  journal.reached(Stage::handshake_done);
  co_await run_http(connection, &certificate, &tls);
}

Task<void> AlbListener::refuse_handshake(net::Connection& connection, tls::TlsStream& tls,
                                         tls::HandshakeFailure failure) {
  note_unjudged(*connection.journal, failure);
  if (failure == tls::HandshakeFailure::plain_http) co_await answer_plain_http(tls.lower());
  co_await http::finish_connection(connection, parts_.hop, end_of(failure));
}

Task<void> AlbListener::answer_plain_http(net::Stream& stream) {
  http::Response response;
  error_pages_.fill(400, response);
  http::HeadFraming framing;
  framing.framing = http::WireFraming::content_length;
  framing.content_length = response.text.size();
  framing.keep_alive = false;
  Bytes out;
  http::append_response_head(out, response, framing);
  out.append(response.text);
  co_await net::write_all(stream, out.view());
}

Task<void> AlbListener::run_http(net::Connection& connection, ClientCertificate* certificate,
                                 const tls::TlsStream* tls) {
  Journal& journal = *connection.journal;
  const auto& attributes = parts_.load_balancer.attributes;
  ClientFacts facts;
  facts.source_ip = connection.source.ip;
  facts.source_port = connection.source.port;
  facts.listener_port = parts_.listener.port;
  facts.tls = tls != nullptr;
  facts.tls_version = journal.tls_version;
  facts.tls_cipher = journal.tls_cipher;
  facts.mtls = certificate ? certificate->headers() : nullptr;
  facts.load_balancer_dns_name = parts_.dns_name;
  AlbExchange exchange(*this, facts);
  http::ServerContext context(journal, error_pages_);
  context.desync = http::desync_mode_from(attributes.desync_mitigation_mode)
                       .value_or(http::DesyncMode::defensive);
  context.idle_timeout = std::chrono::seconds(attributes.idle_timeout_s);
  context.keep_alive_until =
      journal.accepted_at + std::chrono::seconds(attributes.client_keep_alive_s);
  http::ServeEnd ended;
  if (tls && tls->alpn() == "h2") {
    ended = co_await http::serve_http2(*connection.stream, exchange, context);
  } else {
    ended = co_await http::serve_http1(*connection.stream, exchange, context);
  }
  if (tls && tls->peer_sent_alert()) ended.reason = Reason::client_tls_alert;
  co_await http::finish_connection(connection, parts_.hop, ended);
}

}  // namespace hoplab::aws
