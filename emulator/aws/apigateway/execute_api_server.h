// The execute-api service at one interface endpoint: speaks HTTP/1.1 on the connections that a load
// balancer opens to the endpoint's ENIs. (Private APIs do not negotiate HTTP/2; apigateway.md 3.1.)
#pragma once

#include "aws/apigateway/execute_api.h"
#include "http/server.h"
#include "net/fault_gate.h"
#include "net/live_connections.h"

namespace hoplab::aws {

class ExecuteApiServer final : public net::ConnectionHandler {
 public:
  /// `api` is shared by all loops and outlives the server.
  ExecuteApiServer(Loop& loop, const Hop& hop, net::FaultGate& gate, const ExecuteApi& api,
                   std::string vpce_id, std::string vpc_id, std::uint64_t seed)
      : loop_(loop),
        hop_(hop),
        gate_(gate),
        api_(api),
        vpce_id_(std::move(vpce_id)),
        vpc_id_(std::move(vpc_id)),
        rng_(seed),
        stamps_(rng_) {}

  void serve(net::Connection connection) override { tasks_.spawn(run(std::move(connection))); }
  void stop() { live_.reset_all(hop_, Reason::emulator_stopped, loop_.now()); }
  /// Connections that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  class Exchange;
  Task<void> run(net::Connection connection);

  Loop& loop_;
  const Hop& hop_;
  net::FaultGate& gate_;
  const ExecuteApi& api_;
  std::string vpce_id_;
  std::string vpc_id_;
  Rng rng_;
  ResponseStamps stamps_;
  net::LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::aws
