// Interface endpoints and endpoint services.
#include <algorithm>

#include "scenario/format/reader_types.h"
#include "scenario/resources/coerce.h"
#include "scenario/resources/networks.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kPermissions = "AWS::EC2::VPCEndpointServicePermissions";

/// The scenario's word for the service; empty: it is none that is emulated.
std::string service_word(Builder& builder, const Resource& endpoint, const Node& name) {
  if (name.text.ends_with(".execute-api")) return "execute-api";
  const bool aws =
      unknown_part(name.text).empty() && name.text.find(".vpce-svc-") == std::string::npos;
  if (aws) return {};
  if (const Resource* service = builder.service_named(name.text)) {
    return builder.leads_somewhere(*service) ? builder.name_of(*service) : std::string();
  }
  const auto& services = builder.of(kVpcEndpointService);
  if (services.size() == 1) {
    builder.note(describe(endpoint) + " leads to " + describe(*services.front()) +
                 ", the only endpoint service there is");
    return builder.name_of(*services.front());
  }
  std::string all;
  for (const Resource* one : services) all += (all.empty() ? "" : ", ") + describe(*one);
  builder.mistake(name, found(name),
                  services.empty() ? "there is no endpoint service among the resources"
                                   : "it names none of the endpoint services: " + all);
  return {};
}

void add_endpoint(Builder& builder, const Resource& endpoint, bool is_entry) {
  const Node* const name = endpoint.properties.find("ServiceName");
  if (!name || text_of(endpoint.properties, "VpcEndpointType") != "Interface") return;
  const std::string word = service_word(builder, endpoint, *name);
  if (word.empty()) return;
  Node node =
      builder.members(endpoint, {"ServiceName", "SubnetIds", "SecurityGroupIds", "VpcEndpointType"},
                      {"DnsOptions", "IpAddressType", "ServiceRegion", "RouteTableIds"});
  node.items.push_back(text_like(*name, word, "ServiceName"));
  node.items.push_back(text_like(endpoint.properties, endpoint.account, "Account"));
  node.items.push_back(text_like(endpoint.properties, endpoint.physical_id, "VpcEndpointId"));
  const Node* const vpc = endpoint.properties.find("VpcId");
  if (vpc && model::rules::kVpcId.matches(vpc->text)) node.items.push_back(*vpc);
  if (const Node* const subnets = endpoint.properties.find("SubnetIds")) {
    add_places(builder, endpoint, *subnets, "SubnetIds", node);
  }
  const Node* const groups = endpoint.properties.find("SecurityGroupIds");
  if (groups && (word != "execute-api" || is_entry)) {
    add_security_groups(builder, endpoint, *groups, "SecurityGroupIds", node);
  }
  if (word != "execute-api" && node.find("PolicyDocument")) {
    std::erase_if(node.items, [](const Node& one) { return one.key == "PolicyDocument"; });
    builder.inert_property(endpoint, "PolicyDocument");
  }
  coerce(vpc_endpoint_type(), node);
  builder.add("VpcEndpoints", endpoint, std::move(node));
}

/// Whether its own account has an endpoint of the service, which nobody has to allow.
bool is_used_at_home(const Builder& builder, const Resource& service) {
  const auto all = builder.of(kVpcEndpoint);
  return std::ranges::any_of(all, [&](const Resource* one) {
    return one->account == service.account &&
           text_of(one->properties, "ServiceName").ends_with("." + service.physical_id);
  });
}

void add_principals(Builder& builder, const Resource& service, Node& node) {
  Node allowed = like(service.properties, Node::Kind::list, "AllowedPrincipals");
  for (const Resource* one : builder.of(kPermissions, "ServiceId", service.physical_id)) {
    const Node* const principals = one->properties.find("AllowedPrincipals");
    builder.has_effect(*one);
    if (!principals) continue;
    if (principals->kind != Node::Kind::list) return node.items.push_back(*principals);
    allowed.items.insert(allowed.items.end(), principals->items.begin(), principals->items.end());
  }
  if (is_used_at_home(builder, service)) {
    const std::string own = "arn:aws:iam::" + service.account + ":root";
    const bool there = std::ranges::find(allowed.items, own, &Node::text) != allowed.items.end();
    if (!there) allowed.items.push_back(text_like(allowed, own));
  }
  if (!allowed.items.empty()) node.items.push_back(std::move(allowed));
}

void add_service(Builder& builder, const Resource& service) {
  Node node = builder.members(
      service, {"NetworkLoadBalancerArns", "PrivateDnsName", "GatewayLoadBalancerArns"},
      {"ContributorInsightsEnabled", "PayerResponsibility", "SupportedIpAddressTypes",
       "SupportedRegions"});
  const Node* const balancers = service.properties.find("NetworkLoadBalancerArns");
  if (!balancers || balancers->items.empty()) return;
  if (!builder.leads_somewhere(service)) {
    return builder.note(describe(service) +
                        " has no load balancer with a listener and is left out");
  }
  if (balancers->items.size() > 1) {
    builder.note("of the load balancers of " + describe(service) + " the first one is used");
  }
  auto balancer = builder.reference(balancers->items.front(), kLoadBalancer,
                                    "network load balancer", "NetworkLoadBalancer");
  if (!balancer) return;
  node.items.push_back(std::move(*balancer));
  add_principals(builder, service, node);
  for (const Resource* one : builder.of(kPrivateDnsName, "ServiceId", service.physical_id)) {
    const Node* const name = one->properties.find("PrivateDnsName");
    if (name) node.items.push_back(*name);
  }
  coerce(vpc_endpoint_service_type(), node);
  builder.add("VpcEndpointServices", service, std::move(node));
}

}  // namespace

void project_privatelink(Builder& builder) {
  for (const Resource* one : builder.of(kVpcEndpointService)) add_service(builder, *one);
  const std::vector<const Resource*> entries = builder.entries();
  for (const Resource* one : builder.of(kVpcEndpoint)) {
    add_endpoint(builder, *one, std::ranges::find(entries, one) != entries.end());
  }
}

}  // namespace hoplab::scenario::resources
