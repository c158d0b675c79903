// Prepared: everything that a topology needs and that could fail: minted, read, looked up,
// compiled.
//
// It is made before anything has changed, and what has not changed is taken over from what runs.
// All loops share it; it never changes once they have it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/apigateway/execute_api.h"
#include "net/tcp_stream.h"
#include "topology/address_plan.h"
#include "topology/door_plan.h"
#include "topology/hop_table.h"
#include "topology/listener_tls.h"
#include "topology/materials.h"
#include "topology/trust_stores.h"
#include "topology/web_sites.h"

namespace hoplab::topology {

struct Prepared {
  std::shared_ptr<const model::Topology> topology;
  Materials materials;
  TrustStores trust_stores;
  ListenerContexts contexts;
  std::optional<tls::Context>
      target_tls;  // of load balancers towards targets; none: nobody needs it
  std::optional<tls::Context> target_tls_http2;  // likewise, towards those that speak HTTP/2
  std::shared_ptr<const aws::ExecuteApi> execute_api;
  AddressPlan addresses;
  std::string client_ip;  // of the addresses of subnets
  std::vector<DoorPlan> doors;
  bool one_loop = false;  // counts_in_one_loop(): the doors of the others are closed
  std::map<std::string, const Hop*> hops;                 // by resource
  std::map<std::string, net::ResolvedAddress> services;   // where each answers
  std::map<std::string, net::ResolvedAddress> upstreams;  // of proxies, by name
  std::map<std::string, net::ResolvedAddress> endpoints;  // of functions, by name
  std::map<std::string, std::shared_ptr<const aws::PreparedAnswer>> stand_ins;  // what they answer
  WebSites web_sites;
};

/// What outlives each topology, and is found again by the next.
struct Remembered {
  MintMemory minted;
  HopTable hops;
  std::shared_ptr<tls::KeyLog> key_log;                 // of every context; null: none
  std::map<std::string, std::uint16_t> ports;           // by DoorPlan::key(), ever given
  std::map<std::string, std::uint16_t> stand_in_ports;  // by service, likewise
  std::map<std::string, std::shared_ptr<aws::UsedCodes>> used_codes;  // by identity provider
};

/// `topology` is complete and valid. `previous` is what runs; null at the start, and then `attempt`
/// chooses the addresses. Services that hoplab plays have no address yet.
Result<std::shared_ptr<Prepared>> prepare(std::shared_ptr<const model::Topology> topology,
                                          const Prepared* previous, Remembered& remembered,
                                          const EmulatorOptions& options, Time now,
                                          unsigned attempt);

}  // namespace hoplab::topology
