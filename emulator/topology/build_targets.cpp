// How a loop's target groups reach their targets: the execute-api ENIs and load balancers of this
// process, functions, and real services on this machine.

#include "aws/lambda/lambda_backend.h"
#include "aws/nlb/proxy_protocol.h"
#include "aws/target_group/http1_backend.h"
#include "aws/target_group/http2_backend.h"
#include "aws/target_group/recording_backend.h"
#include "base/hash.h"
#include "model/ids.h"
#include "model/legs.h"
#include "net/in_process_dialer.h"
#include "net/leg_dialer.h"
#include "tls/tls_dialer.h"
#include "topology/building.h"

namespace hoplab::topology {

namespace {

using TargetPointer = std::shared_ptr<aws::Target>;

struct Forwarder {
  const model::LoadBalancer* balancer = nullptr;
  const model::Listener* listener = nullptr;
};

/// The first whose actions name the group; null: nobody's do.
Forwarder forwarder_of(const model::Topology& topology, const std::string& group) {
  for (const auto& balancer : topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      if (model::forwards_to(listener, group)) return {&balancer, &listener};
    }
  }
  return {};
}

/// The nodes of the load balancer that opens the connections of `group`.
const std::vector<std::string>& source_nodes(const Prepared& prepared, const std::string& group) {
  const Forwarder from = forwarder_of(*prepared.topology, group);
  if (from.balancer) return prepared.addresses.enis(from.balancer->name);
  static const std::vector<std::string> kNobody{"127.0.0.1"};
  return kNobody;
}

/// Host of the health checks of a group behind a network load balancer: its node and its listener's
/// port (nlb-privatelink.md 3.3). Of several nodes and listeners the first. Empty: the target's
/// own.
std::string check_host(const Prepared& prepared, const model::TargetGroup& group) {
  const Forwarder from = forwarder_of(*prepared.topology, group.name);
  if (!group.behind_network_load_balancer() || !from.balancer) return {};
  return net::Address{prepared.addresses.enis(from.balancer->name).front(), from.listener->port}
      .text();
}

/// Each node checks by itself on AWS; here one does for all, the first.
aws::HealthCheckLogging health_check_logging(const Building& building,
                                             const model::TargetGroup& group) {
  const Forwarder from = forwarder_of(building.topology(), group.name);
  if (!from.balancer || from.balancer->type != model::LoadBalancerType::application) return {};
  const std::string& name = from.balancer->name;
  return {&building.shared.logs, "app/" + name + "/" + model::derived_load_balancer_id(name),
          building.next.addresses.enis(name).front()};
}

std::unique_ptr<net::Dialer> in_tls(
    const Prepared& prepared, std::unique_ptr<net::Dialer> dialer, bool encrypted,
    model::ProtocolVersion version = model::ProtocolVersion::http1) {
  if (!encrypted) return dialer;
  const bool http1 = version == model::ProtocolVersion::http1;
  return std::make_unique<tls::TlsDialer>(
      std::move(dialer), http1 ? *prepared.target_tls : *prepared.target_tls_http2);
}

/// Makes the targets of one group, but for those that it has already.
class TargetBuilder {
 public:
  TargetBuilder(const Building& building, const model::TargetGroup& group)
      : building_(building),
        next_(building.next),
        group_(group),
        before_(building.components.target_groups.find(group.name)) {}

  aws::TargetGroup::Targets take() {
    aws::TargetGroup::Targets targets;
    for (const model::Target& target : group_.targets) {
      TargetPointer one = !target.vpc_endpoint.empty()    ? of_endpoint(target)
                          : !target.load_balancer.empty() ? of_load_balancer(target)
                          : !target.function.empty()      ? of_function(target)
                                                          : of_service(target);
      one->check_host = check_host(next_, group_);
      targets.push_back(std::move(one));
    }
    return targets;
  }

 private:
  /// Whose connections they are.
  [[nodiscard]] std::string leg() const {
    const Forwarder from = forwarder_of(*next_.topology, group_.name);
    return from.balancer ? from.balancer->name + " " : std::string();
  }

  /// The group's target that is reached like that; null: it has none.
  [[nodiscard]] TargetPointer known(const std::string& key) const {
    if (!before_) return nullptr;
    for (const auto& target : before_->targets()) {
      if (target->key == key) return target;
    }
    return nullptr;
  }

  /// `service`: the user's own, which cannot tell us itself what it receives; empty: it is ours.
  [[nodiscard]] TargetPointer made(const std::string& id, std::shared_ptr<net::Dialer> dialer,
                                   std::unique_ptr<net::Dialer> probe,
                                   const std::string& service = {}) const {
    std::shared_ptr<aws::Backend> backend;
    if (group_.protocol_version == model::ProtocolVersion::http1) {
      backend = std::make_shared<aws::Http1Backend>(building_.loop, id, dialer);
    } else {
      backend = std::make_shared<aws::Http2Backend>(building_.loop, id, dialer,
                                                    group_.protocol == "HTTPS" ? "https" : "http");
    }
    if (!service.empty()) {
      backend = std::make_shared<aws::RecordingBackend>(building_.loop, std::move(backend),
                                                        building_.shared.requests, service);
    }
    return std::make_shared<aws::Target>(id, std::move(backend), std::move(dialer),
                                         std::move(probe));
  }

  /// The leg is in memory: nobody can see whether it is encrypted, so it is not.
  TargetPointer of_endpoint(const model::Target& model) const {
    const auto& endpoint =
        *model::Topology::find(next_.topology->vpc_endpoints, model.vpc_endpoint);
    const auto& zones = endpoint.availability_zones;
    const auto at =
        static_cast<std::size_t>(std::ranges::find(zones, model.availability_zone) - zones.begin());
    const auto& nodes = source_nodes(next_, group_.name);
    const net::Address source{nodes[at % nodes.size()], 0};
    const net::Address address{next_.addresses.enis(endpoint.name)[at], group_.port};
    const bool plain = group_.health_check.protocol == "HTTP";
    const std::string key = "endpoint " + endpoint.name + " " + leg() + source.text() + " " +
                            address.text() + (plain ? " plain" : "");
    TargetPointer target = known(key);
    if (!target) {
      const auto& server = building_.components.execute_apis.at(endpoint.name);
      const auto dialer = [&](std::shared_ptr<net::ConnectionHandler> to, JournalKind kind) {
        return std::make_unique<net::InProcessDialer>(building_.loop, std::move(to), source,
                                                      address, kind);
      };
      const auto probed = plain ? server->of_plain_text() : server;
      target = made(address.text(),
                    through_leg(building_, group_.name, dialer(server, JournalKind::target)),
                    dialer(probed, JournalKind::health_check));
      target->key = key;
    }
    target->zones = {model.availability_zone};
    return target;
  }

  /// Traffic is handed to the ALB's listener directly; the dialer here serves health checks, which
  /// go through the ALB as any request does.
  TargetPointer of_load_balancer(const model::Target& model) const {
    const std::string& balancer = model.load_balancer;
    const net::Address source{source_nodes(next_, group_.name).front(), 0};
    const net::Address address{next_.addresses.enis(balancer).front(), group_.health_check_port()};
    const auto& listener =
        building_.components.albs.at(model::listener_key(balancer, address.port));
    const bool encrypted = group_.health_check.protocol == "HTTPS";
    // A listener that was deleted and made again is another.
    const std::string key = "load balancer " + source.text() + " " + address.text() +
                            (encrypted ? " tls " : " ") +
                            std::to_string(reinterpret_cast<std::uintptr_t>(listener.get()));
    TargetPointer target = known(key);
    if (!target) {
      auto probe = std::make_unique<net::InProcessDialer>(building_.loop, listener, source, address,
                                                          JournalKind::health_check);
      target = std::make_shared<aws::Target>(balancer, nullptr,
                                             in_tls(next_, std::move(probe), encrypted), nullptr);
      target->key = key;
      target->resource = balancer;
    }
    return target;
  }

  /// Nobody connects to it.
  TargetPointer of_function(const model::Target& model) const {
    const auto& functions = next_.topology->functions;
    const auto& function = building_.components.functions.at(
        function_key(*model::Topology::find(functions, model.function)));
    aws::lambda::AlbEventForm form{model::target_group_arn(next_.topology->region, group_.name),
                                   group_.attributes.lambda_multi_value_headers};
    // A function that was deleted and made again is another.
    const std::string key = "function " + model.function + " " +
                            std::to_string(reinterpret_cast<std::uintptr_t>(function.get()));
    TargetPointer target = known(key);
    if (target) {
      static_cast<aws::lambda::LambdaBackend&>(target->backend()).use(std::move(form));
      return target;
    }
    const auto backend = std::make_shared<aws::lambda::LambdaBackend>(
        building_.loop, model.function, function, std::move(form), building_.shared.requests);
    target = std::make_shared<aws::Target>(
        aws::lambda::function_arn(next_.topology->region, model.function), backend, nullptr,
        nullptr);
    target->prober = backend;
    target->key = key;
    target->resource = model.function;
    return target;
  }

  TargetPointer of_service(const model::Target& model) const {
    const auto& service = *model::Topology::find(next_.topology->services, model.service);
    const net::ResolvedAddress& address = next_.services.at(model.service);
    const bool encrypted = group_.protocol == "HTTPS";
    const bool probe_encrypted = group_.health_check.protocol == "HTTPS";
    const bool proxy = group_.attributes.proxy_protocol_v2;
    const model::ProtocolVersion version = group_.protocol_version;
    // The group's Port stands for the address's, so another one is as it is. A stand-in has one
    // port for all.
    const bool elsewhere = group_.health_check_port() != group_.port && !service.address.empty();
    const net::ResolvedAddress checked =
        elsewhere ? net::with_port(address, group_.health_check_port()) : address;
    const std::string key = "service " + model.service + " " + leg() + address.text.text() + " " +
                            address.raw + (encrypted ? " tls" : "") +
                            (probe_encrypted ? " probe-tls" : "") + (proxy ? " proxy" : "") +
                            (version == model::ProtocolVersion::http1 ? " " : " http2 ") +
                            std::to_string(checked.text.port);
    TargetPointer target = known(key);
    if (!target) {
      auto traffic =
          through_leg(building_, group_.name, net::make_tcp_dialer(building_.loop, address));
      auto probe = net::make_tcp_dialer(building_.loop, checked);
      target = made(address.text.text(), in_tls(next_, std::move(traffic), encrypted, version),
                    in_tls(next_, std::move(probe), probe_encrypted, version),
                    service.address.empty() ? std::string() : service.name);
      target->checked_elsewhere = elsewhere;
      target->key = key;
      target->resource = model.service;
      target->probe_options.about_to_connect =
          [&sources = building_.shared.health_checks](const net::Address& own) {
            sources.add(own.text());
          };
      if (proxy) target->probe_options.prologue = aws::proxy_protocol_local_header();
    }
    const std::string& zone =
        model.availability_zone.empty() ? service.availability_zone : model.availability_zone;
    target->zones.clear();
    if (!zone.empty() && zone != model::kAllZones) target->zones = {zone};
    return target;
  }

  const Building& building_;
  const Prepared& next_;
  const model::TargetGroup& group_;
  std::shared_ptr<aws::TargetGroup> before_;
};

}  // namespace

std::unique_ptr<net::Dialer> through_leg(const Building& building, const std::string& target_group,
                                         std::unique_ptr<net::Dialer> dialer) {
  const Forwarder from = forwarder_of(building.topology(), target_group);
  const auto& hops = building.next.hops;
  const auto hop =
      from.balancer ? hops.find(model::leg_name(from.balancer->name, target_group)) : hops.end();
  if (hop == hops.end()) return dialer;
  const auto nodes = nodes_of(building.next, *from.balancer);
  return std::make_unique<net::LegDialer>(
      building.loop, *hop->second, building.faults.gate(*hop->second), building.shared.leg_ids,
      nodes.empty() ? "" : nodes.front().second, std::move(dialer));
}

void build_target_groups(const Building& building, bool of_load_balancers) {
  const auto& groups = building.topology().target_groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto group = groups.share(i);
    if ((group->target_type == model::TargetType::alb) != of_load_balancers) continue;
    const auto targets = TargetBuilder(building, *group).take();
    const auto logging = health_check_logging(building, *group);
    building.components.target_groups.keep(
        group->name,
        [&] {
          auto one = std::make_shared<aws::TargetGroup>(building.loop, group, targets,
                                                        building.targets_changed,
                                                        building.shared.seed ^ fnv1a(group->name));
          one->log_health_checks(logging);
          return one;
        },
        [&](aws::TargetGroup& one) {
          one.log_health_checks(logging);
          one.update(group, targets);
        });
  }
}

}  // namespace hoplab::topology
