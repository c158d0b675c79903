#include "aws/apigateway/execute_api_server.h"

#include <array>

#include "aws/apigateway/proxy_answer.h"
#include "aws/apigateway/streamed_body.h"
#include "aws/tls/client_handshake.h"
#include "base/spare_memory.h"
#include "http/faulted_answer.h"
#include "http/waiting.h"
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
  /// `tls`: the client's own, which ends here; null: there is none.
  Exchange(ExecuteApiServer& server, const net::Connection& connection, const tls::TlsStream* tls)
      : server_(server), journal_(*connection.journal), source_ip_(connection.source.ip) {
    if (!tls) return;
    tls_version_ = tls->version();
    tls_cipher_ = tls->cipher();
    tls_ = {tls_version_, tls_cipher_};
  }

  Task<void> handle(http::Request& request, http::Response& response) override {
    if (server_.gate_.active()) [[unlikely]] {
      if (const net::Fault* fault = server_.gate_.request(journal_)) {
        return serve_with(*fault, request, response);
      }
    }
    return serve(request, response);
  }

 private:
  Task<void> serve_with(net::Fault fault, http::Request& request, http::Response& response) {
    if (fault.action != FaultAction::answer) {
      co_await serve(request, response);
      co_return co_await http::apply_fault(fault, server_.loop_, response);
    }
    response.status = fault.status;
    response.headers.add("Content-Type", "application/json");
    response.text =
        response.arena.join("{\"message\":\"", http::reason_phrase(fault.status), "\"}");
    response.close = true;  // the request's body is left unread
    journal_.failed({fault.status, &server_.hop_, Reason::fault_injected, {}, {}, 0});
  }

  /// A visit with what it refers to, for as long as its answer streams.
  struct Serving {
    Serving(Exchange& exchange, const http::Request& request, http::Response& response,
            std::string read, std::uint64_t body_bytes)
        : body(std::move(read)),
          arrival{exchange.server_.loop_.calendar(),
                  body_bytes,
                  exchange.server_.stamps_,
                  &exchange.server_.log_,
                  body,
                  &exchange.server_.loop_,
                  exchange.server_.settings_.api_log,
                  &exchange.server_.signing_keys_},
          caller(exchange.caller()),
          visit(*exchange.server_.settings_.api, request, caller, arrival, response) {}
    const std::string body;
    const Arrival arrival;
    const Caller caller;
    ExecuteApi::Visit visit;
  };

  // More than an allocator keeps at hand, for each request.
  using ServingAllocator = SpareAllocator<Serving, SpareMemory<Serving, 2048, 1, 64>>;
  static_assert(sizeof(Serving) <= 2048 - 64);

  [[nodiscard]] Caller caller() const {
    const ExecuteApiSettings& settings = server_.settings_;
    return {source_ip_, settings.vpce_id, settings.vpc_id, tls_, settings.policy_url};
  }

  Task<void> serve(http::Request& request, http::Response& response) {
    response.owner = server_.settings_.api;
    std::uint64_t body_bytes = 0;
    std::string body;
    const std::size_t log_most = server_.log_.on() ? http::RequestLog::kMostBody : 0;
    const bool whole = server_.settings_.api->reads_bodies();
    const std::size_t most = whole ? kMaxPayloadBytes : log_most;
    if (request.body && !co_await read(*request.body, body_bytes, body, most)) co_return;
    const auto serving = std::allocate_shared<Serving>(ServingAllocator(), *this, request, response,
                                                       std::move(body), body_bytes);
    ExecuteApi::Visit& visit = serving->visit;
    visit.go_on();
    while (visit.waits()) {
      const bool still_there = co_await perform(serving, request, response);
      if (!still_there) co_return;
    }
    if (visit.streams()) co_return;  // it is over with its body
    const Outcome outcome = visit.finish();
    if (!is_refusal(outcome)) co_return;
    std::string why(to_text(outcome));
    if (!visit.detail().empty()) why += ": " + visit.detail();
    response.failure = std::make_unique<RequestFailure>(
        RequestFailure{response.status, &server_.hop_, Reason::api_refused, {}, std::move(why), 1});
    journal_.failed(*response.failure);
  }

  /// False: the client is gone.
  Task<bool> perform(const std::shared_ptr<Serving>& serving, const http::Request& request,
                     http::Response& response) {
    ExecuteApi::Visit& visit = serving->visit;
    Call call = std::move(visit.call());
    bool still_there = false;
    if (auto* const function = std::get_if<FunctionCall>(&call)) {
      still_there = function->streams
                        ? co_await stream_function(serving, *function, request, response)
                        : co_await ask_function(visit, *function, request);
    } else if (auto* const keys = std::get_if<KeysCall>(&call)) {
      const KeySets::Got got = co_await server_.key_sets_.get(keys->url, keys->kid);
      visit.answered(got);
      still_there = true;
    } else {
      still_there = co_await ask_backend(serving, std::get<HttpCall>(call), request, response);
    }
    co_return still_there;
  }

  /// It is kept as long as it runs; null: it was deleted since the request came, and the invocation
  /// has failed.
  std::shared_ptr<lambda::Function> invoke(FunctionCall& call, const http::Request& request,
                                           const std::shared_ptr<lambda::Invocation>& invocation) {
    invocation->event = std::move(call.event);
    invocation->trace_id = request.headers.get("X-Amzn-Trace-Id");
    const auto& functions = *server_.settings_.functions;
    const auto found = functions.find(call.function);
    if (found == functions.end()) {
      invocation->fail(Reason::lambda_resource_not_found, std::string(call.function));
      return nullptr;
    }
    const auto function = found->second;
    function->invoke(invocation);
    return function;
  }

  Task<bool> ask_function(ExecuteApi::Visit& visit, FunctionCall& call,
                          const http::Request& request) {
    const auto invocation = std::make_shared<lambda::Invocation>();
    const auto function = invoke(call, request, invocation);
    const http::Waited waited =
        co_await http::wait_for(server_.loop_, *invocation, request.client, call.timeout);
    if (waited == http::Waited::done) visit.answered(*invocation);
    if (waited == http::Waited::late) visit.too_late(*invocation);
    co_return waited != http::Waited::client_gone;
  }

  /// Until what has come of the stream has the answer's head, or will never have it.
  Task<http::Waited> wait_for_head(lambda::ResponseStream& stream, http::ClientWatch* client,
                                   Duration most) {
    Loop& loop = server_.loop_;
    const Time until = loop.now() + most;
    auto waited = http::Waited::done;
    while (waited == http::Waited::done && !stream.over() &&
           streamed_head(stream.ready()).verdict == StreamedHead::Verdict::incomplete) {
      stream.ask_for_more();
      waited = co_await http::wait_for(loop, stream, client,
                                       std::max(Duration::zero(), until - loop.now()));
    }
    co_return waited;
  }

  Task<bool> stream_function(std::shared_ptr<Serving> serving, FunctionCall& call,
                             const http::Request& request, http::Response& response) {
    ExecuteApi::Visit& visit = serving->visit;
    const auto stream = std::make_shared<lambda::ResponseStream>();
    const auto invocation = std::make_shared<lambda::Invocation>();
    invocation->streams = true;
    invocation->stream = stream;
    const auto function = invoke(call, request, invocation);
    const http::Waited waited = co_await wait_for_head(*stream, request.client, call.timeout);
    if (waited == http::Waited::done) visit.answered(*invocation, *stream);
    if (waited == http::Waited::late) visit.too_late(*invocation);
    if (visit.streams()) {
      using Owner = std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>>;
      response.body =
          body_of(std::move(serving),
                  {std::make_shared<Owner>(stream, function), stream.get(), visit.stream_length()},
                  invocation);
    }
    co_return waited != http::Waited::client_gone;
  }

  /// The visit is over when its answer's body is.
  std::unique_ptr<http::ResponseBody> body_of(
      std::shared_ptr<Serving> serving, StreamSource source,
      std::shared_ptr<const lambda::Invocation> invocation) {
    return streamed_body(server_.loop_, std::move(source),
                         [serving = std::move(serving),
                          invocation = std::move(invocation)](const Streamed& streamed) {
                           serving->visit.stream_over(streamed, invocation.get());
                           serving->visit.finish();
                         });
  }

  Task<bool> ask_backend(std::shared_ptr<Serving> serving, HttpCall& call,
                         const http::Request& request, http::Response& response) {
    ExecuteApi::Visit& visit = serving->visit;
    const auto& endpoints = *server_.settings_.http_endpoints;
    const auto endpoint = endpoints.find(call.endpoint);
    if (endpoint != endpoints.end()) {
      endpoint->second->ask(call.exchange);
    } else {  // deleted since the request came
      call.exchange->outcome.failure = Reason::target_unreachable;
      call.exchange->finish();
    }
    const http::Waited waited = co_await http::wait_for(server_.loop_, *call.exchange,
                                                        request.client, call.exchange->timeout);
    call.exchange->abandoned = waited != http::Waited::done;
    if (waited == http::Waited::client_gone) co_return false;
    visit.answered(*call.exchange);
    if (visit.streams()) {
      http::ResponseBody* const body = call.exchange->response.body.get();
      response.body = body_of(std::move(serving), {std::move(call.exchange), body, {}}, nullptr);
    }
    co_return true;
  }

  /// All of it, since it counts for the payload limit; `beginning` gets at most `most`. False when
  /// it breaks off.
  Task<bool> read(http::BodySource& body, std::uint64_t& total, std::string& beginning,
                  std::size_t most) {
    WaitSlot slot(server_.loop_);
    std::array<char, 4096> sink;
    while (total <= kMaxPayloadBytes) {
      const net::IoResult result = body.try_read(sink);
      total += result.size;
      beginning.append(sink.data(), std::min(result.size, most - beginning.size()));
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
  std::string tls_version_, tls_cipher_;
  LegTls tls_;
};

/// What a plain request to a port of TLS gets.
class ExecuteApiServer::PlainText final : public http::Handler {
 public:
  Task<void> handle(http::Request&, http::Response& response) override {
    FrontEndErrors().fill(400, response);
    co_return;
  }
};

class ExecuteApiServer::Door final : public net::ConnectionHandler {
 public:
  Door(std::shared_ptr<ExecuteApiServer> server, Leg leg) : server_(std::move(server)), leg_(leg) {}
  void serve(net::Connection connection) override {
    server_->tasks_.spawn(server_->run(std::move(connection), leg_));
  }

 private:
  std::shared_ptr<ExecuteApiServer> server_;
  Leg leg_;
};

std::shared_ptr<net::ConnectionHandler> ExecuteApiServer::of_clients() {
  return std::make_shared<Door>(shared_from_this(), Leg::tls);
}

std::shared_ptr<net::ConnectionHandler> ExecuteApiServer::of_way_in() {
  return std::make_shared<Door>(shared_from_this(), Leg::tls_of_way_in);
}

std::shared_ptr<net::ConnectionHandler> ExecuteApiServer::of_plain_text() {
  return std::make_shared<Door>(shared_from_this(), Leg::plain_text);
}

Task<void> ExecuteApiServer::run(net::Connection connection, Leg leg) {
  Journal& journal = *connection.journal;
  const bool by_way_in = leg == Leg::tls_of_way_in;
  if (!by_way_in && !settings_.available) {
    journal.pass(hop_);
    abandoned_.keep(std::move(connection.stream), connection.journal,
                    Reason::endpoint_not_available, net::AbandonedClients::Answer::silence);
    co_return;
  }
  if (!by_way_in) net::pass_hop(connection, hop_, gate_);
  const net::LiveConnections::Entry entry(live_, journal, *connection.stream);
  const bool encrypted = by_way_in || leg == Leg::tls;
  tls::TlsStream* tls = nullptr;
  // A failure is told by an alert (apigateway.md 17).
  if (encrypted) tls = co_await end_tls(connection, hop_, *settings_.tls);
  if (leg == Leg::plain_text) {
    PlainText refusing;
    co_await run_http(connection, refusing, nullptr);
  } else if (!encrypted || tls) {
    Exchange exchange(*this, connection, tls);
    co_await run_http(connection, exchange, tls);
  }
  if (journal.kind != JournalKind::client) co_return;
  connection.stream.reset();
  report(journal, sink_, loop_.now());
}

Task<void> ExecuteApiServer::run_http(net::Connection& connection, http::Handler& handler,
                                      const tls::TlsStream* tls) {
  static const FrontEndErrors errors;
  Journal& journal = *connection.journal;
  http::ServerContext context(journal, hop_, errors);
  context.idle_timeout = kIdleTimeout;
  const bool told = journal.kind == JournalKind::client && sink_.wants_requests();
  if (told) context.requests = &sink_;
  context.desync = http::DesyncMode::monitor;  // mitigation is the ALB's
  net::ServeEnd ended = co_await http::serve_http1(*connection.stream, handler, context);
  if (tls && tls->peer_sent_alert()) ended = {Reason::client_tls_alert, EndKind::fin};
  co_await net::finish_connection(connection, hop_, ended);
}

}  // namespace hoplab::aws
