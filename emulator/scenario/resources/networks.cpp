#include "scenario/resources/networks.h"

#include "base/address_range.h"
#include "model/text_rule.h"
#include "scenario/format/reader_types.h"
#include "scenario/resources/coerce.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kVpc = "AWS::EC2::VPC";
constexpr std::string_view kIngress = "AWS::EC2::SecurityGroupIngress";
constexpr std::string_view kThisMachine = "127.0.0.0/8";
constexpr std::string_view kEverybody = "0.0.0.0/0";

bool overlap(const AddressRange& a, const AddressRange& b) {
  return a.contains(b.network) || b.contains(a.network);
}

/// A VPC's addresses are its own, a scenario's are everybody's.
bool is_free(Builder& builder, const std::string& cidr) {
  const auto range = parse_range(cidr);
  if (!range) return true;  // the reader says what is wrong
  for (const Node& one : builder.section("Subnets").items) {
    const auto taken = parse_range(text_of(one, "CidrBlock"));
    if (taken && overlap(taken.value(), range.value())) return false;
  }
  return true;
}

/// Whether the scenario has it, or can.
bool add_subnet(Builder& builder, const Resource& subnet) {
  Node& section = builder.section("Subnets");
  if (section.find(builder.name_of(subnet))) return true;
  const Node* const cidr = subnet.properties.find("CidrBlock");
  if (!cidr || cidr->kind != Node::Kind::text || !is_free(builder, cidr->text)) {
    builder.has_effect(subnet);
    return false;
  }
  Node node = object_like(subnet.properties, "");
  const std::string zone = zone_of(text_of(subnet.properties, "AvailabilityZone"), subnet.region);
  node.items.push_back(text_like(subnet.properties, zone, "AvailabilityZone"));
  node.items.push_back(*cidr);
  builder.add("Subnets", subnet, std::move(node));
  return true;
}

bool is_in_a_vpc(const Builder& builder, const std::string& cidr) {
  const auto range = parse_range(cidr);
  if (!range || range.value().prefix_bits == 96) return false;
  bool any = false;
  for (const Resource* vpc : builder.of(kVpc)) {
    const auto block = parse_range(text_of(vpc->properties, "CidrBlock"));
    if (!block) continue;
    any = true;
    if (overlap(block.value(), range.value())) return true;
  }
  if (any) return false;
  for (const std::string_view one : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}) {
    if (overlap(parse_range(one).value(), range.value())) return true;
  }
  return false;
}

/// Clients stand in the VPC on AWS and on this machine here.
void add_rule(Builder& builder, const Resource& group, const Node& from, Node& rules) {
  const std::string protocol = text_of(from, "IpProtocol");
  const bool all = protocol == "-1";
  if (!all && protocol != "tcp" && protocol != "6") {
    return builder.inert_property(group, "SecurityGroupIngress for " + protocol);
  }
  Node rule = object_like(from, "");
  rule.items.push_back(text_like(from, all ? "-1" : "tcp", "IpProtocol"));
  for (const std::string_view name : {"FromPort", "ToPort"}) {
    const Node* const port = from.find(name);
    if (port && !all) rule.items.push_back(*port);
  }
  const auto add = [&](std::string_view cidr, const Node& place) {
    Node one = rule;
    one.items.push_back(text_like(place, std::string(cidr), "CidrIp"));
    coerce(*security_group_type().properties.front().type.item->object, one);
    rules.items.push_back(std::move(one));
  };
  if (const Node* const cidr = from.find("CidrIp")) {
    add(cidr->text, *cidr);
    if (!is_in_a_vpc(builder, cidr->text)) return;
    builder.note(
        "security groups that let a VPC's addresses in let in those of this machine, 127.0.0.0/8");
    return add(kThisMachine, *cidr);
  }
  for (const std::string_view name :
       {"SourceSecurityGroupId", "SourceSecurityGroupName", "SourcePrefixListId"}) {
    const Node* const source = from.find(name);
    if (!source) continue;
    builder.note("security groups that let in another group or a prefix list let everybody in");
    return add(kEverybody, *source);
  }
  builder.inert_property(group, "SecurityGroupIngress for IPv6");
}

void add_group(Builder& builder, const Resource& group) {
  if (builder.section("SecurityGroups").find(builder.name_of(group))) return;
  Node node = object_like(group.properties, "");
  Node rules = object_like(group.properties, "SecurityGroupIngress");
  rules.kind = Node::Kind::list;
  if (const Node* const inlined = group.properties.find("SecurityGroupIngress")) {
    for (const Node& one : inlined->items) add_rule(builder, group, one, rules);
  }
  for (const Resource* one : builder.of(kIngress, "GroupId", group.physical_id)) {
    builder.has_effect(*one);
    add_rule(builder, *one, one->properties, rules);
  }
  node.items.push_back(std::move(rules));
  builder.add("SecurityGroups", group, std::move(node));
}

}  // namespace

std::string zone_of(const std::string& zone, const std::string& region) {
  const bool letter = !zone.empty() && zone.back() >= 'a' && zone.back() <= 'z';
  if (model::rules::kAvailabilityZone.matches(zone)) return zone;
  return region + (letter ? zone.back() : 'a');
}

void add_places(Builder& builder, const Resource& resource, const Node& ids,
                std::string_view member, Node& node) {
  Node names = object_like(ids, member);
  names.kind = Node::Kind::list;
  Node zones = renamed(names, "AvailabilityZones");
  bool all_are_there = true;
  char next = 'a';
  for (const Node& id : ids.items) {
    const Resource* const subnet = builder.find(kSubnet, id.text);
    if (!subnet) {
      all_are_there = false;
      zones.items.push_back(text_like(id, resource.region + next++));
      continue;
    }
    all_are_there &= add_subnet(builder, *subnet);
    names.items.push_back(text_like(id, builder.name_of(*subnet)));
    zones.items.push_back(
        text_like(id, zone_of(text_of(subnet->properties, "AvailabilityZone"), resource.region)));
    next = static_cast<char>(zones.items.back().text.back() + 1);
  }
  if (zones.items.empty()) return;
  node.items.push_back(all_are_there ? std::move(names) : std::move(zones));
}

void add_security_groups(Builder& builder, const Resource& resource, const Node& ids,
                         std::string_view member, Node& node) {
  Node names = object_like(ids, member);
  names.kind = Node::Kind::list;
  for (const Node& id : ids.items) {
    if (builder.find(kSecurityGroup, id.text)) continue;
    return builder.note("everybody may connect to " + describe(resource) + ": its security group " +
                        id.text + " is not among the resources");
  }
  for (const Node& id : ids.items) {
    const Resource* const group = builder.find(kSecurityGroup, id.text);
    add_group(builder, *group);
    names.items.push_back(text_like(id, builder.name_of(*group)));
  }
  if (!names.items.empty()) node.items.push_back(std::move(names));
}

}  // namespace hoplab::scenario::resources
