// A loop's web sites, and how load balancers reach them.

#include "net/in_process_dialer.h"
#include "net/leg_dialer.h"
#include "tls/tls_dialer.h"
#include "topology/building.h"

namespace hoplab::topology {

namespace {

/// Nobody is there while a fault has taken the site down.
class UnlessDown final : public net::Dialer {
 public:
  UnlessDown(const net::FaultGate& gate, net::InProcessDialer inner)
      : gate_(gate), inner_(std::move(inner)) {}
  Task<Dialed> dial(Duration timeout, const net::DialOptions& options) override {
    if (!gate_.takes_down()) co_return co_await inner_.dial(timeout, options);
    co_return Dialed();  // unreachable, as a port where nobody listens
  }
  [[nodiscard]] net::Address address() const override { return inner_.address(); }

 private:
  const net::FaultGate& gate_;
  net::InProcessDialer inner_;
};

/// What comes to a program that ends its own TLS passes as it is; of one that speaks HTTP, what is
/// inside.
std::shared_ptr<net::Relay> relay_to_program(const Building& building, const WebSitePlan& plan) {
  const model::IdentityProvider& provider = *plan.provider;
  const auto make = [&] {
    const Hop& hop = building.hop(plan.name);
    auto dialer =
        net::make_tcp_dialer(building.loop, building.next.web_sites.programs.at(plan.name));
    if (!provider.encrypted) {
      return std::make_shared<net::Relay>(building.loop, hop, std::move(dialer),
                                          building.shared.ends);
    }
    return std::make_shared<net::Relay>(building.loop, hop, building.faults.gate(hop),
                                        std::move(dialer), building.shared.ends);
  };
  return building.components.relays.keep(plan.relay_key(), make, [](net::Relay&) {});
}

aws::WebSiteSettings settings_of(const Building& building, const WebSitePlan& plan) {
  aws::WebSiteSettings settings;
  settings.tls = building.next.contexts.at(plan.name).context;
  if (plan.played()) {
    settings.pages = building.next.web_sites.pages.at(plan.name);
  } else {
    settings.behind = relay_to_program(building, plan);
  }
  return settings;
}

std::shared_ptr<net::Dialer> dialer_to(const Building& building, const WebSitePlan& plan,
                                       const std::string& node_ip, const std::string& host) {
  const Hop& hop = building.hop(plan.name);
  net::FaultGate& gate = building.faults.gate(hop);
  if (plan.played()) {
    const net::Address site{building.next.addresses.enis(plan.name).front(), kWebSitePort};
    return std::make_shared<UnlessDown>(
        gate, net::InProcessDialer(building.loop, building.components.web_sites.at(plan.name),
                                   net::Address{node_ip, 0}, site, JournalKind::target));
  }
  auto through_hop = std::make_unique<net::LegDialer>(
      building.loop, hop, gate, building.shared.leg_ids, node_ip,
      net::make_tcp_dialer(building.loop, building.next.web_sites.programs.at(plan.name)));
  if (!plan.provider->encrypted) return through_hop;
  return std::make_shared<tls::TlsDialer>(std::move(through_hop),
                                          *building.next.web_sites.towards_hosts, host);
}

}  // namespace

void build_web_sites(const Building& building) {
  for (const WebSitePlan& plan : building.next.web_sites.plans) {
    if (!plan.ends_tls()) {
      relay_to_program(building, plan);
      continue;
    }
    auto settings = settings_of(building, plan);
    building.components.web_sites.keep(
        plan.name,
        [&] {
          const Hop& hop = building.hop(plan.name);
          return std::make_shared<aws::WebSite>(
              aws::WebSiteParts{building.loop, hop, building.faults.gate(hop), building.shared.ends,
                                building.shared.requests, building.next_seed++},
              std::move(settings));
        },
        [&](aws::WebSite& one) { one.update(std::move(settings)); });
  }
}

std::shared_ptr<net::ConnectionHandler> web_site_door(const Components& components,
                                                      const std::string& key) {
  if (const auto site = components.web_sites.find(key)) return site->of_clients();
  return components.relays.at(key);
}

aws::WebDialers web_dialers(const Building& building, const std::string& node_ip) {
  aws::WebDialers dialers;
  for (const WebSitePlan& plan : building.next.web_sites.plans) {
    for (const std::string& host : plan.hosts) {
      dialers[host] = dialer_to(building, plan, node_ip, host);
    }
  }
  return dialers;
}

}  // namespace hoplab::topology
