#include "aws/alb/alb_listener.h"

#include "aws/alb/alb_exchange.h"
#include "aws/tls/client_handshake.h"
#include "aws/tls/refusal.h"
#include "http/h1/http1_writer.h"
#include "model/ids.h"
#include "net/close.h"
#include "net/hop_stream.h"

namespace hoplab::aws {

namespace {

/// What the HTTP server answers by itself.
class CountedErrorPages final : public http::ErrorPages {
 public:
  CountedErrorPages(const ElbErrorPages& pages, AlbCounters& counters)
      : pages_(pages), counters_(counters) {}
  void fill(int status, http::Response& response) const override {
    ++counters_.own[status];
    pages_.fill(status, response);
  }

 private:
  const ElbErrorPages& pages_;
  AlbCounters& counters_;
};

std::vector<const model::UserAuthentication*> logins_of(const model::Listener& listener) {
  std::vector<const model::UserAuthentication*> logins;
  const auto add = [&logins](const model::Action& action) {
    for (const model::Authentication& one : action.authentications) {
      if (const auto* login = std::get_if<model::UserAuthentication>(&one)) logins.push_back(login);
    }
  };
  add(listener.default_action);
  for (const model::Rule& rule : listener.rules) add(rule.action);
  return logins;
}

/// For the access log.
LoggedConnection logged_connection(const net::Connection& connection, const AlbSettings& settings,
                                   const tls::TlsStream* tls) {
  LoggedConnection logged;
  logged.node_ip = connection.destination.ip;
  if (!tls) return logged;
  if (tls->certificate_has_server_name()) logged.domain_name = tls->server_name();
  logged.chosen_certificate_arn =
      tls->session_reused()
          ? "session-reused"
          : model::certificate_arn(settings.region,
                                   settings.listener->certificates[tls->certificate_index()]);
  return logged;
}

}  // namespace

AlbListener::Active::Active(AlbSettings its_settings, const Clock& clock)
    : settings(std::move(its_settings)),
      router(settings.listener),
      error_pages(clock, settings.listener),
      cookies(settings.load_balancer->name),
      sessions(settings.load_balancer->name),
      logins(logins_of(*settings.listener)),
      load_balancer_arn(
          model::application_load_balancer_arn(settings.region, settings.load_balancer->name)) {}

std::shared_ptr<const model::RequestHeaderNames> AlbListener::Active::renamed() const {
  const model::RequestHeaderNames& names = settings.listener->attributes.request_header_names;
  if (names == model::kAwsRequestHeaderNames) return nullptr;
  return {settings.listener, &names};
}

AlbListener::AlbListener(AlbListenerParts parts, AlbSettings settings)
    : parts_(std::move(parts)),
      web_(parts_.loop),
      key_sets_(parts_.loop, web_),
      rng_(parts_.seed),
      log_id_("app/" + settings.load_balancer->name + "/" +
              model::derived_load_balancer_id(settings.load_balancer->name)) {
  update(std::move(settings));
}

void AlbListener::update(AlbSettings settings) {
  web_.use(std::move(settings.web));
  auto next = std::make_shared<Active>(std::move(settings), parts_.loop.clock());
  const AlbSettings& now = next->settings;
  const bool same = active_ && active_->certificates->stays(*now.listener, now.trust_store) &&
                    active_->settings.listener->attributes == now.listener->attributes;
  next->certificates = same ? active_->certificates
                            : std::make_shared<AlbCertificatePolicy>(now.listener, now.trust_store);
  active_ = std::move(next);
}

void AlbListener::serve(net::Connection connection) {
  tasks_.spawn(run(std::move(connection)));
}

AlbCounters AlbListener::counters() const {
  AlbCounters counters = counters_;
  counters.live_target_connections = static_cast<std::uint64_t>(target_connection_.use_count() - 1);
  return counters;
}

void AlbListener::stop() {
  web_.cut();
  live_.reset_all(parts_.hop, Reason::emulator_stopped, parts_.loop.now());
}

void AlbListener::drain() {
  web_.cut();
  live_.reset_all(parts_.hop, Reason::listener_deleted, parts_.loop.now());
}

Task<void> AlbListener::run(net::Connection connection) {
  const Current active = active_;
  net::pass_hop(connection, parts_.hop, parts_.gate);
  connection.journal->conn_trace_id = conn_trace_id(rng_);
  const net::LiveConnections::Entry entry(live_, *connection.journal, *connection.stream);
  if (active->settings.tls) {
    co_await run_tls(connection, *active);
  } else {
    log_connection(connection, *active);
    co_await run_http(connection, *active, nullptr, nullptr);
  }
  connection.stream.reset();
  report(*connection.journal, parts_.sink, parts_.loop.now());
}

Task<void> AlbListener::run_tls(net::Connection& connection, const Active& active) {
  Journal& journal = *connection.journal;
  AlbClientCertificate certificate(*active.certificates, journal, parts_.loop.clock());
  auto stream =
      tls::TlsStream::server(std::move(connection.stream), *active.settings.tls, &certificate);
  tls::TlsStream& tls = *stream;
  connection.stream = std::move(stream);
  const tls::HandshakeResult result = co_await tls.handshake(kHandshakeTimeout);
  if (journal.stage != Stage::accept) record_agreement(journal, tls);
  if (result.failure != tls::HandshakeFailure::none) {
    certificate.note_failure(result.failure);
    co_await refuse_handshake(connection, active, tls, result);
    co_return;
  }
  journal.reached(Stage::handshake_done);
  if (certificate.refused_later()) {
    log_connection(connection, active);
    co_await end_refused_later(connection, parts_.hop, active.refusal(), tls.protocol());
    co_return;
  }
  journal.handshake_time = parts_.loop.now() - journal.accepted_at;
  if (journal.verify_status.empty()) {
    journal.verify_status = pki::to_log_text(pki::VerifyStatus::success);
  }
  log_connection(connection, active);
  co_await run_http(connection, active, &certificate, &tls);
}

void AlbListener::log_connection(const net::Connection& connection, const Active& active) {
  if (!parts_.log.wants(LogKind::connection)) return;
  const Journal& journal = *connection.journal;
  ConnectionLogEntry entry;
  entry.at = parts_.loop.calendar();
  entry.client_ip = connection.source.ip;
  entry.client_port = connection.source.port;
  entry.listener_port = active.settings.listener->port;
  entry.tls_protocol = journal.tls_version;
  entry.tls_cipher = journal.tls_cipher;
  entry.tls_handshake_latency = journal.handshake_time;
  entry.leaf_subject = journal.certificate_subject;
  entry.leaf_validity = journal.certificate_validity;
  entry.leaf_serial_number = journal.certificate_serial;
  entry.tls_verify_status = journal.verify_status;
  entry.conn_trace_id = journal.conn_trace_id;
  entry.tls_key_exchange = journal.tls_key_exchange;
  entry.load_balancer = log_id_;
  entry.node_ip = connection.destination.ip;
  const std::string line = connection_log_line(entry, parts_.log.format());
  parts_.log.add({LogKind::connection, entry.at, log_id_, entry.node_ip, line});
}

Task<void> AlbListener::refuse_handshake(net::Connection& connection, const Active& active,
                                         tls::TlsStream& tls, const tls::HandshakeResult& result) {
  const bool about_certificate = tls::is_about_certificate(result.failure);
  if (about_certificate) connection.journal->reached(Stage::client_certificate);
  log_connection(connection, active);
  connection.stream = tls.take_lower();
  if (about_certificate) {
    co_await end_refused(connection, parts_.hop, active.refusal());
    co_return;
  }
  net::ServeEnd end = handshake_end(*connection.journal, result, EndKind::rst);
  if (result.failure == tls::HandshakeFailure::plain_http) {
    co_await answer_plain_http(connection, active);
    end = {Reason::plain_http_on_tls_port, EndKind::fin};
  }
  co_await net::finish_connection(connection, parts_.hop, end);
}

Task<void> AlbListener::answer_plain_http(net::Connection& connection, const Active& active) {
  http::Response response;
  active.error_pages.fill(400, response);
  ++counters_.own[400];
  connection.journal->failed({400, &parts_.hop, Reason::plain_http_on_tls_port, {}, {}, 0});
  http::HeadFraming framing;
  framing.framing = http::WireFraming::content_length;
  framing.content_length = response.text.size();
  framing.keep_alive = false;
  Bytes out;
  http::append_response_head(out, response, framing);
  out.append(response.text);
  co_await net::write_all(*connection.stream, out.view());
}

Task<void> AlbListener::run_http(net::Connection& connection, const Active& active,
                                 AlbClientCertificate* certificate, const tls::TlsStream* tls) {
  Journal& journal = *connection.journal;
  const auto& attributes = active.settings.load_balancer->attributes;
  ClientFacts facts;
  facts.source_ip = connection.source.ip;
  facts.source_port = connection.source.port;
  facts.listener_port = active.settings.listener->port;
  facts.tls = tls != nullptr;
  facts.tls_version = journal.tls_version;
  facts.tls_cipher = journal.tls_cipher;
  facts.mtls = certificate ? certificate->headers() : nullptr;
  facts.mtls_copies = active.settings.listener->mutual_authentication.client_header_copies;
  facts.renamed = active.renamed();
  facts.load_balancer_dns_name = active.settings.dns_name;
  const auto node = active.settings.zones.find(connection.destination.ip);
  const std::string_view zone =
      node == active.settings.zones.end() ? std::string_view() : node->second;
  AlbCounters& counters = journal.kind == JournalKind::health_check ? of_health_checks_ : counters_;
  std::unique_ptr<const LoggedConnection> logged;
  if (parts_.log.wants(LogKind::access)) {
    logged = std::make_unique<const LoggedConnection>(
        logged_connection(connection, active.settings, tls));
  }
  AlbExchange exchange(*this, facts, zone, counters, journal, logged.get());
  const CountedErrorPages error_pages(active.error_pages, counters);
  http::ServerContext context(journal, parts_.hop, error_pages);
  context.desync = http::desync_mode_from(attributes.desync_mitigation_mode)
                       .value_or(http::DesyncMode::defensive);
  context.non_compliant_requests = &counters.non_compliant_requests;
  context.idle_timeout = std::chrono::seconds(attributes.idle_timeout_s);
  context.keep_alive_until =
      journal.accepted_at + std::chrono::seconds(attributes.client_keep_alive_s);
  if (parts_.sink.wants_requests()) context.requests = &parts_.sink;
  if (logged) context.observer = &exchange;
  net::ServeEnd ended;
  if (tls && tls->alpn() == "h2") {
    ended = co_await http::serve_http2(*connection.stream, exchange, context);
  } else {
    ended = co_await http::serve_http1(*connection.stream, exchange, context);
  }
  if (tls && tls->peer_sent_alert()) ended = {Reason::client_tls_alert, EndKind::fin};
  co_await net::finish_connection(connection, parts_.hop, ended);
}

}  // namespace hoplab::aws
