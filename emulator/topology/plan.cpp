#include "topology/plan.h"

#include <algorithm>

#include "model/ids.h"

namespace hoplab::topology {

namespace {

using Act = PlanStep::Act;

class Planner {
 public:
  template <class T>
  void compare(const std::string& kind, const model::List<T>& from, const model::List<T>& to) {
    for (std::size_t i = 0; i < to.size(); ++i) {
      const auto now = to.share(i);
      const auto before = model::share(from, now->name);
      if (!before) {
        steps_.push_back({Act::create, kind, now->name});
      } else if (before != now && !(*before == *now)) {
        steps_.push_back({Act::update, kind, now->name});
      }
    }
    for (const T& one : from) {
      if (!model::Topology::find(to, one.name)) drained_.push_back({Act::drain, kind, one.name});
    }
  }

  /// A load balancer's own properties and each of its listeners are told apart.
  void compare_load_balancers(const model::Topology& from, const model::Topology& to,
                              model::LoadBalancerType type) {
    for (const auto& now : to.load_balancers) {
      if (now.type != type) continue;
      const auto* before = model::Topology::find(from.load_balancers, now.name);
      if (before && before->type != type) before = nullptr;
      if (!before) steps_.push_back({Act::create, "load balancer", now.name});
      if (before && !same_but_for_listeners(*before, now)) {
        steps_.push_back({Act::update, "load balancer", now.name});
      }
      for (const auto& listener : now.listeners) {
        const auto* its_before = before ? find(*before, listener.port) : nullptr;
        const std::string key = model::listener_key(now.name, listener.port);
        if (!its_before) steps_.push_back({Act::create, "listener", key});
        if (its_before && !(*its_before == listener)) {
          steps_.push_back({Act::update, "listener", key});
        }
      }
    }
    for (const auto& before : from.load_balancers) {
      if (before.type != type) continue;
      const auto* now = model::Topology::find(to.load_balancers, before.name);
      if (now && now->type != type) now = nullptr;
      if (!now) drained_.push_back({Act::drain, "load balancer", before.name});
      for (const auto& listener : before.listeners) {
        if (now && find(*now, listener.port)) continue;
        drained_.push_back(
            {Act::drain, "listener", model::listener_key(before.name, listener.port)});
      }
    }
  }

  std::vector<PlanStep> take() {
    steps_.insert(steps_.end(), drained_.rbegin(), drained_.rend());
    return std::move(steps_);
  }

 private:
  static const model::Listener* find(const model::LoadBalancer& balancer, std::uint16_t port) {
    const auto found = std::ranges::find(balancer.listeners, port, &model::Listener::port);
    return found == balancer.listeners.end() ? nullptr : &*found;
  }
  static bool same_but_for_listeners(model::LoadBalancer a, model::LoadBalancer b) {
    a.listeners.clear();
    b.listeners.clear();
    return a == b;
  }

  std::vector<PlanStep> steps_, drained_;
};

}  // namespace

std::string_view to_text(PlanStep::Act act) noexcept {
  switch (act) {
    case Act::create: return "create";
    case Act::update: return "update";
    case Act::drain: return "drain";
  }
  return "";
}

std::vector<PlanStep> plan(const model::Topology& from, const model::Topology& to) {
  Planner planner;
  planner.compare("certificate authority", from.pki.authorities, to.pki.authorities);
  planner.compare("certificate", from.pki.certificates, to.pki.certificates);
  planner.compare("trust store", from.trust_stores, to.trust_stores);
  planner.compare("subnet", from.subnets, to.subnets);
  planner.compare("security group", from.security_groups, to.security_groups);
  planner.compare("service", from.services, to.services);
  planner.compare("function", from.functions, to.functions);
  planner.compare("identity provider", from.identity_providers, to.identity_providers);
  planner.compare("REST API", from.rest_apis, to.rest_apis);
  planner.compare("domain name", from.domain_names, to.domain_names);
  planner.compare("API key", from.api_keys, to.api_keys);
  planner.compare("usage plan", from.usage_plans, to.usage_plans);
  planner.compare("VPC link", from.vpc_links, to.vpc_links);
  planner.compare("access key", from.access_keys, to.access_keys);
  planner.compare("target group", from.target_groups, to.target_groups);
  for (const auto type : {model::LoadBalancerType::application, model::LoadBalancerType::network}) {
    planner.compare_load_balancers(from, to, type);
  }
  planner.compare("endpoint service", from.vpc_endpoint_services, to.vpc_endpoint_services);
  planner.compare("endpoint", from.vpc_endpoints, to.vpc_endpoints);
  planner.compare("record set", from.record_sets, to.record_sets);
  planner.compare("proxy", from.proxies, to.proxies);
  planner.compare("fault", from.faults, to.faults);
  return planner.take();
}

}  // namespace hoplab::topology
