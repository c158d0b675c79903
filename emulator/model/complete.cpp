#include "model/complete.h"

#include <algorithm>

#include "model/https_url.h"
#include "model/ids.h"
#include "model/subnets.h"
#include "model/text_rule.h"

namespace hoplab::model {

namespace {

/// "*", or arn:aws:iam::<account>:root and the users and roles of that account.
bool covers(const std::string& principal, const std::string& account) {
  return principal == "*" || principal.find("::" + account + ":") != std::string::npos;
}

/// Those of the subnets, or else the Region's first.
void complete_zones(std::vector<std::string>& zones, const std::vector<std::string>& subnets,
                    const Topology& topology) {
  if (!zones.empty()) return;
  for (const std::string& name : subnets) {
    const auto* one = Topology::find(topology.subnets, name);
    if (one && std::ranges::find(zones, one->availability_zone) == zones.end()) {
      zones.push_back(one->availability_zone);
    }
  }
  if (zones.empty()) zones = {topology.region + "a"};
}

void complete_endpoint(VpcEndpoint& endpoint, const Topology& topology) {
  if (endpoint.service_name == "com.amazonaws." + topology.region + ".execute-api") {
    endpoint.service_name = "execute-api";
  }
  complete_zones(endpoint.availability_zones, endpoint.subnets, topology);
  if (endpoint.account.empty()) endpoint.account = kDefaultAccount;
  if (endpoint.id.empty()) endpoint.id = derived_vpc_endpoint_id(endpoint.name);
  if (endpoint.vpc_id.empty()) endpoint.vpc_id = derived_vpc_id(endpoint.account);
  if (endpoint.state) return;
  if (endpoint.execute_api()) {
    endpoint.state = EndpointState::available;
    return;
  }
  const auto* service = Topology::find(topology.vpc_endpoint_services, endpoint.service_name);
  // An endpoint that was there before its service lost its private DNS name has to say so.
  const bool must_be_said = endpoint.private_dns_enabled && service &&
                            service->private_dns_name_state != DnsNameState::verified;
  if (service && !must_be_said) endpoint.state = first_state(*service, endpoint.account);
}

void complete_load_balancer(LoadBalancer& balancer, const Topology& topology) {
  complete_zones(balancer.availability_zones, balancer.subnets, topology);
  if (balancer.type == LoadBalancerType::application) balancer.attributes.cross_zone = true;
}

/// AWS's defaults depend on whose group it is: nlb-privatelink.md 3.3, alb.md 6.4,
/// alb-features.md 2.5.
void complete_health_check(HealthCheck& check, const TargetGroup& group) {
  const bool functions = group.target_type == TargetType::lambda;
  if (!check.enabled) check.enabled = !functions;
  if (check.interval_s == 0) check.interval_s = functions ? 35 : 30;
  const bool grpc = group.protocol_version == ProtocolVersion::grpc;
  if (check.path.empty()) check.path = usual_health_check_path(group);
  if (functions) {
    if (check.timeout_s == 0) check.timeout_s = 30;
    if (check.matcher.empty()) check.matcher = "200";
    return;
  }
  const bool network = group.behind_network_load_balancer();
  if (check.protocol.empty()) {
    check.protocol = network && group.target_type != TargetType::alb ? "TCP" : "HTTP";
  }
  if (check.timeout_s == 0) check.timeout_s = !network ? 5 : check.protocol == "HTTP" ? 6 : 10;
  if (grpc) {
    if (check.grpc_matcher.empty()) check.grpc_matcher = "12";
  } else if (check.matcher.empty() && check.protocol != "TCP") {
    check.matcher = network ? "200-399" : "200";
  }
}

/// Moves the name to the member for what it names.
void resolve(Target& target, const TargetGroup& group, const Topology& topology) {
  if (group.target_type == TargetType::lambda) {
    if (target.function.empty()) std::swap(target.function, target.service);
  } else if (Topology::find(topology.load_balancers, target.service) != nullptr) {
    std::swap(target.load_balancer, target.service);
  } else if (Topology::find(topology.vpc_endpoints, target.service) != nullptr) {
    std::swap(target.vpc_endpoint, target.service);
  }
}

void complete_target_group(TargetGroup& group, const Topology& topology) {
  if (group.target_type == TargetType::lambda) {
    group.protocol.clear();
    group.port = 0;
  }
  complete_health_check(group.health_check, group);
  std::vector<Target> targets;
  for (Target& target : group.targets) {
    resolve(target, group, topology);
    const auto* endpoint = Topology::find(topology.vpc_endpoints, target.vpc_endpoint);
    if (!endpoint || !target.availability_zone.empty()) {
      targets.push_back(std::move(target));
      continue;
    }
    for (const std::string& zone : endpoint->availability_zones) {
      targets.push_back(target);
      targets.back().availability_zone = zone;
    }
  }
  group.targets = std::move(targets);
}

void complete_trust_store(TrustStore& store) {
  for (RevocationList& list : store.revocations) {
    if (list.revocation_id == 0) list.revocation_id = store.next_revocation_id;
    store.next_revocation_id = std::max(store.next_revocation_id, list.revocation_id + 1);
  }
}

void complete_rest_api(RestApi& api) {
  if (api.id.empty()) api.id = derived_rest_api_id(api.name);
  if (api.account.empty()) api.account = kDefaultAccount;
}

/// A link of which nothing says where its interfaces are has one in the Region's first zone.
void complete_vpc_link(VpcLink& link, const Topology& topology) {
  if (!link.load_balancer.empty() || !link.availability_zones.empty()) return;
  for (const std::string& name : link.subnets) {
    const auto* const subnet = Topology::find(topology.subnets, name);
    if (subnet) link.availability_zones.push_back(subnet->availability_zone);
  }
  if (link.availability_zones.empty()) link.availability_zones = {topology.region + "a"};
}

void complete_domain_name(DomainName& domain) {
  const bool is_private = domain.endpoint_type == "PRIVATE";
  if (is_private && domain.account.empty()) domain.account = kDefaultAccount;
}

void complete_access_key(AccessKey& key) {
  const bool temporary = !key.session_token.empty();
  if (key.access_key_id.empty()) key.access_key_id = derived_access_key_id(key.name, temporary);
  if (key.secret_access_key.empty()) key.secret_access_key = derived_secret_access_key(key.name);
  if (key.principal_arn.empty()) {
    key.principal_arn = std::string("arn:aws:iam::") + kDefaultAccount + ":user/" + key.name;
  }
  if (key.user_id.empty()) key.user_id = derived_user_id(key.principal_arn);
}

void complete_identity_provider(IdentityProvider& provider) {
  if (provider.issuer.empty() && rules::kDomainName.matches(provider.name)) {
    provider.issuer = "https://" + provider.name;
  }
  if (!provider.domain_names.empty()) return;
  if (const auto url = parse_https_url(provider.issuer)) provider.domain_names = {url->host};
}

/// Completes each value of `all` that is not complete: the others stay shared.
template <class T, class Completing>
void each(List<T>& all, const Completing& completing) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    T value = std::as_const(all)[i];
    completing(value);
    if (!(value == std::as_const(all)[i])) all[i] = std::move(value);
  }
}

}  // namespace

EndpointState first_state(const VpcEndpointService& service, const std::string& account) {
  bool allowed = false;
  for (const auto& principal : service.allowed_principals) allowed |= covers(principal, account);
  if (!allowed) return EndpointState::rejected;  // the default is that nobody may connect
  return service.acceptance_required ? EndpointState::pending_acceptance : EndpointState::available;
}

std::string_view usual_health_check_path(const TargetGroup& group) noexcept {
  return group.protocol_version == ProtocolVersion::grpc ? "/AWS.ALB/healthcheck" : "/";
}

void complete(Topology& topology) {
  each(topology.vpc_endpoints, [&](VpcEndpoint& one) { complete_endpoint(one, topology); });
  each(topology.load_balancers, [&](LoadBalancer& one) { complete_load_balancer(one, topology); });
  each(topology.vpc_links, [&](VpcLink& one) { complete_vpc_link(one, topology); });
  complete_subnets(topology);
  each(topology.target_groups, [&](TargetGroup& one) { complete_target_group(one, topology); });
  each(topology.trust_stores, complete_trust_store);
  each(topology.rest_apis, complete_rest_api);
  each(topology.api_keys, [](ApiKey& one) {
    if (one.value.empty()) one.value = derived_api_key_value(one.name);
  });
  each(topology.domain_names, complete_domain_name);
  each(topology.access_keys, complete_access_key);
  each(topology.identity_providers, complete_identity_provider);
}

}  // namespace hoplab::model
