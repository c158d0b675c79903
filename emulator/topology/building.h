// What the builders of components share: the loop's registries, and what they are to become.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/alb/alb_listener.h"
#include "aws/apigateway/execute_api_server.h"
#include "aws/apigateway/http_endpoint.h"
#include "aws/identity/web_client.h"
#include "aws/identity/web_site.h"
#include "aws/lambda/function.h"
#include "aws/nlb/nlb_listener.h"
#include "aws/privatelink/vpc_endpoint.h"
#include "capture/capture.h"
#include "net/relay.h"
#include "topology/api_logs.h"
#include "topology/end_log.h"
#include "topology/health_check_sources.h"
#include "topology/live_names.h"
#include "topology/load_balancer_logs.h"
#include "topology/loop_faults.h"
#include "topology/prepared.h"
#include "topology/registry.h"
#include "topology/stand_in.h"

namespace hoplab::topology {

/// What the loops of one emulator share beside what is prepared. Outlives them.
struct Shared {
  EmulatorOptions options;
  std::uint64_t seed = 0;
  HealthCheckSources health_checks;
  std::atomic<std::uint64_t> connection_ids{0};
  std::atomic<std::uint64_t> leg_ids{0};  // of load balancers' own connections
  LoadBalancerLogs logs;
  ApiLogs api_logs;
  std::shared_ptr<capture::Capture> capture;  // null: nobody listens
  EndLog ends;
  http::RequestLog requests;
  LiveNames names;
  std::mutex functions_mutex;
  std::map<std::string, aws::lambda::Execution::Count> executions;  // by function, now running

  explicit Shared(EmulatorOptions its_options)
      : options(std::move(its_options)), ends(options.kept_ends) {
    requests.keep(options.kept_requests);
  }
};

/// The components of one loop.
struct Components {
  Registry<StandIn> stand_ins;                   // by service, in the first loop only
  Registry<aws::ExecuteApiServer> execute_apis;  // by VPC endpoint
  Registry<aws::lambda::Function> functions;     // by name, and how it is invoked
  Registry<aws::HttpEndpoint> http_endpoints;    // by http_endpoint_key(), and where it is
  Registry<aws::TargetGroup> target_groups;
  Registry<aws::AlbListener> albs;  // by listener_key(), as the NLBs
  Registry<net::Relay> relays;      // by target group, service and where it is; proxy_key()
  Registry<aws::NlbListener> nlbs;
  Registry<aws::VpcEndpoint> vpc_endpoints;  // by endpoint and port
  Registry<aws::WebSite> web_sites;          // by name: those whose TLS ends here
};

struct Building {
  Loop& loop;
  Shared& shared;
  const Prepared& next;
  Components& components;
  LoopFaults& faults;
  std::function<void()> targets_changed;    // of any target group
  std::function<void()> admission_changed;  // of any component that a door leads to
  std::uint64_t& next_seed;

  [[nodiscard]] const model::Topology& topology() const { return *next.topology; }
  [[nodiscard]] const Hop& hop(const std::string& resource) const {
    return *next.hops.at(resource);
  }
};

/// The key of a function in its registry.
std::string function_key(const model::Function& function);
/// `dialer`, through the hop of the load balancer's own connections to the group.
std::unique_ptr<net::Dialer> through_leg(const Building& building, const std::string& target_group,
                                         std::unique_ptr<net::Dialer> dialer);
/// How a load balancer's node, or an API's endpoint, reaches identity providers and other web
/// sites, which have been built.
aws::WebDialers web_dialers(const Building& building, const std::string& node_ip);
/// Who takes the connections of clients to a web site: `key` is its door's.
std::shared_ptr<net::ConnectionHandler> web_site_door(const Components& components,
                                                      const std::string& key);
/// Zones and addresses of a load balancer's nodes.
std::vector<std::pair<std::string, std::string>> nodes_of(const Prepared& prepared,
                                                          const model::LoadBalancer& balancer);
/// Who the security groups let in at `port`; none: everybody.
std::optional<AddressSet> security_group(const model::Topology& topology,
                                         const std::vector<std::string>& names, std::uint16_t port);
/// Where an address of an endpoint or a load balancer is.
std::map<std::string, std::string> zones_by_address(const Prepared& prepared);

// Each keeps what the next topology has of its kind, in this order: targets before what forwards to
// them, from the API towards the client.
void build_functions(const Building& building);
void build_web_sites(const Building& building);
void build_execute_apis(const Building& building);  // with the backends of integrations
void build_target_groups(const Building& building, bool of_load_balancers);
void build_application_load_balancers(const Building& building);
void build_network_load_balancers(const Building& building);
void build_vpc_endpoints(const Building& building);
void build_proxies(const Building& building);

}  // namespace hoplab::topology
