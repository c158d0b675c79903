// WebSite: a web site of this process, such as an identity provider's: ends the TLS of who comes to
// it and speaks HTTP. Connections of this process's load balancers are in memory, where nobody can
// see whether they are encrypted, and come as they are.
#pragma once

#include "aws/identity/web_pages.h"
#include "base/journal.h"
#include "http/request_log.h"
#include "http/server.h"
#include "net/fault_gate.h"
#include "net/live_connections.h"
#include "tls/tls_stream.h"

namespace hoplab::aws {

struct WebSiteParts {
  Loop& loop;
  const Hop& hop;
  net::FaultGate& gate;
  JournalSink& sink;      // told of the ends of clients' connections
  http::RequestLog& log;  // of what is received
  std::uint64_t seed = 0;
};

/// Replaced as a whole.
struct WebSiteSettings {
  std::shared_ptr<const WebPages> pages;           // null: `behind` has them
  std::shared_ptr<net::ConnectionHandler> behind;  // takes what is inside TLS as it is
  std::optional<tls::Context> tls;                 // for of_clients()
};

class WebSite final : public net::ConnectionHandler, public std::enable_shared_from_this<WebSite> {
 public:
  WebSite(const WebSiteParts& parts, WebSiteSettings settings)
      : parts_(parts), settings_(std::move(settings)), rng_(parts.seed), door_(*this) {}

  /// For requests and handshakes from now on.
  void update(WebSiteSettings settings) { settings_ = std::move(settings); }
  /// A connection without TLS.
  void serve(net::Connection connection) override {
    tasks_.spawn(run(std::move(connection), false));
  }
  /// Who takes connections with TLS.
  [[nodiscard]] std::shared_ptr<net::ConnectionHandler> of_clients() {
    return {shared_from_this(), &door_};
  }
  /// It is deleted: its connections are reset.
  void drain() { live_.reset_all(parts_.hop, Reason::listener_deleted, parts_.loop.now()); }
  void stop() { live_.reset_all(parts_.hop, Reason::emulator_stopped, parts_.loop.now()); }
  /// Connections that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  class Exchange;
  class Door final : public net::ConnectionHandler {
   public:
    explicit Door(WebSite& site) : site_(site) {}
    void serve(net::Connection connection) override {
      site_.tasks_.spawn(site_.run(std::move(connection), true));
    }

   private:
    WebSite& site_;
  };
  Task<void> run(net::Connection connection, bool encrypted);
  /// Until the connection is over, which is null; or who is to take it now.
  Task<std::shared_ptr<net::ConnectionHandler>> serve_here(net::Connection& connection,
                                                           bool encrypted);
  /// `tls`: of `connection`; null: there is none.
  Task<net::ServeEnd> serve_http(net::Connection& connection, const tls::TlsStream* tls);

  WebSiteParts parts_;
  WebSiteSettings settings_;
  Rng rng_;
  Door door_;
  net::LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::aws
