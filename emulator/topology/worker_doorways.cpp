// A worker's interface endpoints, and what the addresses of everything answer to a SYN.

#include <utility>

#include "topology/worker.h"

namespace hoplab::topology {

void Worker::make_vpc_endpoints() {
  const model::Topology& topology = shared_.topology;
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (endpoint.execute_api()) continue;
    const auto& service =
        *model::Topology::find(topology.vpc_endpoint_services, endpoint.service_name);
    const auto& balancer =
        *model::Topology::find(topology.load_balancers, service.network_load_balancer);
    for (const auto& listener : balancer.listeners) {
      make_vpc_endpoint(endpoint, service, balancer, listener.port, &listener);
    }
    for (const std::uint16_t port : balancer.ports_without_listener) {
      make_vpc_endpoint(endpoint, service, balancer, port, nullptr);
    }
  }
}

/// `listener`: null where the load balancer has none at the port.
void Worker::make_vpc_endpoint(const model::VpcEndpoint& endpoint,
                               const model::VpcEndpointService& service,
                               const model::LoadBalancer& balancer, std::uint16_t port,
                               const model::Listener* listener) {
  const model::EndpointState state = aws::first_state_of(endpoint, service);
  const bool private_name = endpoint.private_dns_enabled && !service.private_dns_name.empty();
  const std::string dns_name = private_name
                                   ? service.private_dns_name
                                   : vpc_endpoint_dns_name(endpoint, shared_.topology.region);
  const Hop& hop = shared_.hops.at(endpoint.name);
  aws::VpcEndpoint* door = nullptr;
  aws::NlbListener* nlb = nullptr;
  if (listener) {
    nlb = nlbs_.at(listener_key(balancer.name, port)).get();
    auto& made = vpc_endpoints_[listener_key(endpoint.name, port)];
    made = std::make_unique<aws::VpcEndpoint>(
        aws::VpcEndpointParts{loop_, hop, endpoint.id, gate(endpoint.name), *nlb, shared_.ends,
                              security_group(endpoint.security_groups, port)},
        state);
    door = made.get();
  }
  const auto& enis = shared_.addresses->enis(endpoint.name);
  for (std::size_t i = 0; i < enis.size(); ++i) {
    const std::string& zone = endpoint.availability_zones[i];
    add_doorway(
        {endpoint.name, dns_name, enis[i], listener ? endpoint.local_port : std::uint16_t{0},
         hop.kind, std::string(aws::to_text(state)), port, zone,
         vpc_endpoint_zonal_dns_name(endpoint, shared_.topology.region, zone)},
        door, [door, nlb, zone, name = endpoint.name, behind = balancer.name] {
          if (!door) return Gatekeeping{net::Admission::dropped(), {}, {}};
          const net::Admission own = door->admission();
          Gatekeeping keeping{own, name, "PacketsDropped"};
          if (own == net::Admission{}) {
            keeping.resource = behind;
            keeping.metric = nlb->drop_metric(zone, true);
          }
          keeping.admission.narrow(nlb->admission(zone, true));
          return keeping;
        });
  }
}

void Worker::add_doorway(EndpointAddress address, net::ConnectionHandler* handler,
                         std::function<Gatekeeping()> gatekeeping) {
  Doorway doorway;
  doorway.endpoint = std::move(address);
  doorway.handler = handler;
  doorway.gatekeeping = std::move(gatekeeping);
  doorways_.push_back(std::move(doorway));
}

void Worker::admission_changed() {
  if (std::exchange(refresh_waits_, true)) return;
  loop_.post([this] {
    refresh_waits_ = false;
    if (!loop_.shutting_down()) refresh_doorways();
  });
}

void Worker::refresh_doorways() {
  for (auto& doorway : doorways_) {
    if (!doorway.listener) continue;
    count_dropped(doorway);
    doorway.in_force = doorway.gatekeeping();
    // Where the kernel does not let us, connections are accepted and dropped by who takes them.
    [[maybe_unused]] const auto done = doorway.listener->admit(doorway.in_force.admission);
  }
}

void Worker::count_dropped(Doorway& doorway) {
  const std::uint64_t all = doorway.listener->dropped();
  const std::uint64_t fresh = all - std::exchange(doorway.dropped, all);
  if (fresh == 0 || doorway.in_force.metric.empty()) return;
  dropped_[{doorway.in_force.resource, doorway.in_force.metric}] += fresh;
}

}  // namespace hoplab::topology
