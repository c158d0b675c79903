// One listener of an Application Load Balancer: ends TCP and TLS, judges the client's certificate,
// speaks HTTP/1.1 or HTTP/2, and forwards each request by its rules.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>

#include "aws/alb/alb_counters.h"
#include "aws/alb/client_certificate.h"
#include "aws/alb/connection_log.h"
#include "aws/alb/elb_response.h"
#include "aws/alb/rule_router.h"
#include "aws/target_group/target_group.h"
#include "base/rng.h"
#include "net/fault_gate.h"
#include "net/live_connections.h"
#include "tls/context.h"

namespace hoplab::aws {

struct AlbListenerParts {
  Loop& loop;
  const Hop& hop;
  const model::LoadBalancer& load_balancer;
  const model::Listener& listener;
  std::string dns_name;                                // Host for HTTP/1.0 requests without one
  std::optional<tls::Context> tls;                     // HTTPS listeners
  std::shared_ptr<const pki::TrustStore> trust_store;  // verify mode
  std::map<std::string, TargetGroup*> target_groups;   // those that its actions name
  std::map<std::string, std::string> zones;            // of its nodes, by address
  net::FaultGate& gate;
  JournalSink& sink;
  std::uint64_t seed = 0;                       // of the trace ids
  std::vector<ConnectionLog*> connection_logs;  // all of them get every connection
};

class AlbListener final : public net::ConnectionHandler {
 public:
  explicit AlbListener(AlbListenerParts parts);

  void serve(net::Connection connection) override;

  /// For handshakes from now on: another snapshot of its trust store, and the context that
  /// advertises it. Connections that are there stay. Only in the loop.
  void use_trust_store(std::shared_ptr<const pki::TrustStore> trust_store, tls::Context tls) {
    certificates_.use(std::move(trust_store));
    parts_.tls = std::move(tls);
  }

  /// Resets every connection.
  void stop();
  /// Connections that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }
  /// Whatever became of them; any thread may ask.
  [[nodiscard]] std::uint64_t requests() const noexcept {
    return requests_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] const AlbCounters& counters() const noexcept { return counters_; }

 private:
  friend class AlbExchange;

  Task<void> run(net::Connection connection);
  Task<void> run_tls(net::Connection& connection);
  Task<void> run_http(net::Connection& connection, ClientCertificate* certificate,
                      const tls::TlsStream* tls);
  Task<void> refuse_handshake(net::Connection& connection, tls::TlsStream& tls,
                              tls::HandshakeFailure failure);
  Task<void> answer_plain_http(net::Connection& connection);
  /// Ends a handshake that succeeded for TLS, at the stage that the listener's refusal names.
  Task<void> refuse_later(net::Connection& connection, const tls::TlsStream& tls);
  Task<void> end_refused(net::Connection& connection);
  void log_connection(const net::Connection& connection);

  AlbListenerParts parts_;
  RuleRouter router_;
  std::atomic<std::uint64_t> requests_{0};
  AlbCounters counters_;
  AlbCounters of_health_checks_;  // a network load balancer's; told to nobody
  ElbErrorPages error_pages_;
  const model::RequestHeaderNames& header_names_;
  ClientCertificatePolicy certificates_;
  Rng rng_;
  const std::string log_id_;  // the load balancer, as its logs name it
  net::LiveConnections live_;
  TaskGroup tasks_;
};

}  // namespace hoplab::aws
