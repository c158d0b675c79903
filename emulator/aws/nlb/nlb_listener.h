// A listener of a Network Load Balancer. It chooses a target by flow hash. A TCP listener does not
// end the connection: it is a hop on the stream and hands it on. A TLS listener ends TLS first.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/nlb/flow_routing.h"
#include "aws/nlb/flow_stream.h"
#include "aws/nlb/logged_tls_stream.h"
#include "aws/tls/client_certificate.h"
#include "model/topology.h"
#include "net/admission.h"
#include "net/connection.h"
#include "net/fault_gate.h"
#include "tls/tls_stream.h"

namespace hoplab::aws {

/// What CloudWatch would count, beside what the ends of connections tell.
struct NlbCounters {
  std::uint64_t new_flows = 0;
  std::uint64_t rejected_flows = 0;
  std::uint64_t port_allocation_errors = 0;
  std::uint64_t unhealthy_routing_flows = 0;  // sent to a target while its group failed open
  void add(const NlbCounters& other);
};

/// What a listener stands in, for as long as it is there.
struct NlbListenerParts {
  Loop& loop;
  const Hop& hop;
  net::FaultGate& gate;
  JournalSink& sink;
  std::function<void()> admission_changed;  // what admission() says may be another
};

/// What it is set to; replaced as a whole.
struct NlbSettings {
  std::shared_ptr<const model::LoadBalancer> load_balancer;
  std::shared_ptr<const model::Listener> listener;
  std::vector<NlbTargetGroup> groups;
  /// By zone: the node's private address; targets see it as the source of translated connections.
  std::map<std::string, std::string> nodes;
  /// By address of an endpoint's or of the NLB's own network interface: its zone.
  std::map<std::string, std::string> zones;
  std::optional<AddressSet> security_group;            // none: everybody
  std::optional<tls::Context> tls;                     // of a TLS listener
  std::shared_ptr<const TlsLogging> tls_logging;       // likewise
  std::shared_ptr<const pki::TrustStore> trust_store;  // verify mode
};

class NlbListener final : public net::ConnectionHandler,
                          public std::enable_shared_from_this<NlbListener> {
 public:
  /// References outlive this.
  NlbListener(NlbListenerParts parts, NlbSettings settings);

  /// For connections and handshakes from now on. Flows to targets that it no longer has go on:
  /// their target group ends them, or nobody does.
  void update(NlbSettings settings);
  /// It is deleted: connections that are there go on until they end by themselves
  /// (docs.aws.amazon.com/elasticloadbalancing/latest/network/delete-listener.html). It is over
  /// when running() is zero.
  void drain() {}
  /// A target of one of its groups has another state: ends the flows that this ends
  /// (nlb-privatelink.md 1.1 and 1.8).
  void targets_changed();

  /// Through an endpoint when connection.endpoint says so: then the client's address is translated.
  void serve(net::Connection connection) override;

  /// What the node in `zone` answers to a SYN: nothing, where AWS drops it; otherwise what its
  /// targets do, since a TCP listener does not accept by itself (nlb-privatelink.md 2.1).
  [[nodiscard]] net::Admission admission(const std::string& zone, bool through_endpoint) const;

  /// The CloudWatch metric that counts what admission() drops; empty: none does.
  [[nodiscard]] const char* drop_metric(const std::string& zone, bool through_endpoint) const;

  /// Resets the clients of flows that were forgotten; the others are their targets'.
  void stop();
  /// Those that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept {
    return tasks_.running() + abandoned_.running() + table_.size();
  }
  [[nodiscard]] const std::vector<NlbTargetGroup>& groups() const noexcept {
    return settings_.groups;
  }
  [[nodiscard]] const NlbCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] std::size_t active_flows() const noexcept { return table_.size(); }

 private:
  [[nodiscard]] const std::string& zone_of(const net::Address& address) const;
  [[nodiscard]] FlowRouting routing() const { return {*settings_.load_balancer, settings_.groups}; }
  /// Dropped, and why; none: it goes on.
  [[nodiscard]] std::optional<Reason> drops(const net::Connection& connection,
                                            const FlowRoute& route, bool translated);
  [[nodiscard]] bool translates(const NlbTargetGroup& group, bool through_endpoint) const;
  /// Whether the security groups have a say about the client.
  [[nodiscard]] bool judges(bool through_endpoint) const;
  [[nodiscard]] bool resets_without_targets() const;
  [[nodiscard]] std::pair<net::Address, net::Address> ends_behind_endpoint(
      const net::Connection& connection, const std::string& zone) const;
  [[nodiscard]] const std::string& node_ip(const std::string& zone) const;
  void hand_over(net::Connection connection, const FlowRoute& route, const std::string& zone,
                 bool translated);
  void end_without_target(net::Connection connection);
  using Handler = std::shared_ptr<net::ConnectionHandler>;
  Task<void> hand_over_later(net::Connection connection, Handler target);
  Task<void> run_tls(net::Connection connection, Handler target);
  Task<void> end_handshake(net::Connection& connection, std::unique_ptr<LoggedTlsStream> logged,
                           const tls::HandshakeResult& result, ClientCertificate* certificate);
  void choose_certificate_policy();

  NlbListenerParts parts_;
  NlbSettings settings_;
  std::shared_ptr<ClientCertificatePolicy> certificates_;  // verify mode
  net::AbandonedClients abandoned_;
  FlowTable table_;
  NlbCounters counters_;
  net::LiveConnections live_;
  TaskGroup tasks_;
  std::uint16_t next_source_port_ = 1024;
};

}  // namespace hoplab::aws
