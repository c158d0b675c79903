// A loop's proxies: relays that clients come to.

#include "net/tcp_stream.h"
#include "topology/building.h"

namespace hoplab::topology {

void build_proxies(const Building& building) {
  for (const auto& proxy : building.topology().proxies) {
    building.components.relays.keep(
        proxy_key(proxy),
        [&] {
          const Hop& hop = building.hop(proxy.name);
          return std::make_shared<net::Relay>(
              building.loop, hop, building.faults.gate(hop),
              net::make_tcp_dialer(building.loop, building.next.upstreams.at(proxy.name)),
              building.shared.ends);
        },
        [](net::Relay&) {});
  }
}

}  // namespace hoplab::topology
