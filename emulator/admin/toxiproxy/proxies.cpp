#include "admin/toxiproxy/proxies.h"

#include <algorithm>

#include "model/legs.h"

namespace hoplab::admin::toxiproxy {

namespace {

using model::Topology;

/// Collects the hops of one topology.
class Viewer {
 public:
  explicit Viewer(const Emulator& emulator)
      : topology_(emulator.topology()),
        endpoints_(emulator.endpoints()),
        health_(emulator.target_health()) {}

  std::vector<ProxyView> take() {
    for (const auto& one : topology_->vpc_endpoints) {
      add(one.name, listen_of(one.name), one.execute_api() ? "" : behind_endpoint(one));
    }
    for (const auto& one : topology_->load_balancers) {
      add(one.name, listen_of(one.name), behind_balancer(one));
    }
    for (const auto& one : topology_->identity_providers) {
      add(one.name, listen_of(one.name), one.address);
    }
    for (const auto& one : topology_->services) {
      if (one.address.empty()) add(one.name, address_of_service(one.name), "");
    }
    for (const auto& one : topology_->proxies) {
      add(one.name, listen_of(one.name), one.upstream);
      all_.back().created = true;
    }
    for (const auto& one : model::legs_of(*topology_)) {
      add(one.name, "", first_target(*one.target_group));
    }
    return std::move(all_);
  }

 private:
  void add(const std::string& name, std::string listen, std::string upstream) {
    ProxyView& proxy =
        all_.emplace_back(ProxyView{name, std::move(listen), std::move(upstream), true, false, {}});
    for (const auto& fault : topology_->faults) {
      if (fault.hop != name || !fault.armed) continue;
      if (fault.action == FaultAction::down) proxy.enabled = false;
      if (is_toxic_of(name, fault)) proxy.toxics.push_back(toxic_of(name, fault));
    }
    std::stable_partition(proxy.toxics.begin(), proxy.toxics.end(),
                          [](const Toxic& one) { return one.stream == "upstream"; });
  }

  std::string listen_of(const std::string& name) const {
    const auto at = std::ranges::find(endpoints_, name, &EndpointAddress::name);
    return at == endpoints_.end() ? "" : at->address + ":" + std::to_string(at->port);
  }

  std::string behind_endpoint(const model::VpcEndpoint& endpoint) const {
    const auto* service = Topology::find(topology_->vpc_endpoint_services, endpoint.service_name);
    return service ? listen_of(service->network_load_balancer) : "";
  }

  std::string behind_balancer(const model::LoadBalancer& balancer) const {
    if (balancer.listeners.empty()) return "";
    const auto& listener = *balancer.listeners.begin();
    for (const auto& weighted : listener.default_action.target_groups) {
      const auto* group = Topology::find(topology_->target_groups, weighted.target_group);
      if (group) return first_target(*group);
    }
    return "";
  }

  std::string first_target(const model::TargetGroup& group) const {
    if (group.targets.empty()) return "";
    const model::Target& target = group.targets.front();
    if (!target.load_balancer.empty()) return listen_of(target.load_balancer);
    const auto at = std::ranges::find(health_, group.name, &TargetStatus::target_group);
    return at == health_.end() ? "" : at->target;
  }

  std::string address_of_service(const std::string& name) const {
    for (const auto& group : topology_->target_groups) {
      const auto statuses = targets_of(group.name);
      for (std::size_t i = 0; i < group.targets.size() && i < statuses.size(); ++i) {
        if (group.targets[i].service == name) return statuses[i];
      }
    }
    return "";
  }

  std::vector<std::string> targets_of(const std::string& group) const {
    std::vector<std::string> ids;
    for (const TargetStatus& one : health_) {
      if (one.target_group == group) ids.push_back(one.target);
    }
    return ids;
  }

  std::shared_ptr<const Topology> topology_;
  std::vector<EndpointAddress> endpoints_;
  std::vector<TargetStatus> health_;
  std::vector<ProxyView> all_;
};

}  // namespace

std::vector<ProxyView> proxies_of(const Emulator& emulator) {
  return Viewer(emulator).take();
}

std::optional<ProxyView> find_proxy(const Emulator& emulator, const std::string& name) {
  for (ProxyView& one : proxies_of(emulator)) {
    if (one.name == name) return std::move(one);
  }
  return std::nullopt;
}

Json to_json(const ProxyView& proxy) {
  Json json{{"name", proxy.name},
            {"listen", proxy.listen},
            {"upstream", proxy.upstream},
            {"enabled", proxy.enabled},
            {"toxics", Json::array()}};
  for (const Toxic& one : proxy.toxics) json["toxics"].push_back(to_json(one));
  return json;
}

}  // namespace hoplab::admin::toxiproxy
