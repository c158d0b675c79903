#include "aws/apigateway/execute_api_server.h"

#include <array>

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

Task<void> ExecuteApiServer::run(net::Connection connection) {
  static const FrontEndErrors errors;
  Journal& journal = *connection.journal;
  net::pass_hop(connection, hop_, gate_);
  const net::LiveConnections::Entry entry(live_, journal, *connection.stream);
  Exchange exchange(*this, connection);
  http::ServerContext context(journal, hop_, errors);
  context.idle_timeout = kIdleTimeout;
  context.desync = http::DesyncMode::monitor;  // mitigation is the ALB's
  const http::ServeEnd ended = co_await http::serve_http1(*connection.stream, exchange, context);
  co_await http::finish_connection(connection, hop_, ended);
}

}  // namespace hoplab::aws
