#include "aws/identity/web_site.h"

#include "aws/tls/client_handshake.h"
#include "http/body_reading.h"
#include "http/faulted_answer.h"
#include "net/hop_stream.h"

namespace hoplab::aws {

namespace {

constexpr Duration kSiteIdleTimeout = 60s;
constexpr std::size_t kMostForm = 64 * 1024;  // bytes of a request's body

class SiteErrors final : public http::ErrorPages {
 public:
  void fill(int status, http::Response& response) const override {
    response.status = status;
    response.headers.add("Content-Type", "text/plain");
    response.text = http::reason_phrase(status);
    response.close = true;
  }
};
const SiteErrors kSiteErrors;

}  // namespace

class WebSite::Exchange final : public http::Handler {
 public:
  Exchange(WebSite& site, const net::Connection& connection)
      : site_(site), journal_(*connection.journal), source_ip_(connection.source.ip) {}

  Task<void> handle(http::Request& request, http::Response& response) override {
    if (site_.parts_.gate.active()) [[unlikely]] {
      if (const net::Fault* fault = site_.parts_.gate.request(journal_)) {
        return serve_with(*fault, request, response);
      }
    }
    return serve(request, response);
  }

 private:
  Task<void> serve_with(net::Fault fault, http::Request& request, http::Response& response) {
    if (fault.action != FaultAction::answer) {
      co_await serve(request, response);
      co_return co_await http::apply_fault(fault, site_.parts_.loop, response);
    }
    kSiteErrors.fill(fault.status, response);
    journal_.failed({fault.status, &site_.parts_.hop, Reason::fault_injected, {}, {}, 0});
  }

  Task<void> serve(http::Request& request, http::Response& response) {
    Loop& loop = site_.parts_.loop;
    std::string body;
    if (request.body) {
      const net::IoStatus end = co_await http::read_body(loop, *request.body, body, kMostForm);
      if (end == net::IoStatus::failed) co_return;
      if (end == net::IoStatus::ok) {
        kSiteErrors.fill(413, response);
        co_return;
      }
    }
    if (site_.parts_.log.on()) {
      const http::Received by{site_.parts_.hop.name, site_.parts_.hop.kind, loop.calendar(),
                              source_ip_};
      site_.parts_.log.add(request, by, body, body.size());
    }
    const auto pages = site_.settings_.pages;
    response.owner = pages;
    const WebVisit visit{request, body, loop.calendar(), site_.rng_};
    pages->answer(visit, response);
  }

  WebSite& site_;
  Journal& journal_;
  std::string source_ip_;
};

Task<void> WebSite::run(net::Connection connection, bool encrypted) {
  net::pass_hop(connection, parts_.hop, parts_.gate);
  const auto behind = co_await serve_here(connection, encrypted);
  if (behind) {
    behind->serve(std::move(connection));
    co_return;
  }
  Journal& journal = *connection.journal;
  if (journal.kind != JournalKind::client) co_return;
  connection.stream.reset();
  report(journal, parts_.sink, parts_.loop.now());
}

Task<std::shared_ptr<net::ConnectionHandler>> WebSite::serve_here(net::Connection& connection,
                                                                  bool encrypted) {
  const net::LiveConnections::Entry entry(live_, *connection.journal, *connection.stream);
  const tls::TlsStream* tls = nullptr;
  if (encrypted) tls = co_await end_tls(connection, parts_.hop, *settings_.tls);
  if (encrypted && !tls) co_return nullptr;
  if (settings_.behind) co_return settings_.behind;
  const net::ServeEnd end = co_await serve_http(connection, tls);
  co_await net::finish_connection(connection, parts_.hop, end);
  co_return nullptr;
}

Task<net::ServeEnd> WebSite::serve_http(net::Connection& connection, const tls::TlsStream* tls) {
  Journal& journal = *connection.journal;
  Exchange exchange(*this, connection);
  http::ServerContext context(journal, parts_.hop, kSiteErrors);
  context.idle_timeout = kSiteIdleTimeout;
  const bool told = journal.kind == JournalKind::client && parts_.sink.wants_requests();
  if (told) context.requests = &parts_.sink;
  const bool http2 = tls && tls->alpn() == "h2";
  net::ServeEnd end;
  if (http2) {
    end = co_await http::serve_http2(*connection.stream, exchange, context);
  } else {
    end = co_await http::serve_http1(*connection.stream, exchange, context);
  }
  if (tls && tls->peer_sent_alert()) end = {Reason::client_tls_alert, EndKind::fin};
  co_return end;
}

}  // namespace hoplab::aws
