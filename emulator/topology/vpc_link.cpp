#include "topology/vpc_link.h"

#include "model/ids.h"
#include "net/in_process_dialer.h"

namespace hoplab::topology {

namespace {

struct Link {
  std::string load_balancer;
  bool network = false;
  net::Address source, target;
  std::string zone;                                          // of the load balancer's node
  std::optional<AddressSet> allowed;                         // none: everybody
  std::shared_ptr<const net::EndpointPassed> endpoint = {};  // of the service behind a V1 link
};

class LinkDialer final : public net::Dialer {
 public:
  /// References outlive it.
  LinkDialer(Loop& loop, const Components& components, Link link)
      : loop_(loop), components_(components), link_(std::move(link)) {}

  Task<Dialed> dial(Duration timeout, const net::DialOptions& options) override {
    net::Admission admission;
    const auto handler = listener(admission);
    if (link_.allowed) admission.only(*link_.allowed, {nullptr, Reason::security_group});
    Dialed dialed;  // unreachable, as a port where nobody listens
    if (!handler || admission.answer == net::Admission::Answer::refuse) co_return dialed;
    if (!admission.keeps_out(link_.source.ip)) {
      net::InProcessDialer inner(loop_, handler, link_.source, link_.target, JournalKind::target,
                                 link_.endpoint);
      dialed = co_await inner.dial(timeout, options);
      co_return dialed;
    }
    WaitSlot slot(loop_);
    Timer late(loop_, [&slot] { slot.notify(); });
    late.after(timeout);
    co_await slot;
    dialed.failure = Reason::target_connect_timeout;
    co_return dialed;
  }
  [[nodiscard]] net::Address address() const override { return link_.target; }

 private:
  [[nodiscard]] std::shared_ptr<net::ConnectionHandler> listener(net::Admission& admission) const {
    const std::string key = model::listener_key(link_.load_balancer, link_.target.port);
    if (!link_.network) return components_.albs.find(key);
    const auto found = components_.nlbs.find(key);
    if (found) admission = found->admission(link_.zone, link_.endpoint != nullptr);
    return found;
  }

  Loop& loop_;
  const Components& components_;
  Link link_;
};

const model::LoadBalancer& behind(const model::Topology& topology,
                                  const model::Integration& integration) {
  const auto& link = *model::Topology::find(topology.vpc_links, integration.vpc_link);
  const bool by_service = !link.load_balancer.empty();
  return *model::Topology::find(topology.load_balancers,
                                by_service ? link.load_balancer : integration.load_balancer);
}

}  // namespace

std::string let_in_by_vpc_link(const model::Topology& topology,
                               const model::Integration& integration) {
  std::string ranges;
  for (const std::string& name : behind(topology, integration).security_groups) {
    const auto& group = *model::Topology::find(topology.security_groups, name);
    for (const auto& rule : group.ingress) {
      ranges += rule.cidr_ip + " " + std::to_string(rule.from_port) + "-" +
                std::to_string(rule.to_port) + " ";
    }
  }
  return ranges;
}

std::unique_ptr<net::Dialer> vpc_link_dialer(const Building& building,
                                             const model::Integration& integration) {
  const model::Topology& topology = building.topology();
  const auto& through = *model::Topology::find(topology.vpc_links, integration.vpc_link);
  const bool by_service = !through.load_balancer.empty();
  const model::LoadBalancer& balancer = behind(topology, integration);
  const std::uint16_t port = aws::IntegrationUri::parse(integration.uri)->port;
  const std::string& node = building.next.addresses.enis(balancer.name).front();
  Link link{balancer.name,
            balancer.type == model::LoadBalancerType::network,
            {node, 0},
            {node, port},
            balancer.availability_zones.front(),
            {}};
  if (by_service) {
    // API Gateway's side of the service is not the user's: its address is not known.
    auto passed = std::make_shared<net::EndpointPassed>();
    passed->client = passed->network_interface = link.source;
    link.endpoint = std::move(passed);
  } else {
    link.source.ip = building.next.addresses.enis(vpc_link_key(through.name)).front();
    if (!link.network) link.allowed = security_group(topology, balancer.security_groups, port);
  }
  return std::make_unique<LinkDialer>(building.loop, building.components, std::move(link));
}

}  // namespace hoplab::topology
