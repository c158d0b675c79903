// Target groups and their targets.
#include <algorithm>

#include "base/address_range.h"
#include "scenario/format/reader_types.h"
#include "scenario/resources/backends.h"
#include "scenario/resources/coerce.h"
#include "scenario/resources/networks.h"

namespace hoplab::scenario::resources {
namespace {

bool is_execute_api(const Resource& endpoint) {
  return text_of(endpoint.properties, "ServiceName").ends_with(".execute-api") &&
         text_of(endpoint.properties, "VpcEndpointType") == "Interface";
}

/// A network interface of an execute-api endpoint.
struct Interface {
  const Resource* endpoint = nullptr;
  std::string zone;
};

/// What says its address, as a front end knows it.
std::optional<Interface> interface_with(const Builder& builder, const std::string& address) {
  for (const Resource* endpoint : builder.of(kVpcEndpoint)) {
    const Node* const all = endpoint->attributes.find("NetworkInterfaces");
    if (!all || !is_execute_api(*endpoint)) continue;
    for (const Node& one : all->items) {
      if (text_of(one, "PrivateIpAddress") != address) continue;
      const Resource* const subnet = builder.find(kSubnet, text_of(one, "SubnetId"));
      const std::string zone = subnet ? text_of(subnet->properties, "AvailabilityZone") : "";
      return Interface{endpoint, zone_of(zone, endpoint->region)};
    }
  }
  return std::nullopt;
}

/// An address in a subnet in which exactly one execute-api endpoint has an interface is that
/// interface's (blog-and-sample.md 7.2).
std::optional<Interface> interface_around(const Builder& builder, const std::string& text) {
  const auto address = parse_ip(text);
  if (!address) return std::nullopt;
  std::vector<Interface> all;
  for (const Resource* endpoint : builder.of(kVpcEndpoint)) {
    const Node* const subnets = endpoint->properties.find("SubnetIds");
    if (!subnets || !is_execute_api(*endpoint)) continue;
    for (const Node& id : subnets->items) {
      const Resource* const subnet = builder.find(kSubnet, id.text);
      if (!subnet) continue;
      const auto block = parse_range(text_of(subnet->properties, "CidrBlock"));
      if (!block || !block.value().contains(*address)) continue;
      const std::string zone = text_of(subnet->properties, "AvailabilityZone");
      all.push_back({endpoint, zone_of(zone, endpoint->region)});
    }
  }
  return all.size() == 1 ? std::optional(all.front()) : std::nullopt;
}

/// The targets of a group as the scenario has them.
class Targets {
 public:
  Targets(Builder& builder, const Resource& group)
      : builder_(builder), group_(group), type_(text_of(group.properties, "TargetType")) {
    list_ = object_like(group.properties, "Targets");
    list_.kind = Node::Kind::list;
  }

  void add(const Node& from) {
    const Node* const id = from.find("Id");
    if (!id || id->kind != Node::Kind::text) {
      return builder_.mistake(from, {}, "a target needs an Id");
    }
    if (!unknown_part(id->text).empty()) {
      list_.items.push_back(*id);
    } else if (type_ == "alb") {
      const Resource* const balancer = builder_.find(kLoadBalancer, id->text);
      if (balancer && !builder_.takes_connections(*balancer)) return;
      if (auto name = builder_.reference(*id, kLoadBalancer, "application load balancer", "")) {
        list_.items.push_back(std::move(*name));
      }
    } else if (type_ == "lambda") {
      add_function(*id);
    } else if (type_ == "ip") {
      add_address(*id, from.find("Port"));
    } else {
      add_service(*id, builder_.find("AWS::EC2::Instance", id->text));
    }
  }

  void add_service(const Node& id, const Resource* resource) {
    list_.items.push_back(text_like(id, service_for(builder_, id.text, resource)));
  }

  /// A function that nobody runs is answered for by a service.
  [[nodiscard]] bool without_function() const { return without_function_; }
  Node take() { return std::move(list_); }

 private:
  void add_function(const Node& id) {
    const std::string name = function_for(builder_, id.text);
    without_function_ = name.empty();
    if (!without_function_) return list_.items.push_back(text_like(id, name));
    const Resource* const function = find_function(builder_, id.text);
    add_service(id, function);
  }

  /// On this machine, where there may be a server.
  void add_own(const Node& id, const Node* port) {
    if (!port) port = group_.properties.find("Port");
    const std::string number = !port                               ? "80"
                               : port->kind == Node::Kind::integer ? std::to_string(port->integer)
                                                                   : port->text;
    list_.items.push_back(text_like(id, service_at(builder_, id.text + ":" + number)));
  }

  void add_address(const Node& id, const Node* port) {
    if (has_service(builder_, id.text, nullptr)) return add_service(id, nullptr);
    if (model::rules::kLoopbackIp.matches(id.text)) return add_own(id, port);
    auto found = interface_with(builder_, id.text);
    if (!found) found = interface_around(builder_, id.text);
    if (!found && builder_.overrides.hosts_may_be_gone) {
      list_.items.push_back(text_like(id, silent_host(builder_, id.text)));
      return;
    }
    if (!found) {
      return builder_.mistake(id, hoplab::scenario::found(id),
                              "nothing among the resources has this address; bind a service to it");
    }
    Node target = object_like(id, "");
    target.items.push_back(text_like(id, builder_.name_of(*found->endpoint), "Id"));
    target.items.push_back(text_like(id, found->zone, "AvailabilityZone"));
    const std::string json = to_json(target);
    const bool there =
        std::ranges::any_of(list_.items, [&](const Node& one) { return to_json(one) == json; });
    if (!there) list_.items.push_back(std::move(target));
  }

  Builder& builder_;
  const Resource& group_;
  std::string type_;
  Node list_;
  bool without_function_ = false;
};

/// Services of ECS and groups of instances register what they start.
void add_registered(Builder& builder, const Resource& group, Targets& targets) {
  for (const Resource* service : builder.of("AWS::ECS::Service")) {
    const Node* const balancers = service->properties.find("LoadBalancers");
    if (!balancers) continue;
    for (const Node& one : balancers->items) {
      if (text_of(one, "TargetGroupArn") != group.physical_id) continue;
      targets.add_service(text_like(one, service->physical_id), service);
    }
  }
  for (const Resource* instances : builder.of("AWS::AutoScaling::AutoScalingGroup")) {
    const Node* const groups = instances->properties.find("TargetGroupARNs");
    if (!groups) continue;
    for (const Node& one : groups->items) {
      if (one.text != group.physical_id) continue;
      targets.add_service(text_like(one, instances->physical_id), instances);
    }
  }
}

void add_target_group(Builder& builder, const Resource& group) {
  Targets targets(builder, group);
  if (const Node* const own = group.properties.find("Targets")) {
    for (const Node& one : own->items) targets.add(one);
  }
  for (const Resource* one :
       builder.of(kTargetGroupAttachment, "TargetGroupArn", group.physical_id)) {
    const Node* const more = one->properties.find("Targets");
    if (!more) continue;
    for (const Node& target : more->items) targets.add(target);
  }
  add_registered(builder, group, targets);
  Node node = builder.members(group, {"Targets", "TargetGroupAttributes", "TargetType"},
                              {"IpAddressType", "TargetControlPort"});
  const std::string type = text_of(group.properties, "TargetType");
  if (targets.without_function()) {
    node.items.push_back(text_like(node, "HTTP", "Protocol"));
    node.items.push_back(renamed(node_of(80), "Port"));
    node.items.push_back(text_like(node, "ip", "TargetType"));
  } else {
    node.items.push_back(text_like(node, type.empty() ? "instance" : type, "TargetType"));
    if (const Node* const attributes = group.properties.find("TargetGroupAttributes")) {
      node.items.push_back(attributes_object(*attributes, "TargetGroupAttributes"));
    }
  }
  node.items.push_back(targets.take());
  coerce(target_group_type(), node);
  builder.add("TargetGroups", group, std::move(node));
}

}  // namespace

void project_target_groups(Builder& builder) {
  for (const Resource* one : builder.of(kTargetGroup)) add_target_group(builder, *one);
}

}  // namespace hoplab::scenario::resources
