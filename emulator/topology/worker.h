// Worker: the whole topology as the objects of one loop. With several loops there are several
// workers, each with its own acceptors on the same addresses; they share only what is immutable or
// atomic.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/alb/alb_listener.h"
#include "aws/apigateway/execute_api_server.h"
#include "aws/nlb/nlb_listener.h"
#include "aws/privatelink/vpc_endpoint.h"
#include "net/relay.h"
#include "net/tcp_listener.h"
#include "topology/address_plan.h"
#include "topology/connection_log_archive.h"
#include "topology/emulator.h"
#include "topology/end_log.h"
#include "topology/log_files.h"
#include "topology/materials.h"
#include "topology/metrics.h"
#include "topology/stand_in.h"
#include "topology/trust_stores.h"

namespace hoplab::topology {

/// What the workers of one emulator share. Outlives them.
struct Shared {
  model::Topology topology;
  EmulatorOptions options;
  std::uint64_t seed = 0;
  std::optional<Materials> materials;
  TrustStores trust_stores;
  std::unique_ptr<aws::ExecuteApi> execute_api;
  std::map<std::string, Hop> hops;                   // by resource name
  std::map<std::string, tls::Context> tls_contexts;  // "<load balancer>:<port>"
  std::map<std::string, net::Address> services;      // where each service answers
  std::optional<AddressPlan> addresses;
  HealthCheckSources health_checks;
  std::atomic<std::uint64_t> connection_ids{0};
  std::unique_ptr<ConnectionLogFile> connection_log;  // null: none is kept
  std::unique_ptr<ConnectionLogArchive> log_archive;  // likewise
  std::unique_ptr<TlsAccessLogFile> access_log;       // likewise
  EndLog ends;

  explicit Shared(model::Topology its_topology, EmulatorOptions its_options)
      : topology(std::move(its_topology)),
        options(std::move(its_options)),
        ends(options.kept_ends) {}
};

/// What a SYN meets at a doorway, and which metric of which resource counts it when it is dropped;
/// empty: none does.
struct Gatekeeping {
  net::Admission admission;
  std::string resource, metric;
};

/// A listening socket and what it stands for.
struct Doorway {
  EndpointAddress endpoint;
  std::unique_ptr<net::TcpListener> listener;
  net::ConnectionHandler* handler = nullptr;  // null: nothing listens there on AWS
  std::function<Gatekeeping()> gatekeeping;   // what a SYN meets now
  Gatekeeping in_force;
  std::uint64_t dropped = 0;  // packets that have been counted
};

class Worker {
 public:
  /// Makes every component; opens no socket but those of stand-ins. The first worker has index 0.
  static Result<std::unique_ptr<Worker>> build(Shared& shared, unsigned index);
  ~Worker();

  /// Binds every doorway: on a free port, or on the ports that `first`'s got.
  Result<void> listen(const Worker* first);
  /// Checks all targets until their states are settled.
  Task<void> settle();
  /// Begins to accept and to check health.
  void open();
  /// Gives the listeners that use the trust store its snapshot of now, and their contexts. In the
  /// loop.
  void use_trust_store(const std::string& name);
  /// Null: no such target. In the loop.
  [[nodiscard]] aws::TargetGroup* find_group(const std::string& group) const;
  /// In the loop, as what follows.
  void set_endpoint_state(const std::string& endpoint, model::EndpointState state);
  void set_weight(const std::string& balancer, std::uint16_t port, const std::string& group,
                  int weight);
  /// Every target is registered, its health is what its checks say, and weights are the topology's.
  void restore_targets();
  /// Of the first worker.
  Result<void> connect_stand_in(const std::string& service, const std::string& answer);
  /// Jumps to `at`, as if time had passed. In the loop.
  void set_clock(Clock::Mode mode, double scale, Time at);
  /// Arms a fault whose hop exists, for connections that are there too; in the loop.
  void arm(const model::Fault& fault);
  /// Ends its effect; in the loop.
  void disarm(const std::string& fault);
  /// The connections that the fault has hit, in order; in the loop.
  [[nodiscard]] std::vector<std::uint64_t> hits(const std::string& fault) const;
  /// Resets everything; then quiet() becomes true once the loop has run.
  void begin_stop();
  [[nodiscard]] bool quiet() const;

  [[nodiscard]] Loop& loop() noexcept { return loop_; }
  [[nodiscard]] const std::vector<Doorway>& doorways() const noexcept { return doorways_; }
  /// Requests that the load balancers took. Thread-safe.
  [[nodiscard]] std::uint64_t requests() const;
  /// Client connections accepted. Thread-safe.
  [[nodiscard]] std::uint64_t flows() const;
  [[nodiscard]] std::vector<TargetStatus> target_health() const;
  /// In the loop, as the next.
  void add_to(MetricSources& sources);
  void add_flows(std::vector<FlowStatus>& flows) const;

 private:
  Worker(Shared& shared, unsigned index);

  Result<void> make_stand_ins();
  void make_execute_api();
  Result<void> make_target_groups(model::TargetType type);
  Result<std::vector<std::unique_ptr<aws::Target>>> make_targets(const model::TargetGroup& group);
  Result<void> make_service_target(const model::TargetGroup& group, const std::string& service,
                                   std::vector<std::unique_ptr<aws::Target>>& targets);
  void make_api_targets(const model::TargetGroup& group, const std::string& endpoint,
                        std::vector<std::unique_ptr<aws::Target>>& targets);
  Result<void> make_alb_target(const model::TargetGroup& group, const std::string& balancer,
                               std::vector<std::unique_ptr<aws::Target>>& targets);
  net::FaultGate& gate(const std::string& hop);
  const std::vector<std::string>& source_nodes(const model::TargetGroup& group) const;
  Result<std::unique_ptr<net::Dialer>> wrap_in_tls(std::unique_ptr<net::Dialer> dialer,
                                                   bool encrypted);
  Result<void> make_albs();
  Result<void> make_nlbs();
  Result<aws::NlbListener*> make_nlb(const model::LoadBalancer& balancer,
                                     const model::Listener& listener);
  Result<aws::NlbTargetGroup> reach(const model::WeightedTargetGroup& weighted);
  void reach_alb(const model::TargetGroup& group, aws::Target& target, const std::string& balancer,
                 std::vector<aws::NlbTarget>& reached);
  Result<net::Relay*> relay_to(aws::TargetGroup& group, aws::Target& target,
                               const std::string& service);
  Result<aws::NlbTarget> reach_service(aws::TargetGroup& group, aws::Target& target,
                                       const std::string& name);
  void make_vpc_endpoints();
  void make_vpc_endpoint(const model::VpcEndpoint& endpoint,
                         const model::VpcEndpointService& service,
                         const model::LoadBalancer& balancer, std::uint16_t port,
                         const model::Listener* listener);
  /// Zones and addresses of its nodes.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> nodes_of(
      const model::LoadBalancer& balancer) const;
  [[nodiscard]] std::optional<AddressSet> security_group(const std::vector<std::string>& names,
                                                         std::uint16_t port) const;
  [[nodiscard]] aws::TlsLogging tls_logging(const model::LoadBalancer& balancer,
                                            const model::Listener& listener);
  /// Where an address of an endpoint or a load balancer is.
  [[nodiscard]] std::map<std::string, std::string> zones_by_address() const;
  void deliver_logs();
  void add_doorway(EndpointAddress address, net::ConnectionHandler* handler,
                   std::function<Gatekeeping()> gatekeeping);
  void admission_changed();
  void refresh_doorways();
  void count_dropped(Doorway& doorway);

  /// A fault at the gate where it was armed; armed anew it may be another.
  struct ArmedFault {
    net::FaultGate* gate;
    net::FaultId id;
  };
  using Armed = std::vector<ArmedFault>;  // the last at the back

  template <class T>
  using ByName = std::map<std::string, std::unique_ptr<T>>;

  Shared& shared_;
  unsigned index_;
  Loop loop_;
  std::uint64_t next_seed_;
  ByName<net::FaultGate> gates_;                // by hop; outlive what asks them
  std::map<std::string, Armed> faults_;         // by name
  ByName<StandIn> stand_ins_;                   // by service, first worker only
  ByName<aws::ExecuteApiServer> execute_apis_;  // by VPC endpoint
  ByName<aws::TargetGroup> target_groups_;
  ByName<aws::AlbListener> albs_;  // by "<load balancer>:<port>", as the NLBs
  ByName<net::Relay> relays_;      // by target group and service
  ByName<aws::NlbListener> nlbs_;
  ByName<aws::VpcEndpoint> vpc_endpoints_;  // by "<endpoint>:<port>"
  std::vector<Doorway> doorways_;
  bool refresh_waits_ = false;  // for the end of this turn
  DroppedPackets dropped_;
  std::optional<Timer> log_delivery_;       // the first worker's
  std::optional<tls::Context> target_tls_;  // made when the first target needs it
};

/// "<load balancer>:<port>", the key of a listener.
std::string listener_key(const std::string& balancer, std::uint16_t port);

}  // namespace hoplab::topology
