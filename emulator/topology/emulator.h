// hoplab::Emulator: a whole topology, running in this process.
//
//   auto emulator = hoplab::Emulator::from_scenario("scenarios/private-api-mtls.json");
//   if (!emulator) fail(emulator.error());
//   if (auto started = emulator.value().start(); !started) fail(started.error());
//   emulator.value().url();                               // https://api.example.com:41873
//   emulator.value().certificates().at("my_client").cert; // a PEM file
//   emulator.value().stop();
//
// The emulator runs in threads of its own. All members may be called from any thread but its own
// ones: not from a callback of on_end().
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cause.h"
#include "base/clock.h"
#include "base/journal.h"
#include "base/result.h"
#include "http/request_log.h"
#include "model/change.h"
#include "model/topology.h"
#include "net/admission.h"
#include "topology/plan.h"

namespace hoplab {

namespace topology {
class Running;
}
namespace net {
class SocketSource;
}
namespace pki {
class TrustStore;
}

struct EmulatorOptions {
  unsigned threads = 1;  // event loops; a stepped clock has one
  std::string out;       // folder for certificates; empty: a fresh temporary one
  bool force = false;    // what is not of hoplab in `out` is written over
  std::string pki;       // folder that keeps keys and certificates from run to run; empty: none
  std::vector<std::string> overlays;            // files that are merged over the scenario, RFC 7396
  std::map<std::string, std::string> settings;  // its parameters' values, and others by their paths
  ClockSettings clock;
  std::uint64_t seed = 0;         // of all chance but keys; 0: a fresh one
  std::size_t kept_ends = 1024;   // how many ended connections ends() remembers
  std::size_t kept_requests = 0;  // how many requests requests() remembers
  std::string connection_log;     // file that the ALBs' connection log is added to; empty: none
  std::string access_log;         // likewise of the ALBs' requests and the NLBs' TLS listeners
  std::string health_check_log;   // likewise of the ALBs' health checks
  /// A network of its own for the topology: addresses are those of the subnets, and ports are the
  /// listeners'. Null: loopback addresses of this machine, and free ports.
  std::shared_ptr<net::SocketSource> vpc;
  bool real_ports = false;    // on this machine's loopback addresses: the listeners' own
  bool connect_door = false;  // clients can come by name, through a proxy: connect_door()
  std::string client_ip;      // in there, of clients: nothing of the topology gets it
  /// In there, addresses of web sites, in the place of the internet's: TEST-NET-3 (RFC 5737), or,
  /// where several topologies are in one network, a part of it.
  std::string web_range = "203.0.113.0/24";
  /// File for what passes the hops, as packets in pcapng, with the secrets of TLS; empty: none.
  std::string capture;
  std::string api_logs;            // folder for the logs of APIs' stages, a file each; empty: none
  std::size_t kept_api_lines = 0;  // how many of their lines api_lines() remembers
  /// Requests per second of all APIs of an account, of which half may come at once; AWS's quota
  /// without being asked for more. Negative: there is no limit.
  double api_rate_limit = 10'000;
  std::string log_bucket;  // folder for gzip logs under AWS's names; empty: none
  /// How many of these files delivered_logs() has; without log_bucket it keeps them by itself.
  std::size_t remembered_log_files = 0;
  bool json_logs = false;  // the lines of all of these logs are JSON objects
};

/// Who may read a file that is written.
enum class Readers : std::uint8_t { owner, everybody };

/// A way in.
struct EndpointAddress {
  std::string name;      // the resource in the scenario
  std::string dns_name;  // the name that clients use
  std::string address;   // 127.x.y.z
  std::uint16_t port = 0;
  std::string kind;   // "vpc-endpoint", "execute-api" (which is one, too), "network-load-balancer",
                      // "application-load-balancer"
  std::string state;  // of a VPC endpoint at the start, "available"; "active" for load balancers
  std::uint16_t listener_port = 0;  // on AWS
  std::string zone;                 // Availability Zone
  std::string zonal_dns_name;       // the name that leads to this zone only, as AWS gives it
  /// The name by which a client would really call it: of the certificate that it meets there, or
  /// the private DNS name; else dns_name.
  std::string client_name;
  bool tls = true;  // whether a client speaks TLS there
  /// Every name that leads there: that of AWS, the zone's, and those of its certificates.
  std::vector<std::string> names;
};

struct CertificatePaths {
  std::string cert, key, p12;
};

/// Requests that somebody on the path answered instead of the target, or cut short.
struct FailedRequests {
  int status = 0;   // what the client got; 0: nothing
  std::string hop;  // who answered, or cut short
  Reason reason = Reason::bad_request;
  std::string target;  // the address of the target that it is about; empty: about none
  std::string detail;  // what the reason leaves open; may be empty
  std::uint64_t count = 0;
};

/// When a connection came to a stage.
struct StageTime {
  Stage stage = Stage::accept;
  Time at;  // by the calendar
};

/// An ended connection. The text form of its Journal, so that it outlives the topology.
struct EndRecord {
  std::uint64_t id = 0;
  Time accepted_at, ended_at;
  std::optional<Time> wall_time;  // of the end, where the clock is not the machine's
  std::string client;
  std::vector<std::string> hops;  // passed, client side first
  std::string conn_trace_id;      // of the load balancer's logs
  std::string tls_version, tls_cipher, tls_key_exchange;
  std::string tls_failure;                 // what was not agreed about, for people
  std::optional<Duration> handshake_time;  // of one that succeeded
  std::string certificate_subject, certificate_validity, certificate_serial;
  std::string verify_status, verify_reason;
  /// In the order of time: when it first came to each of its stages; of requests, and of the quiet
  /// behind them, also when it last did.
  std::vector<StageTime> stages;
  std::uint64_t requests = 0;
  int last_status = 0;
  std::vector<FailedRequests> failures;     // the newest last
  std::vector<std::string> removed_fields;  // of an Upgrade that went no further
  std::uint64_t bytes_from_client = 0, bytes_to_client = 0;
  std::string hop;        // where the end was met
  Party by = Party::hop;  // who ended it
  Reason reason = Reason::emulator_stopped;
  EndKind how = EndKind::rst;
  Toward toward = Toward::both;
  Stage stage = Stage::accept;
};

/// A request that is over: a load balancer or an API has answered, or nobody has.
struct RequestRecord {
  Time at;  // by the calendar
  std::uint64_t connection = 0;
  std::string client;
  std::string method, path;               // path and query; empty: it could not be read
  int status = 0;                         // 0: there was no answer
  std::string by;                         // who answered: a target's address, or a hop
  std::optional<FailedRequests> failure;  // who answered in its place or cut it short, and why
};

/// A connection that is not over.
struct FlowStatus {
  std::uint64_t id = 0;
  Time accepted_at;
  std::string client;
  std::vector<std::string> hops;  // passed so far, client side first
  Stage stage = Stage::accept;
  std::vector<StageTime> stages;  // as EndRecord has them
  std::string tls_version, certificate_subject, verify_status;
  std::uint64_t requests = 0;
  std::vector<FailedRequests> failures;  // the newest last
  std::uint64_t bytes_from_client = 0, bytes_to_client = 0;
  std::optional<Cause> cause;  // when it has ended for one side only, or goes on in silence
};

struct Counters {
  std::uint64_t flows = 0;  // client connections accepted
  std::uint64_t live_flows = 0;
  std::uint64_t requests = 0;                         // answered by the load balancers
  std::map<std::string, std::uint64_t> api_requests;  // by REST API
  std::map<Reason, std::uint64_t> ends;               // client connections, by cause
};

/// One of CloudWatch's, since the start.
struct MetricValue {
  std::string name_space;  // "AWS/NetworkELB"
  std::string dimension;   // "LoadBalancer"; `resource` is its value, by the scenario's name
  std::string resource;
  std::string load_balancer;      // of a TargetGroup's: a further dimension; else empty
  std::string availability_zone;  // likewise, of counts by zone; else empty
  std::string method;  // likewise, of a REST API's method with metrics of its own: "GET /widgets"
  std::string metric;  // "TCP_ELB_Reset_Count"
  std::uint64_t value = 0;
};

/// A line of the logs of an API's stage.
struct ApiLine {
  std::uint64_t number = 0;  // from 1
  Time at;                   // by the calendar
  std::string api, stage;    // by the scenario's names
  bool execution = false;    // else access
  std::string text;
};

/// A file of a load balancer's log, as AWS delivers it to S3: one for each node and five minutes.
struct DeliveredLog {
  std::uint64_t number = 0;   // from 1
  std::string kind;           // "access", "connection", "health_check"
  std::string load_balancer;  // "app/NAME/ID"
  std::string key;            // in the bucket, without a prefix: "AWSLogs/..."
  std::string file;           // its path, as long as it is kept
};

struct TargetStatus {
  std::string target_group, target;
  std::string state;   // "unhealthy"
  std::string reason;  // "Target.ResponseCodeMismatch"
  std::string description;
  bool fail_open = false;  // the group routes to it all the same
};

/// A target group to one node of its load balancer.
struct GroupInZone {
  std::string target_group;
  std::int64_t targets = 0, healthy = 0;  // that the node uses
  bool dns_healthy = true;                // by dns_failover
  bool routing_healthy = true;            // by unhealthy_state_routing; false: it fails open
};

/// A load balancer's node.
struct ZoneStatus {
  std::string load_balancer;
  std::string availability_zone;
  std::string address;
  bool healthy = true;                     // its groups are, as its load balancer wants them
  bool in_dns = true;                      // so it is, or no node is
  std::vector<GroupInZone> target_groups;  // those that have thresholds: not of functions
};

struct FaultStatus {
  model::Fault fault;               // `armed`: now
  std::vector<std::uint64_t> hits;  // ids of the connections
};

struct TrustStoreRevocation {
  std::int64_t revocation_id = 0;
  std::size_t entries = 0;
  std::string issuer;  // RFC 2253
};

struct TrustStoreDescription {
  std::string name;
  std::size_t ca_certificates = 0;
  std::size_t total_revoked_entries = 0;
  std::vector<TrustStoreRevocation> revocations;
};

/// What somebody at the end of the path has received, as it came there.
using ReceivedRequest = http::ReceivedRequest;

/// What has come since, of what is kept. Numbers count up from 1 through all that ever came.
template <class T>
struct Newer {
  std::vector<T> all;        // oldest first
  std::uint64_t last = 0;    // the number of the last one of them, or the one that was asked with
  std::uint64_t missed = 0;  // how many came in between and are kept no longer
};

/// What a change did, in the order in which it was done.
struct Applied {
  std::vector<topology::PlanStep> steps;
};

class Emulator {
 public:
  /// Reads the scenario; the error holds every mistake, a line each.
  static Result<Emulator> from_scenario(const std::string& path, EmulatorOptions options = {});
  static Result<Emulator> from_topology(model::Topology topology, EmulatorOptions options = {});

  Emulator(Emulator&&) noexcept;
  Emulator& operator=(Emulator&&) noexcept;
  ~Emulator();  // stops

  /// Mints, listens, checks health; returns when everything answers. Once.
  Result<void> start();
  /// Makes a start() that another thread waits for end, with an error.
  void interrupt();
  /// Resets what is connected and ends the threads. Idempotent.
  void stop();

  /// https://<the entry's name>:<port>, without a path.
  [[nodiscard]] std::string url() const;
  /// Where to connect; the client's way in first.
  [[nodiscard]] std::vector<EndpointAddress> endpoints() const;
  [[nodiscard]] std::map<std::string, CertificatePaths> certificates() const;
  [[nodiscard]] std::string ca_bundle() const;
  /// The same for Java: PKCS#12 that opens without a password.
  [[nodiscard]] std::string java_trust_store() const;
  [[nodiscard]] std::string out() const;
  /// Puts another file into out(), once it has started. An error where the user has one there.
  Result<void> write_out(const std::string& name, std::string_view content,
                         Readers readers = Readers::owner);
  /// Where clients find their proxy, "127.0.0.1:41873"; empty: none was asked for.
  [[nodiscard]] std::string connect_door() const;
  /// Takes a client's connection over as if its proxy had accepted it; nothing of it has been read.
  void accept_at_connect_door(int descriptor);
  /// What runs now; it never changes, and what runs later is another.
  [[nodiscard]] std::shared_ptr<const model::Topology> topology() const;

  /// What is captured from now on goes to another file, which is written over; connections that are
  /// there go on in it. Empty: nothing is captured any more. An error where options have no
  /// `capture`, or the file cannot be written.
  Result<void> capture_in(const std::string& file);
  /// A client tried to connect to `way_in` from `client_ip`, for `tried` until now, and was refused
  /// or got no answer; so that a capture shows it, with what keeps it out.
  void capture_failed_attempt(const std::string& client_ip, const EndpointAddress& way_in,
                              Duration tried, bool refused);
  /// What keeps a client with that address out; nothing: it is accepted. Where this process may
  /// attach no filter to a socket, it is connected and meets silence.
  [[nodiscard]] std::optional<net::Barrier> keeps_out(const std::string& client_ip,
                                                      const EndpointAddress& way_in) const;

  /// What cannot be as on AWS here, a sentence each: say, groups that this OpenSSL does not have.
  [[nodiscard]] std::vector<std::string> notes() const;

  // Changes, while it runs. They count when the call returns: a connection, handshake or request
  // that begins afterwards meets them, and what they are not about does not notice. After an error
  // nothing has changed, and it says everything that is wrong.

  /// Makes `topology` what runs. It is completed and validated; what it has in common with what
  /// runs stays as it is.
  Result<Applied> apply(model::Topology topology);
  Result<Applied> apply(const model::Change& change);
  /// All of them, or none.
  Result<Applied> apply(const std::vector<model::Change>& changes);

  // Single changes: apply() by other words. Errors about trust stores begin with the names of AWS's
  // API.

  // Trust stores: for handshakes from now on.

  [[nodiscard]] std::vector<TrustStoreDescription> trust_stores() const;
  /// What the listeners with that trust store judge by now; null: there is none, or nothing runs.
  [[nodiscard]] std::shared_ptr<const pki::TrustStore> trust_store(const std::string& name) const;
  /// ModifyTrustStore: another CA bundle, in PEM.
  Result<void> modify_trust_store(const std::string& name, const std::string& ca_bundle_pem);
  /// AddTrustStoreRevocations: lists in PEM; returns their revocation ids.
  Result<std::vector<std::int64_t>> add_trust_store_revocations(
      const std::string& name, const std::vector<std::string>& crl_pems);
  /// RemoveTrustStoreRevocations.
  Result<void> remove_trust_store_revocations(const std::string& name,
                                              const std::vector<std::int64_t>& revocation_ids);
  /// Revokes one of the scenario's certificates: its authority's new list takes the place of the
  /// last one in every trust store that has the authority.
  Result<void> revoke(const std::string& certificate);

  // Faults. Those of the scenario are armed before anything listens; these work while it runs.

  /// Arms one of the scenario's by its name. From now on, for connections that are there as well.
  Result<void> arm(const std::string& fault);
  /// Arms another one, or one of that name anew when it is not armed.
  Result<void> arm(const model::Fault& fault);
  /// Ends its effect: held connections go on.
  Result<void> disarm(const std::string& fault);
  [[nodiscard]] std::vector<FaultStatus> faults() const;

  [[nodiscard]] Counters counters() const;
  [[nodiscard]] std::vector<MetricValue> metrics() const;
  [[nodiscard]] std::vector<TargetStatus> target_health() const;
  /// The last lines of all APIs' logs, the oldest first.
  [[nodiscard]] std::vector<ApiLine> api_lines() const;
  /// Files of load balancers' logs whose five minutes are over, the oldest first.
  [[nodiscard]] std::vector<DeliveredLog> delivered_logs() const;
  /// Of all load balancers, each in the order of its zones.
  [[nodiscard]] std::vector<ZoneStatus> zonal_health() const;
  /// What DNS answers with now: the addresses of one of the names of endpoints(), without those of
  /// zones that have left DNS. None: it is no name of them.
  [[nodiscard]] std::vector<std::string> resolve(std::string_view name) const;
  [[nodiscard]] std::vector<FlowStatus> flows() const;
  /// The last ended connections, oldest first.
  [[nodiscard]] std::vector<EndRecord> ends() const;
  /// Called in a loop's thread for each ended connection, as are all others that were added. Add
  /// them before start().
  void on_end(std::function<void(const EndRecord&)> callback);
  /// Likewise for each request of a client that a load balancer or an API has taken.
  void on_request(std::function<void(const RequestRecord&)> callback);
  /// Remembers the last `count` requests that private APIs, services and their stand-ins receive;
  /// 0: none.
  void keep_requests(std::size_t count);
  /// Oldest first. Health checks are none of them.
  [[nodiscard]] std::vector<ReceivedRequest> requests() const;
  /// At most `most` of those behind `number`, for who reads along.
  [[nodiscard]] Newer<EndRecord> ends_after(std::uint64_t number, std::size_t most) const;
  [[nodiscard]] Newer<ReceivedRequest> requests_after(std::uint64_t number, std::size_t most) const;
  /// The numbers of the newest end and of the newest request.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> newest() const;
  /// How many requests had to make room for newer ones.
  [[nodiscard]] std::uint64_t dropped_requests() const;

  /// Drops what ends() remembers.
  void forget_ends();
  /// Between two tests: apply() with the topology of the start, the clock as it was then, and
  /// nothing on record: ends, hits of faults, requests of APIs, counters and metrics begin anew.
  /// Connections that are open stay.
  Result<void> restore();

  // What an operator does on AWS, while it runs.

  /// Accept, reject, delete and what follows from them: the state of an interface endpoint.
  Result<void> set_endpoint_state(const std::string& vpc_endpoint, model::EndpointState state);
  /// What it is now, in AWS's word; of a load balancer: active.
  [[nodiscard]] std::string endpoint_state(const EndpointAddress& endpoint) const;
  /// DeregisterTargets, and RegisterTargets for one that was deregistered.
  Result<void> deregister_target(const std::string& target_group, const std::string& target);
  Result<void> register_target(const std::string& target_group, const std::string& target);
  /// ModifyListener of a network load balancer: another weight, 0 to 999, for one of its groups.
  Result<void> set_weight(const std::string& load_balancer, std::uint16_t port,
                          const std::string& target_group, int weight);
  /// What the stand-in of a service answers a SYN with.
  Result<void> set_syn_answer(const std::string& service, model::SynAnswer answer);

  /// Makes a target's health what somebody says, until it is said otherwise; nothing: what its
  /// health checks say, from the next one on. `state`: "healthy" or "unhealthy".
  Result<void> set_target_health(const std::string& target_group, const std::string& target,
                                 const std::optional<std::string>& state);

  /// How time passes, and its `start` is what the calendar shows now.
  [[nodiscard]] ClockSettings clock() const;
  /// From now on. A `start` sets the calendar, which certificates and stamps are by, and moves no
  /// timer; without one it goes on from the time it is.
  Result<void> set_clock(const ClockSettings& settings);
  /// What the calendar shows.
  [[nodiscard]] Time now() const;
  /// Stepped clock only: fires what falls due, in order, and returns when all is quiet.
  void advance(Duration step);

 private:
  explicit Emulator(std::unique_ptr<topology::Running> running);
  std::unique_ptr<topology::Running> running_;
};

}  // namespace hoplab
