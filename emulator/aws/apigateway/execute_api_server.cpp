#include "aws/apigateway/execute_api_server.h"

#include <array>

#include "aws/tls/client_handshake.h"
#include "net/hop_stream.h"

namespace hoplab::aws {

namespace {

/// Idle connection timeout of the service, not adjustable (apigateway.md 11).
constexpr Duration kIdleTimeout = 310s;

/// API Gateway's wording for what its front end refuses is not documented; it answers in JSON as it
/// does everywhere else.
class FrontEndErrors final : public http::ErrorPages {
 public:
  void fill(int status, http::Response& response) const override {
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.text = R"({"message":"Bad Request"})";
    response.close = true;
  }
};

}  // namespace

class ExecuteApiServer::Exchange final : public http::Handler {
 public:
  Exchange(ExecuteApiServer& server, const net::Connection& connection)
      : server_(server), journal_(*connection.journal), source_ip_(connection.source.ip) {}

  Task<void> handle(http::Request& request, http::Response& response) override {
    std::uint64_t body_bytes = 0;
    if (request.body && !co_await drain(*request.body, body_bytes)) co_return;
    const Arrival arrival{server_.loop_.calendar(), body_bytes, server_.stamps_};
    const ExecuteApiSettings& now = server_.settings_;
    const Caller caller{source_ip_, now.vpce_id, now.vpc_id};
    response.owner = now.api;
    const Outcome outcome = now.api->handle(request, caller, arrival, response);
    if (!is_refusal(outcome)) co_return;
    journal_.failed({response.status,
                     &server_.hop_,
                     Reason::api_refused,
                     {},
                     std::string(to_text(outcome)),
                     0});
  }

 private:
  /// The stub's integrations do not read bodies, but a body counts for the payload limit. False
  /// when it breaks off.
  Task<bool> drain(http::BodySource& body, std::uint64_t& total) {
    WaitSlot slot(server_.loop_);
    std::array<char, 4096> sink;
    while (total <= kMaxPayloadBytes) {
      const net::IoResult result = body.try_read(sink);
      total += result.size;
      if (result.ended()) co_return result.status == net::IoStatus::closed;
      if (result.ok()) continue;
      body.watch(&slot);
      co_await slot;
      body.watch(nullptr);
    }
    co_return true;
  }

  ExecuteApiServer& server_;
  Journal& journal_;
  std::string source_ip_;
};

class ExecuteApiServer::OfClients final : public net::ConnectionHandler {
 public:
  explicit OfClients(std::shared_ptr<ExecuteApiServer> server) : server_(std::move(server)) {}
  void serve(net::Connection connection) override {
    server_->tasks_.spawn(server_->run(std::move(connection), true));
  }

 private:
  std::shared_ptr<ExecuteApiServer> server_;
};

std::shared_ptr<net::ConnectionHandler> ExecuteApiServer::of_clients() {
  return std::make_shared<OfClients>(shared_from_this());
}

Task<void> ExecuteApiServer::run(net::Connection connection, bool in_tls) {
  Journal& journal = *connection.journal;
  net::pass_hop(connection, hop_, gate_);
  const net::LiveConnections::Entry entry(live_, journal, *connection.stream);
  if (!in_tls || co_await end_tls(connection)) co_await run_http(connection);
  if (journal.kind != JournalKind::client) co_return;
  connection.stream.reset();
  report(journal, sink_, loop_.now());
}

Task<bool> ExecuteApiServer::end_tls(net::Connection& connection) {
  Journal& journal = *connection.journal;
  HandshakeStages stages(journal);
  auto stream = tls::TlsStream::server(std::move(connection.stream), *settings_.tls, &stages);
  tls::TlsStream& tls = *stream;
  connection.stream = std::move(stream);
  // A failure is told by an alert (apigateway.md 17).
  const tls::HandshakeResult result = co_await tls.handshake(kHandshakeTimeout, true);
  if (journal.stage != Stage::accept) record_agreement(journal, tls);
  if (result.failure == tls::HandshakeFailure::none) {
    journal.reached(Stage::handshake_done);
    journal.handshake_time = loop_.now() - journal.accepted_at;
    co_return true;
  }
  connection.stream = tls.take_lower();
  co_await net::finish_connection(connection, hop_, handshake_end(result.failure, EndKind::fin));
  co_return false;
}

Task<void> ExecuteApiServer::run_http(net::Connection& connection) {
  static const FrontEndErrors errors;
  Journal& journal = *connection.journal;
  Exchange exchange(*this, connection);
  http::ServerContext context(journal, hop_, errors);
  context.idle_timeout = kIdleTimeout;
  context.desync = http::DesyncMode::monitor;  // mitigation is the ALB's
  const net::ServeEnd ended = co_await http::serve_http1(*connection.stream, exchange, context);
  co_await net::finish_connection(connection, hop_, ended);
}

}  // namespace hoplab::aws
