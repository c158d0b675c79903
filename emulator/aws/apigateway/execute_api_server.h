// The execute-api service at one interface endpoint: speaks HTTP/1.1 on the connections that a load
// balancer opens to the endpoint's ENIs. (Private APIs do not negotiate HTTP/2; apigateway.md 3.1.)
#pragma once

#include "aws/apigateway/execute_api.h"
#include "http/server.h"
#include "net/fault_gate.h"
#include "net/live_connections.h"

namespace hoplab::aws {

/// What the endpoint leads to; replaced as a whole.
struct ExecuteApiSettings {
  std::shared_ptr<const ExecuteApi> api;  // shared by all loops
  std::string vpce_id;
  std::string vpc_id;
};

class ExecuteApiServer final : public net::ConnectionHandler {
 public:
  ExecuteApiServer(Loop& loop, const Hop& hop, net::FaultGate& gate, std::uint64_t seed,
                   ExecuteApiSettings settings)
      : loop_(loop),
        hop_(hop),
        gate_(gate),
        settings_(std::move(settings)),
        rng_(seed),
        stamps_(rng_) {}

  /// For requests from now on.
  void update(ExecuteApiSettings settings) { settings_ = std::move(settings); }
  void serve(net::Connection connection) override { tasks_.spawn(run(std::move(connection))); }
  /// The endpoint is deleted: its connections are reset.
  void drain() { live_.reset_all(hop_, Reason::endpoint_not_available, loop_.now()); }
  void stop() { live_.reset_all(hop_, Reason::emulator_stopped, loop_.now()); }
  /// Connections that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  class Exchange;
  Task<void> run(net::Connection connection);

  Loop& loop_;
  const Hop& hop_;
  net::FaultGate& gate_;
  ExecuteApiSettings settings_;
  Rng rng_;
  ResponseStamps stamps_;
  net::LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::aws
