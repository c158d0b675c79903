// Load balancers with their listeners and rules.
#include <algorithm>

#include "scenario/format/reader_types.h"
#include "scenario/resources/coerce.h"
#include "scenario/resources/networks.h"
#include "scenario/resources/pki.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kRule = "AWS::ElasticLoadBalancingV2::ListenerRule";
constexpr std::string_view kListenerCertificate =
    "AWS::ElasticLoadBalancingV2::ListenerCertificate";

/// Attributes that say where logs go, or guard changes.
bool is_inert_attribute(std::string_view key) {
  constexpr std::string_view kInert[] = {"access_logs.",
                                         "connection_logs.",
                                         "health_check_logs.",
                                         "deletion_protection.",
                                         "waf.",
                                         "zonal_shift.",
                                         "ipv6.",
                                         "dns_record.",
                                         "secondary_ips."};
  return std::ranges::any_of(kInert, [key](std::string_view one) { return key.starts_with(one); });
}

Node without_inert_attributes(Builder& builder, const Resource& resource, Node attributes) {
  const auto inert = [&](const Node& one) {
    if (!is_inert_attribute(one.key)) return false;
    builder.inert_property(resource, one.key);
    return true;
  };
  std::erase_if(attributes.items, inert);
  return attributes;
}

void add_certificates(Builder& builder, const Node& from, Node& names) {
  for (const Node& one : from.items) {
    const Node* const arn = one.find("CertificateArn");
    if (!arn || arn->kind != Node::Kind::text) continue;
    const std::string name = certificate_for(builder, *arn);
    const bool there =
        std::ranges::any_of(names.items, [&](const Node& given) { return given.text == name; });
    if (!there) names.items.push_back(text_like(*arn, name));
  }
}

/// ARNs of groups in an action become names.
Node action_of(Builder& builder, const Node& from) {
  Node action = object_like(from, "");
  for (const Node& one : from.items) {
    if (one.key == "TargetGroupArn") {
      if (from.find("ForwardConfig")) continue;
      auto name = builder.reference(one, kTargetGroup, "target group", "TargetGroup");
      if (name) action.items.push_back(std::move(*name));
      continue;
    }
    Node member = one;
    if (Node* const groups = one.key == "ForwardConfig" ? member.find("TargetGroups") : nullptr) {
      for (Node& group : groups->items) {
        Node* const arn = group.find("TargetGroupArn");
        auto name = arn ? builder.reference(*arn, kTargetGroup, "target group", "TargetGroup")
                        : std::nullopt;
        if (name) *arn = std::move(*name);
      }
    }
    action.items.push_back(std::move(member));
  }
  return action;
}

Node actions_of(Builder& builder, const Node& from, std::string_view key) {
  Node all = object_like(from, key);
  all.kind = Node::Kind::list;
  for (const Node& one : from.items) all.items.push_back(action_of(builder, one));
  return all;
}

std::optional<Node> mutual_authentication_of(Builder& builder, const Node& from) {
  const Node* const mode = from.find("Mode");
  const bool off = mode && (mode->kind == Node::Kind::boolean || mode->text == "off");
  if (off) return std::nullopt;  // YAML 1.1 reads it as a boolean
  Node node = object_like(from, "MutualAuthentication");
  for (const Node& one : from.items) {
    if (one.key == "TrustStoreArn") {
      auto name = builder.reference(one, kTrustStore, "trust store", "TrustStore");
      if (name) node.items.push_back(std::move(*name));
    } else {
      node.items.push_back(one);
    }
  }
  return node;
}

Node rule_of(Builder& builder, const Resource& rule) {
  builder.has_effect(rule);
  Node node = builder.members(rule, {"ListenerArn", "Actions"}, {});
  if (const Node* const actions = rule.properties.find("Actions")) {
    node.items.push_back(actions_of(builder, *actions, "Actions"));
  }
  return node;
}

Node listener_of(Builder& builder, const Resource& listener) {
  builder.has_effect(listener);
  const Node& from = listener.properties;
  Node node = builder.members(listener,
                              {"LoadBalancerArn", "Certificates", "DefaultActions", "AlpnPolicy",
                               "MutualAuthentication", "ListenerAttributes"},
                              {});
  Node names = object_like(from, "Certificates");
  names.kind = Node::Kind::list;
  if (const Node* const own = from.find("Certificates")) add_certificates(builder, *own, names);
  for (const Resource* more :
       builder.of(kListenerCertificate, "ListenerArn", listener.physical_id)) {
    builder.has_effect(*more);
    if (const Node* const all = more->properties.find("Certificates")) {
      add_certificates(builder, *all, names);
    }
  }
  if (!names.items.empty()) node.items.push_back(std::move(names));
  if (const Node* const alpn = from.find("AlpnPolicy"); alpn && !alpn->items.empty()) {
    node.items.push_back(renamed(alpn->items.front(), "AlpnPolicy"));
  }
  if (const Node* const mutual = from.find("MutualAuthentication")) {
    if (auto made = mutual_authentication_of(builder, *mutual)) {
      node.items.push_back(std::move(*made));
    }
  }
  if (const Node* const actions = from.find("DefaultActions")) {
    node.items.push_back(actions_of(builder, *actions, "DefaultActions"));
  }
  if (const Node* const attributes = from.find("ListenerAttributes")) {
    node.items.push_back(attributes_object(*attributes, "ListenerAttributes"));
  }
  Node rules = object_like(from, "Rules");
  rules.kind = Node::Kind::list;
  for (const Resource* rule : builder.of(kRule, "ListenerArn", listener.physical_id)) {
    rules.items.push_back(rule_of(builder, *rule));
  }
  if (!rules.items.empty()) node.items.push_back(std::move(rules));
  return node;
}

/// Subnets, or SubnetMappings, whose addresses are not the scenario's to choose.
Node subnets_of(Builder& builder, const Resource& balancer) {
  if (const Node* const subnets = balancer.properties.find("Subnets")) return *subnets;
  const Node* const mappings = balancer.properties.find("SubnetMappings");
  Node ids = object_like(mappings ? *mappings : balancer.properties, "Subnets");
  ids.kind = Node::Kind::list;
  if (!mappings) return ids;
  for (const Node& one : mappings->items) {
    if (const Node* const id = one.find("SubnetId")) ids.items.push_back(*id);
    for (const std::string_view address : {"AllocationId", "PrivateIPv4Address"}) {
      if (one.find(address)) {
        builder.inert_property(balancer, "SubnetMappings." + std::string(address));
      }
    }
  }
  return ids;
}

void add_load_balancer(Builder& builder, const Resource& balancer) {
  const Node& from = balancer.properties;
  const auto listeners = builder.of(kListener, "LoadBalancerArn", balancer.physical_id);
  const std::string type = text_of(from, "Type");
  if (!builder.takes_connections(balancer)) {
    return builder.note(describe(balancer) +
                        (listeners.empty() ? " has no listener" : " is a gateway load balancer") +
                        " and is left out");
  }
  Node node = builder.members(
      balancer,
      {"Subnets", "SubnetMappings", "SecurityGroups", "Type", "Scheme", "LoadBalancerAttributes"},
      {"IpAddressType", "Ipv4IpamPoolId", "EnablePrefixForIpv6SourceNat",
       "MinimumLoadBalancerCapacity", "EnableCapacityReservationProvisionStabilize"});
  node.items.push_back(text_like(from, type.empty() ? "application" : type, "Type"));
  const std::string scheme = text_of(from, "Scheme");
  node.items.push_back(text_like(from, scheme.empty() ? "internet-facing" : scheme, "Scheme"));
  add_places(builder, balancer, subnets_of(builder, balancer), "Subnets", node);
  if (const Node* const groups = from.find("SecurityGroups")) {
    add_security_groups(builder, balancer, *groups, "SecurityGroups", node);
  }
  if (const Node* const attributes = from.find("LoadBalancerAttributes")) {
    node.items.push_back(without_inert_attributes(
        builder, balancer, attributes_object(*attributes, "LoadBalancerAttributes")));
  }
  Node all = object_like(from, "Listeners");
  all.kind = Node::Kind::list;
  for (const Resource* one : listeners) all.items.push_back(listener_of(builder, *one));
  node.items.push_back(std::move(all));
  coerce(load_balancer_type(), node);
  builder.add("LoadBalancers", balancer, std::move(node));
}

}  // namespace

void project_load_balancers(Builder& builder) {
  for (const Resource* one : builder.of(kLoadBalancer)) add_load_balancer(builder, *one);
}

}  // namespace hoplab::scenario::resources
