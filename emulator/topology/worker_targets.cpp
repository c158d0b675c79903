// How a worker's target groups reach their targets: the execute-api ENIs and load balancers of this
// process, and real services on this machine.

#include "aws/nlb/proxy_protocol.h"
#include "net/in_process_dialer.h"
#include "net/tcp_stream.h"
#include "tls/tls_dialer.h"
#include "topology/worker.h"

namespace hoplab::topology {

using Targets = std::vector<std::unique_ptr<aws::Target>>;

Result<void> Worker::make_target_groups(model::TargetType type) {
  for (const auto& group : shared_.topology.target_groups) {
    if (group.target_type != type) continue;
    auto targets = make_targets(group);
    if (!targets) return Error{"target group '" + group.name + "': " + targets.error()};
    target_groups_[group.name] =
        std::make_unique<aws::TargetGroup>(loop_, group, std::move(targets).value());
  }
  return {};
}

Result<Targets> Worker::make_targets(const model::TargetGroup& group) {
  Targets targets;
  for (const model::Target& target : group.targets) {
    if (!target.vpc_endpoint.empty()) {
      make_api_targets(group, target.vpc_endpoint, targets);
    } else if (!target.load_balancer.empty()) {
      if (auto done = make_alb_target(group, target.load_balancer, targets); !done) {
        return Error{done.error()};
      }
      targets.back()->resource = target.load_balancer;
    } else {
      if (auto done = make_service_target(group, target.service, targets); !done) {
        return Error{done.error()};
      }
      targets.back()->resource = target.service;
      const auto& service = *model::Topology::find(shared_.topology.services, target.service);
      if (!service.availability_zone.empty()) targets.back()->zones = {service.availability_zone};
      targets.back()->probe_options.about_to_connect = [this](const net::Address& own) {
        shared_.health_checks.add(own.text());
      };
      if (group.attributes.proxy_protocol_v2) {
        targets.back()->probe_options.prologue = aws::proxy_protocol_local_header();
      }
    }
  }
  return targets;
}

/// One target for each ENI of the execute-api endpoint. The leg is in memory: nobody can see
/// whether it is encrypted, so it is not.
void Worker::make_api_targets(const model::TargetGroup& group, const std::string& endpoint,
                              Targets& targets) {
  auto& server = *execute_apis_.at(endpoint);
  const auto& nodes = source_nodes(group);
  const auto& enis = shared_.addresses->enis(endpoint);
  const auto& zones =
      model::Topology::find(shared_.topology.vpc_endpoints, endpoint)->availability_zones;
  for (std::size_t i = 0; i < enis.size(); ++i) {
    const net::Address source{nodes[i % nodes.size()], 0};
    const net::Address target{enis[i], group.port};
    targets.push_back(std::make_unique<aws::Target>(
        loop_, target.text(),
        std::make_unique<net::InProcessDialer>(loop_, server, source, target, JournalKind::target),
        std::make_unique<net::InProcessDialer>(loop_, server, source, target,
                                               JournalKind::health_check)));
    targets.back()->zones = {zones[i]};
  }
}

/// The load balancer whose nodes open the connections of `group`: the first whose actions name it.
const std::vector<std::string>& Worker::source_nodes(const model::TargetGroup& group) const {
  const auto names_it = [&group](const model::Action& action) {
    for (const auto& weighted : action.target_groups) {
      if (weighted.target_group == group.name) return true;
    }
    return false;
  };
  for (const auto& balancer : shared_.topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      bool found = names_it(listener.default_action);
      for (const auto& rule : listener.rules) found |= names_it(rule.action);
      if (found) return shared_.addresses->enis(balancer.name);
    }
  }
  static const std::vector<std::string> kNobody{"127.0.0.1"};
  return kNobody;
}

/// Traffic is handed to the ALB's listener directly; the dialer here serves health checks, which go
/// through the ALB as any request does.
Result<void> Worker::make_alb_target(const model::TargetGroup& group, const std::string& balancer,
                                     Targets& targets) {
  const net::Address source{source_nodes(group).front(), 0};
  const net::Address address{shared_.addresses->enis(balancer).front(), group.port};
  std::unique_ptr<net::Dialer> probe =
      std::make_unique<net::InProcessDialer>(loop_, *albs_.at(listener_key(balancer, group.port)),
                                             source, address, JournalKind::health_check);
  auto wrapped = wrap_in_tls(std::move(probe), group.health_check.protocol == "HTTPS");
  if (!wrapped) return Error{wrapped.error()};
  targets.push_back(
      std::make_unique<aws::Target>(loop_, balancer, std::move(wrapped).value(), nullptr));
  return {};
}

Result<void> Worker::make_service_target(const model::TargetGroup& group,
                                         const std::string& service, Targets& targets) {
  const net::Address& address = shared_.services.at(service);
  std::unique_ptr<net::Dialer> dialers[2];
  const bool encrypted[2] = {group.protocol == "HTTPS", group.health_check.protocol == "HTTPS"};
  for (int i = 0; i < 2; ++i) {
    auto dialer = net::make_tcp_dialer(loop_, address.ip, address.port);
    if (!dialer) return Error{dialer.error()};
    auto wrapped = wrap_in_tls(std::move(dialer).value(), encrypted[i]);
    if (!wrapped) return Error{wrapped.error()};
    dialers[i] = std::move(wrapped).value();
  }
  targets.push_back(std::make_unique<aws::Target>(loop_, address.text(), std::move(dialers[0]),
                                                  std::move(dialers[1])));
  return {};
}

Result<std::unique_ptr<net::Dialer>> Worker::wrap_in_tls(std::unique_ptr<net::Dialer> dialer,
                                                         bool encrypted) {
  if (!encrypted) return dialer;
  if (!target_tls_) {
    auto context = tls::Context::client({});
    if (!context) return Error{context.error()};
    target_tls_ = std::move(context).value();
  }
  return std::unique_ptr<net::Dialer>(
      std::make_unique<tls::TlsDialer>(std::move(dialer), *target_tls_));
}

}  // namespace hoplab::topology
