// A stand-in for the user's own service: answers on a real loopback port while no address is given,
// so that a scenario runs as it is.
#pragma once

#include "aws/stub/prepared_answer.h"
#include "base/result.h"
#include "http/request_log.h"
#include "http/server.h"
#include "model/topology.h"
#include "net/fault_gate.h"
#include "net/live_connections.h"
#include "net/tcp_listener.h"
#include "topology/health_check_sources.h"

namespace hoplab::topology {

class StandIn final : public net::ConnectionHandler {
 public:
  /// Listens at once, on a free port, or on `port` when that is not 0.
  static Result<std::shared_ptr<StandIn>> open(
      Loop& loop, const Hop& hop, net::FaultGate& gate, const model::Service& service,
      std::shared_ptr<const aws::PreparedAnswer> answer, std::uint16_t port,
      HealthCheckSources& health_checks, http::RequestLog& log, std::atomic<std::uint64_t>& ids);

  void serve(net::Connection connection) override { tasks_.spawn(run(std::move(connection))); }
  [[nodiscard]] const net::Address& address() const noexcept { return listener_->address(); }
  /// Idempotent.
  void start() {
    if (!std::exchange(started_, true)) listener_->start(*this);
  }
  /// What it answers, and answers a SYN with, from now on. Its address stays.
  void update(const model::Service& service, std::shared_ptr<const aws::PreparedAnswer> answer);
  /// Whether somebody may begin with HTTP/2, by prior knowledge, from the next connection on.
  void speak_http2(bool speaks) noexcept { speaks_http2_ = speaks; }
  /// Takes no more connections. It is over when running() is zero.
  void drain() { listener_->stop(); }
  void stop();
  /// Connections that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  class Exchange;
  StandIn(Loop& loop, const Hop& hop, net::FaultGate& gate, HealthCheckSources& health_checks,
          http::RequestLog& log, std::shared_ptr<const aws::PreparedAnswer> answer,
          std::string banner)
      : loop_(loop),
        hop_(hop),
        gate_(gate),
        health_checks_(health_checks),
        log_(log),
        answer_(std::move(answer)),
        banner_(std::move(banner)) {}
  Task<net::ServeEnd> serve_http(net::Connection& connection);
  Task<void> run(net::Connection connection);

  Loop& loop_;
  const Hop& hop_;
  net::FaultGate& gate_;
  HealthCheckSources& health_checks_;
  http::RequestLog& log_;
  std::shared_ptr<const aws::PreparedAnswer> answer_;
  std::string banner_;  // in place of HTTP
  bool speaks_http2_ = false;
  bool started_ = false;
  std::unique_ptr<net::TcpListener> listener_;
  net::LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::topology
