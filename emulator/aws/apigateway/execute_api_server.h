// The execute-api service at one interface endpoint: speaks HTTP/1.1 on the connections that reach
// the endpoint's ENIs. (Private APIs do not negotiate HTTP/2; apigateway.md 3.1.)
//
// A connection that a load balancer opens itself is served as it is: its leg is in memory, where
// nobody can see whether it is encrypted. One that a network load balancer passes on is the
// client's own, in TLS that ends here: of_clients() takes those. of_way_in() takes those of clients
// that connect to the endpoint themselves: a VpcEndpoint with the same hop lets them in.
#pragma once

#include <functional>
#include <map>

#include "aws/apigateway/execute_api.h"
#include "aws/apigateway/http_endpoint.h"
#include "aws/identity/key_sets.h"
#include "aws/identity/web_client.h"
#include "aws/lambda/function.h"
#include "http/server.h"
#include "net/abandoned_clients.h"
#include "net/fault_gate.h"
#include "net/live_connections.h"
#include "tls/tls_stream.h"

namespace hoplab::aws {

/// The loop's functions by their names.
using FunctionsByName = std::map<std::string, std::shared_ptr<lambda::Function>, std::less<>>;

/// What the endpoint leads to; replaced as a whole.
struct ExecuteApiSettings {
  std::shared_ptr<const ExecuteApi> api;  // shared by all loops
  std::shared_ptr<const FunctionsByName> functions;
  std::shared_ptr<const HttpEndpoints> http_endpoints;
  WebDialers web;  // to the hosts of identity providers, whose keys authorizers ask for
  std::string vpce_id;
  std::string vpc_id;
  std::string policy_url;           // endpoint_policy_url()
  std::optional<tls::Context> tls;  // where clients' own connections may come
  ApiLog* api_log = nullptr;        // outlives it; null: nobody keeps APIs' logs
  bool available = true;            // else its network interfaces do not answer load balancers
};

class ExecuteApiServer final : public net::ConnectionHandler,
                               public std::enable_shared_from_this<ExecuteApiServer> {
 public:
  /// The ends of clients' own connections are reported to `sink`.
  ExecuteApiServer(Loop& loop, const Hop& hop, net::FaultGate& gate, JournalSink& sink,
                   http::RequestLog& log, std::uint64_t seed, ExecuteApiSettings settings)
      : loop_(loop),
        hop_(hop),
        gate_(gate),
        sink_(sink),
        log_(log),
        settings_(std::move(settings)),
        web_(loop),
        key_sets_(loop, web_),
        rng_(seed),
        stamps_(rng_),
        abandoned_(loop, hop, sink) {
    web_.use(settings_.web);
  }

  /// For requests from now on. Once there was `tls`, it stays: a client's connection may be on its
  /// way.
  void update(ExecuteApiSettings settings) {
    if (!settings.tls) settings.tls = std::move(settings_.tls);
    settings_ = std::move(settings);
    web_.use(settings_.web);
  }
  void serve(net::Connection connection) override {
    tasks_.spawn(run(std::move(connection), Leg::in_memory));
  }
  /// Who takes connections that clients have opened, once there is `tls`.
  [[nodiscard]] std::shared_ptr<net::ConnectionHandler> of_clients();
  /// Likewise, of those that have passed this hop already.
  [[nodiscard]] std::shared_ptr<net::ConnectionHandler> of_way_in();
  /// Who takes connections of a load balancer that does not speak TLS to its targets: each request
  /// is answered with 400 (alb-to-apigateway.md 3, inferred).
  [[nodiscard]] std::shared_ptr<net::ConnectionHandler> of_plain_text();
  /// The endpoint is deleted: its connections are reset.
  void drain() {
    live_.reset_all(hop_, Reason::endpoint_not_available, loop_.now());
    web_.cut();
  }
  void stop() {
    live_.reset_all(hop_, Reason::emulator_stopped, loop_.now());
    abandoned_.stop();
    web_.cut();
  }
  /// Connections that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept {
    return tasks_.running() + abandoned_.running();
  }

 private:
  class Exchange;
  class Door;
  class PlainText;
  /// How a connection reaches the endpoint.
  enum class Leg : std::uint8_t { in_memory, tls, tls_of_way_in, plain_text };
  Task<void> run(net::Connection connection, Leg leg);
  /// `tls`: of `connection`; null: there is none.
  Task<void> run_http(net::Connection& connection, http::Handler& handler,
                      const tls::TlsStream* tls);

  Loop& loop_;
  const Hop& hop_;
  net::FaultGate& gate_;
  JournalSink& sink_;
  http::RequestLog& log_;
  ExecuteApiSettings settings_;
  WebClient web_;
  KeySets key_sets_;
  Rng rng_;
  ResponseStamps stamps_;
  SigningKeys signing_keys_;
  net::LiveConnections live_;
  net::AbandonedClients abandoned_;
  TaskGroup tasks_;
};

}  // namespace hoplab::aws
