#include "scenario/terraform/spread.h"

#include <algorithm>
#include <map>
#include <set>

#include "scenario/resources/builder.h"
#include "scenario/terraform/mapping.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::text_of;

constexpr std::string_view kIngressRule = "aws_vpc_security_group_ingress_rule";
constexpr std::string_view kGroupRule = "aws_security_group_rule";

/// Peers as a rule within a group and an aws_security_group_rule have them, and as one rule has
/// one.
constexpr std::pair<std::string_view, std::string_view> kPeers[] = {
    {"cidr_blocks", "cidr_ipv4"},
    {"ipv6_cidr_blocks", "cidr_ipv6"},
    {"prefix_list_ids", "prefix_list_id"},
    {"security_groups", "referenced_security_group_id"},
    {"source_security_group_id", "referenced_security_group_id"},
};

/// An instance that only stands for a part of `of`.
Instance part_of(const Instance& of, std::string_view type, const Node& place) {
  Instance part = of;
  part.type = type;
  part.attributes = object_like(place, "");
  return part;
}

void add_peer(const Instance& of, const Node& rule, const std::string& group, std::string_view peer,
              const Node& value, std::vector<Instance>& into) {
  Instance one = part_of(of, kIngressRule, rule);
  Node& attributes = one.attributes;
  attributes.items.push_back(text_like(rule, group, "security_group_id"));
  attributes.items.push_back(text_like(rule, text_of(rule, "protocol"), "ip_protocol"));
  for (const std::string_view port : {"from_port", "to_port"}) {
    if (const Node* const number = rule.find(port)) attributes.items.push_back(*number);
  }
  attributes.items.push_back(renamed(value, peer));
  const std::string id = of.address + " " + std::to_string(into.size());
  attributes.items.push_back(text_like(rule, id, "id"));
  into.push_back(std::move(one));
}

void add_peers(const Instance& of, const Node& rule, const std::string& group,
               std::vector<Instance>& into) {
  for (const auto& [several, one] : kPeers) {
    const Node* const value = attribute_at(rule, several);
    if (!value) continue;
    if (value->kind != Node::Kind::list) {
      add_peer(of, rule, group, one, *value, into);
      continue;
    }
    for (const Node& peer : value->items) add_peer(of, rule, group, one, peer, into);
  }
  const Node* const self = rule.find("self");
  if (self && self->boolean) {
    add_peer(of, rule, group, "referenced_security_group_id", text_like(*self, group), into);
  }
}

/// After a refresh a group has the rules that are resources of their own once more.
std::set<std::string> groups_with_rules(const std::vector<Instance>& all) {
  std::set<std::string> groups;
  for (const Instance& one : all) {
    const bool rule = one.type == kIngressRule ||
                      (one.type == kGroupRule && text_of(one.attributes, "type") == "ingress");
    if (rule) groups.insert(text_of(one.attributes, "security_group_id"));
  }
  return groups;
}

void add_rules(const Instance& one, const std::set<std::string>& apart,
               std::vector<Instance>& into) {
  const Node& attributes = one.attributes;
  if (one.type == kGroupRule && text_of(attributes, "type") == "ingress") {
    add_peers(one, attributes, text_of(attributes, "security_group_id"), into);
  }
  const bool group = one.type == "aws_security_group" || one.type == "aws_default_security_group";
  const Node* const rules = group ? attributes.find("ingress") : nullptr;
  const std::string id = text_of(attributes, "id");
  if (!rules || apart.contains(id)) return;
  for (const Node& rule : rules->items) add_peers(one, rule, id, into);
}

void add_permissions(const Instance& service, const std::vector<Instance>& all,
                     std::vector<Instance>& into) {
  const std::string id = text_of(service.attributes, "id");
  Instance one = part_of(service, "permissions of an aws_vpc_endpoint_service", service.attributes);
  Node principals = object_like(service.attributes, "principals");
  principals.kind = Node::Kind::list;
  std::set<std::string> names;
  const auto add = [&](const Node& principal) {
    if (!names.insert(principal.text).second) return;
    principals.items.push_back(renamed(principal, ""));
  };
  if (const Node* const own = attribute_at(service.attributes, "allowed_principals")) {
    for (const Node& principal : own->items) add(principal);
  }
  for (const Instance& other : all) {
    if (other.type != "aws_vpc_endpoint_service_allowed_principal") continue;
    if (text_of(other.attributes, "vpc_endpoint_service_id") != id) continue;
    if (const Node* const principal = other.attributes.find("principal_arn")) add(*principal);
  }
  if (names.empty()) return;
  one.attributes.items.push_back(text_like(one.attributes, id, "vpc_endpoint_service_id"));
  one.attributes.items.push_back(text_like(one.attributes, "permissions of " + id, "id"));
  one.attributes.items.push_back(std::move(principals));
  into.push_back(std::move(one));
}

bool is_verified(const Instance& service, const std::vector<Instance>& all) {
  const Node* const state =
      attribute_at(service.attributes, "private_dns_name_configuration.state");
  if (state && state->text == "verified") return true;
  const std::string id = text_of(service.attributes, "id");
  return std::ranges::any_of(all, [&](const Instance& one) {
    return one.type == "aws_vpc_endpoint_service_private_dns_verification" &&
           text_of(one.attributes, "service_id") == id;
  });
}

void add_private_dns_name(const Instance& service, const std::vector<Instance>& all,
                          std::vector<Instance>& into, std::vector<std::string>& notes) {
  const Node* const name = attribute_at(service.attributes, "private_dns_name");
  if (!name) return;
  if (!is_verified(service, all)) {
    notes.push_back("the private DNS name " + name->text + " of " + service.address +
                    " is not verified and leads nowhere");
    return;
  }
  const std::string id = text_of(service.attributes, "id");
  Instance one =
      part_of(service, "private DNS name of an aws_vpc_endpoint_service", service.attributes);
  one.attributes.items.push_back(*name);
  one.attributes.items.push_back(text_like(*name, id, "service_id"));
  one.attributes.items.push_back(text_like(*name, name->text + " of " + id, "id"));
  into.push_back(std::move(one));
}

/// CloudFormation has the ARN of a private domain name where Terraform has its name and its id.
void add_domain_name_arn(Instance& mapping, const std::map<std::string, Node>& arns) {
  const std::string id = text_of(mapping.attributes, "domain_name_id");
  const auto arn = arns.find(text_of(mapping.attributes, "domain_name") + "+" + id);
  if (id.empty() || arn == arns.end()) return;
  mapping.attributes.items.push_back(renamed(arn->second, "domain_name_arn"));
}

void add_domain_name_arns(std::vector<Instance>& all) {
  std::map<std::string, Node> arns;  // by name and id
  for (const Instance& one : all) {
    const Node* const arn = one.attributes.find("arn");
    if (one.type != "aws_api_gateway_domain_name" || !arn) continue;
    arns[text_of(one.attributes, "domain_name") + "+" + text_of(one.attributes, "domain_name_id")] =
        *arn;
  }
  for (Instance& one : all) {
    if (one.type == "aws_api_gateway_base_path_mapping") add_domain_name_arn(one, arns);
  }
}

}  // namespace

void spread(std::vector<Instance>& all, std::vector<std::string>& notes) {
  add_domain_name_arns(all);
  const std::set<std::string> apart = groups_with_rules(all);
  std::vector<Instance> parts;
  for (const Instance& one : all) {
    if (one.data) continue;
    add_rules(one, apart, parts);
    if (one.type != "aws_vpc_endpoint_service") continue;
    add_permissions(one, all, parts);
    add_private_dns_name(one, all, parts, notes);
  }
  std::erase_if(all, [](const Instance& one) {
    return one.type == kGroupRule && text_of(one.attributes, "type") == "ingress";
  });
  std::move(parts.begin(), parts.end(), std::back_inserter(all));
}

}  // namespace hoplab::scenario::terraform
