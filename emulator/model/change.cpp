#include "model/change.h"

#include <algorithm>
#include <tuple>

#include "model/change_rest_api.h"
#include "model/complete.h"

namespace hoplab::model {

namespace {

Error not_found(std::string what) {
  return {std::move(what), ErrorCode::not_found};
}
Error conflict(std::string what) {
  return {std::move(what), ErrorCode::conflict};
}

/// A kind of object: what it is called, and those that a topology has.
template <class T>
struct Kind {
  std::string_view name;
  List<T>& all;
};
template <class T>
Kind(std::string_view, List<T>&) -> Kind<T>;  // clang 14 asks for it

template <class T>
Kind<T> kind_of(Topology& t) {
  return std::get<Kind<T>>(std::tuple{Kind{"certificate authority", t.pki.authorities},
                                      Kind{"certificate", t.pki.certificates},
                                      Kind{"subnet", t.subnets},
                                      Kind{"security group", t.security_groups},
                                      Kind{"endpoint", t.vpc_endpoints},
                                      Kind{"endpoint service", t.vpc_endpoint_services},
                                      Kind{"load balancer", t.load_balancers},
                                      Kind{"target group", t.target_groups},
                                      Kind{"trust store", t.trust_stores},
                                      Kind{"REST API", t.rest_apis},
                                      Kind{"domain name", t.domain_names},
                                      Kind{"API key", t.api_keys},
                                      Kind{"usage plan", t.usage_plans},
                                      Kind{"VPC link", t.vpc_links},
                                      Kind{"access key", t.access_keys},
                                      Kind{"function", t.functions},
                                      Kind{"identity provider", t.identity_providers},
                                      Kind{"service", t.services},
                                      Kind{"record set", t.record_sets},
                                      Kind{"proxy", t.proxies},
                                      Kind{"fault", t.faults}});
}

/// "; there is a, b"
template <class T>
std::string those_that_exist(const List<T>& all) {
  std::string text;
  for (const T& one : all) text += (text.empty() ? "; there is " : ", ") + one.name;
  return text;
}

/// Does each kind of change to a topology of its own.
class Changing {
 public:
  explicit Changing(Topology& topology) : topology_(topology) {}

  template <class T>
  Result<void> operator()(const Put<T>& change) {
    auto& all = kind_of<T>(topology_).all;
    if (change.value.name.empty()) return Error{"it needs a name"};
    if (T* one = edit(all, change.value.name)) {
      *one = change.value;
    } else {
      all.push_back(change.value);
    }
    return {};
  }

  template <class T>
  Result<void> operator()(const Delete<T>& change) {
    const auto [kind, all] = kind_of<T>(topology_);
    if (remove(all, change.name)) return {};
    return not_found("there is no " + std::string(kind) + " '" + change.name + "'" +
                     those_that_exist(all));
  }

  Result<void> operator()(const PutListener& change) {
    LoadBalancer* const balancer = edit(topology_.load_balancers, change.load_balancer);
    if (!balancer) return no_load_balancer(change.load_balancer);
    if (Listener* one = find(*balancer, change.listener.port)) {
      *one = change.listener;
    } else {
      balancer->listeners.push_back(change.listener);
    }
    return {};
  }

  Result<void> operator()(const DeleteListener& change) {
    LoadBalancer* const balancer = edit(topology_.load_balancers, change.load_balancer);
    if (!balancer) return no_load_balancer(change.load_balancer);
    for (std::size_t i = 0; i < balancer->listeners.size(); ++i) {
      if (std::as_const(balancer->listeners)[i].port != change.port) continue;
      balancer->listeners.erase(i);
      return {};
    }
    return no_listener(change.load_balancer, change.port);
  }

  Result<void> operator()(const PutRule& change) {
    auto listener = listener_of(change.load_balancer, change.port);
    if (!listener) return listener.failure();
    auto& rules = listener.value()->rules;
    const auto same = std::ranges::find(rules, change.rule.priority, &Rule::priority);
    if (same != rules.end()) {
      *same = change.rule;
    } else {
      const auto behind = std::ranges::find_if(
          rules, [&](const Rule& one) { return one.priority > change.rule.priority; });
      rules.insert(behind, change.rule);
    }
    return {};
  }

  Result<void> operator()(const DeleteRule& change) {
    auto listener = listener_of(change.load_balancer, change.port);
    if (!listener) return listener.failure();
    const auto gone = std::erase_if(
        listener.value()->rules, [&](const Rule& one) { return one.priority == change.priority; });
    if (gone > 0) return {};
    return not_found("there is no rule with priority " + std::to_string(change.priority) +
                     " at listener " + std::to_string(change.port) + " of '" +
                     change.load_balancer + "'");
  }

  Result<void> operator()(const ModifyListenerAttributes& change) {
    auto listener = listener_of(change.load_balancer, change.port);
    if (!listener) return listener.failure();
    if (change.modify) change.modify(listener.value()->attributes);
    return {};
  }

  /// Those of a REST API.
  template <class T>
  requires requires(const T& change) { change.rest_api; }
  Result<void> operator()(const T& change) {
    if (RestApi* const api = edit(topology_.rest_apis, change.rest_api)) {
      return change_rest_api(*api, change);
    }
    return not_found("there is no REST API '" + change.rest_api + "'" +
                     those_that_exist(topology_.rest_apis));
  }

  Result<void> operator()(const SetEntries& change) {
    topology_.entries = change.entries;
    return {};
  }

  Result<void> operator()(const ArmFault& change) {
    Fault* const fault = edit(topology_.faults, change.fault);
    if (!fault) return not_found("there is no fault '" + change.fault + "' in the scenario");
    if (fault->armed) return conflict("the fault '" + change.fault + "' is armed already");
    fault->armed = true;
    return {};
  }

  Result<void> operator()(const DisarmFault& change) {
    Fault* const fault = edit(topology_.faults, change.fault);
    if (!fault) return not_found("no fault '" + change.fault + "' is armed: there is none");
    if (!fault->armed) return conflict("no fault '" + change.fault + "' is armed");
    fault->armed = false;
    return {};
  }

  Result<void> operator()(const SetEndpointState& change) {
    VpcEndpoint* const endpoint = edit(topology_.vpc_endpoints, change.endpoint);
    if (!endpoint || !topology_.is_way_in(*endpoint)) {
      return not_found("there is no interface endpoint '" + change.endpoint +
                       "' that clients connect to");
    }
    endpoint->state = change.state;
    return {};
  }

  Result<void> operator()(const DeregisterTarget& change) {
    return with_target(change, [](Target& one) {
      one.registered = false;
      one.healthy.reset();
    });
  }

  Result<void> operator()(const RegisterTarget& change) {
    const auto done = with_target(change, [](Target& one) { one.registered = true; });
    if (done) return done;
    TargetGroup* const group = edit(topology_.target_groups, change.target_group);
    const bool exists = Topology::find(topology_.services, change.target) ||
                        Topology::find(topology_.vpc_endpoints, change.target) ||
                        Topology::find(topology_.functions, change.target) ||
                        Topology::find(topology_.load_balancers, change.target);
    if (!group || !exists) return done;
    Target fresh;
    fresh.service = change.target;
    fresh.availability_zone = change.availability_zone;
    group->targets.push_back(std::move(fresh));
    return {};
  }

  Result<void> operator()(const SetTargetHealth& change) {
    return with_target(change, [&](Target& one) { one.healthy = change.healthy; });
  }

  Result<void> operator()(const SetWeight& change) {
    constexpr int kMost = 999;
    if (change.weight < 0 || change.weight > kMost) return Error{"a weight is 0 to 999"};
    LoadBalancer* const balancer = edit(topology_.load_balancers, change.load_balancer);
    Listener* const listener = balancer ? find(*balancer, change.port) : nullptr;
    if (listener && balancer->type == LoadBalancerType::network) {
      auto& groups = listener->default_action.target_groups;
      const auto group =
          std::ranges::find(groups, change.target_group, &WeightedTargetGroup::target_group);
      if (group != groups.end()) {
        group->weight = change.weight;
        return {};
      }
    }
    return not_found("there is no network load balancer '" + change.load_balancer +
                     "' whose listener " + std::to_string(change.port) + " forwards to '" +
                     change.target_group + "'");
  }

  Result<void> operator()(const ModifyTrustStore& change) {
    TrustStore* const store = edit(topology_.trust_stores, change.trust_store);
    if (!store) return no_trust_store(change.trust_store);
    store->ca_certificates.clear();
    store->ca_files.clear();
    store->ca_pem = change.ca_bundle;
    return {};
  }

  Result<void> operator()(const AddTrustStoreRevocations& change) {
    TrustStore* const store = edit(topology_.trust_stores, change.trust_store);
    if (!store) return no_trust_store(change.trust_store);
    for (const SharedText& list : change.lists) store->revocations.emplace_back().pem = list;
    return {};
  }

  Result<void> operator()(const RemoveTrustStoreRevocations& change) {
    TrustStore* const store = edit(topology_.trust_stores, change.trust_store);
    if (!store) return no_trust_store(change.trust_store);
    for (const std::int64_t id : change.revocation_ids) {
      const auto gone = std::erase_if(store->revocations,
                                      [id](const auto& one) { return one.revocation_id == id; });
      if (gone == 0) {
        return not_found("RevocationIdNotFound: trust store '" + store->name +
                         "' has no revocation " + std::to_string(id));
      }
    }
    return {};
  }

  Result<void> operator()(const RevokeCertificate& change) {
    return set_revoked(change.certificate, true);
  }
  Result<void> operator()(const ReinstateCertificate& change) {
    return set_revoked(change.certificate, false);
  }

  /// Its authority issues a new list.
  Result<void> set_revoked(const std::string& name, bool revoked) {
    Certificate* const certificate = edit(topology_.pki.certificates, name);
    if (!certificate) return not_found("there is no certificate '" + name + "' in the scenario");
    const std::string& issuer = certificate->issuer;
    if (issuer.empty()) {
      return conflict("'" + name + "' is self-signed: no authority could revoke it");
    }
    certificate->revoked = revoked;
    bool known = false;
    for (std::size_t i = 0; i < topology_.trust_stores.size(); ++i) {
      const TrustStore& store = std::as_const(topology_.trust_stores)[i];
      if (!has_authority(store, issuer)) continue;
      known = true;
      auto& lists = topology_.trust_stores[i].revocations;
      std::erase_if(lists, [&](const RevocationList& one) { return one.authority == issuer; });
      lists.emplace_back().authority = issuer;
    }
    if (known) return {};
    return conflict("no trust store has '" + issuer + "', the authority of '" + name +
                    "', so its list would not be looked at");
  }

  Result<void> operator()(const SetSynAnswer& change) {
    Service* const service = edit(topology_.services, change.service);
    if (!service || !service->address.empty()) {
      return not_found("there is no service '" + change.service + "' that hoplab answers for");
    }
    service->syn_answer = change.answer;
    return {};
  }

 private:
  static bool has_authority(const TrustStore& store, const std::string& authority) {
    return std::ranges::find(store.ca_certificates, authority) != store.ca_certificates.end() ||
           std::ranges::find(store.revocations, authority, &RevocationList::authority) !=
               store.revocations.end();
  }

  static Listener* find(LoadBalancer& balancer, std::uint16_t port) {
    for (std::size_t i = 0; i < balancer.listeners.size(); ++i) {
      if (std::as_const(balancer.listeners)[i].port == port) return &balancer.listeners[i];
    }
    return nullptr;
  }

  Result<Listener*> listener_of(const std::string& name, std::uint16_t port) {
    LoadBalancer* const balancer = edit(topology_.load_balancers, name);
    if (!balancer) return no_load_balancer(name);
    if (Listener* one = find(*balancer, port)) return one;
    return no_listener(name, port);
  }

  template <class Work>
  Result<void> with_target(const TargetName& name, const Work& work) {
    bool found = false;
    if (TargetGroup* const group = edit(topology_.target_groups, name.target_group)) {
      for (Target& one : group->targets) {
        const bool there =
            name.availability_zone.empty() || one.availability_zone == name.availability_zone;
        if (one.name() != name.target || !there) continue;
        found = true;
        work(one);
      }
    }
    if (found) return {};
    return not_found("there is no target '" + name.target + "' in a target group '" +
                     name.target_group + "'");
  }

  Error no_load_balancer(const std::string& name) const {
    return not_found("there is no load balancer '" + name + "'" +
                     those_that_exist(topology_.load_balancers));
  }
  static Error no_listener(const std::string& name, std::uint16_t port) {
    return not_found("there is no listener at port " + std::to_string(port) +
                     " of the load balancer '" + name + "'");
  }
  Error no_trust_store(const std::string& name) const {
    return not_found("TrustStoreNotFound: there is no trust store '" + name + "'" +
                     those_that_exist(topology_.trust_stores));
  }

  Topology& topology_;
};

template <class T>
constexpr bool kTakesAway = false;
template <class T>
constexpr bool kTakesAway<Delete<T>> = true;
template <>
constexpr bool kTakesAway<DeleteListener> = true;
template <>
constexpr bool kTakesAway<DeleteStage> = true;

}  // namespace

Result<Topology> changed(const Topology& topology, const Change& change) {
  Topology next = topology;
  if (auto done = std::visit(Changing(next), change); !done) return done.failure();
  complete(next);
  return next;
}

bool takes_away(const Change& change) {
  return std::visit([](const auto& one) { return kTakesAway<std::remove_cvref_t<decltype(one)>>; },
                    change);
}

}  // namespace hoplab::model
