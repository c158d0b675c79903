#include "scenario/terraform/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "scenario/resources/builder.h"
#include "scenario/terraform/made_up.h"
#include "scenario/terraform/mapping.h"
#include "scenario/terraform/places.h"
#include "scenario/terraform/plan_providers.h"
#include "scenario/terraform/references.h"
#include "scenario/terraform/state_file.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::text_of;

constexpr std::string_view kUsualRegion = "eu-west-1";
constexpr std::string_view kAllowAll =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
    R"("Action":"execute-api:Invoke","Resource":"execute-api:/*"}]})";

/// Attributes that are what they refer to, and no text made of it.
bool refers(std::string_view attribute) {
  constexpr std::string_view kEnds[] = {"_id",         "_ids",   "_arn",      "_arns",
                                        "subnets",     "bucket", "_key",      "security_groups",
                                        "cidr_blocks", "_name",  "cidr_ipv4", "http_method"};
  constexpr std::string_view kNames[] = {"service_name", "key",
                                         "arn",          "principals",
                                         "status_code",  "vpc_endpoint_ids",
                                         "name",         "access_association_source"};
  return std::ranges::any_of(kEnds, [&](auto end) { return attribute.ends_with(end); }) ||
         std::ranges::find(kNames, attribute) != std::end(kNames);
}

/// The only resource of a type is meant where a plan does not say which: in dynamic blocks and
/// behind locals.
struct OnlyOne {
  std::string_view attribute, type, only;
};
constexpr OnlyOne kOnlyOne[] = {
    {"trust_store_arn", "aws_lb_trust_store", ""},
    {"certificate_arn", "aws_acm_certificate", ""},
    {"target_group_arn", "aws_lb_target_group", ""},
    {"listener_arn", "aws_lb_listener", ""},
    {"load_balancer_arn", "aws_lb", ""},
    {"network_load_balancer_arns", "aws_lb", "load_balancer_type=network"},
    {"rest_api_id", "aws_api_gateway_rest_api", ""},
};

bool begins(const Attribute& one, const std::string& path) {
  return path == one.from || path.starts_with(std::string(one.from) + ".");
}

/// Whether a table has the attribute.
bool has_effect(const Instance& instance, const std::string& path) {
  const auto is = [&](const Attribute& one) { return begins(one, path); };
  if (const Mapping* const mapping = find_mapping(instance.type, instance.attributes)) {
    return std::ranges::any_of(mapping->attributes, is) ||
           std::ranges::any_of(mapping->keyed.attributes, is);
  }
  for (const auto& joins : all_joins()) {
    for (const Join& join : joins) {
      if (join.terraform == instance.type && std::ranges::any_of(join.attributes, is)) return true;
    }
  }
  return false;
}

class Plan {
 public:
  explicit Plan(const Node& root) : root_(root) {}

  Workspace read() {
    read_instances();
    read_providers(root_, workspace_.instances);
    const Node* const configuration = root_.find("configuration");
    const Node* const module = configuration ? configuration->find("root_module") : nullptr;
    const Node none = object_node();
    const References references(module ? *module : none, workspace_.instances);
    give_providers(references, workspace_.instances);
    find_account_of_consumer(workspace_);
    make_up_all();
    // What refers to a reference is known after it.
    constexpr int kPasses = 6;
    for (int i = 0; i < kPasses && resolve_all(references, false); ++i) make_up_interfaces();
    resolve_all(references, true);
    find_only_ones();
    allow_unknown_policies();
    note_unknown();
    return std::move(workspace_);
  }

 private:
  void read_instances() {
    const Node* const values = root_.find("planned_values");
    const Node* const module = values ? values->find("root_module") : nullptr;
    if (module) read_modules(*module, workspace_.instances);
    const Node* const prior = root_.find("prior_state");
    const Node* const before = prior ? prior->find("values") : nullptr;
    const Node* const there = before ? before->find("root_module") : nullptr;
    std::vector<Instance> all;
    if (there) read_modules(*there, all);
    std::ranges::copy_if(all, std::back_inserter(workspace_.instances), &Instance::data);
    const Node* const changes = root_.find("resource_changes");
    if (!changes) return;
    for (const Node& one : changes->items) {
      const Node* const change = one.find("change");
      const Node* const unknown = change ? change->find("after_unknown") : nullptr;
      if (unknown) unknown_[text_of(one, "address")] = unknown;
    }
  }

  void make_up_all() {
    const Places places(workspace_.instances, std::string(kUsualRegion));
    for (Instance& one : workspace_.instances) {
      if (one.data) continue;
      // Places are found again for the whole, where ids tell them.
      const std::string account = places.account_of(one), region = places.region_of(one);
      make_up(one, account, region);
      const bool endpoint = one.type == "aws_vpc_endpoint";
      if (endpoint) set_attribute(one, "owner_id", account);
    }
  }

  void make_up_interfaces() {
    for (Instance& endpoint : workspace_.instances) {
      const Node* const subnets = attribute_at(endpoint.attributes, "subnet_ids");
      if (endpoint.type != "aws_vpc_endpoint" || !subnets) continue;
      if (attribute_at(endpoint.attributes, "subnet_configuration")) continue;
      Node all = object_like(*subnets, "subnet_configuration");
      all.kind = Node::Kind::list;
      Node ids = renamed(all, "network_interface_ids");
      for (const Node& id : subnets->items) {
        Node one = object_like(id, "");
        one.items.push_back(text_like(id, id.text, "subnet_id"));
        const std::string address = address_within(block_of_subnet(id.text), endpoint.address);
        if (!address.empty()) one.items.push_back(text_like(id, address, "ipv4"));
        all.items.push_back(std::move(one));
        ids.items.push_back(text_like(id, "eni of " + id.text + " " + endpoint.address));
      }
      set(endpoint.attributes, std::move(all));
      set(endpoint.attributes, std::move(ids));
    }
  }

  [[nodiscard]] std::string block_of_subnet(const std::string& id) const {
    for (const Instance& one : workspace_.instances) {
      if (one.type == "aws_subnet" && text_of(one.attributes, "id") == id) {
        return text_of(one.attributes, "cidr_block");
      }
    }
    return {};
  }

  static void set(Node& object, Node value) {
    std::erase_if(object.items, [&](const Node& one) { return one.key == value.key; });
    object.items.push_back(std::move(value));
  }

  /// Whether anything became known. `last`: what stays unknown is said.
  bool resolve_all(const References& references, bool last) {
    bool any = false;
    for (Instance& one : workspace_.instances) {
      const Node* const block = one.data ? nullptr : references.block_of(one);
      const Node* const expressions = block ? block->find("expressions") : nullptr;
      if (!expressions) continue;
      Node attributes = one.attributes;
      if (resolve(references, one, *expressions, attributes, "", last)) any = true;
      one.attributes = std::move(attributes);
    }
    return any;
  }

  bool resolve(const References& references, const Instance& of, const Node& expressions,
               Node& values, const std::string& path, bool last) {
    bool any = false;
    for (const Node& one : expressions.items) {
      Node* const there = values.find(one.key);
      const bool nested = one.kind == Node::Kind::list;
      if (nested && there && there->kind == Node::Kind::list) {
        const std::size_t count = std::min(one.items.size(), there->items.size());
        for (std::size_t i = 0; i < count; ++i) {
          any |= resolve(references, of, one.items[i], there->items[i], path + one.key + ".", last);
        }
      } else if (!nested && one.find("references") && !attribute_at(values, one.key)) {
        any |= resolve_one(references, of, one, values, path, last);
      }
    }
    return any;
  }

  bool resolve_one(const References& references, const Instance& of, const Node& expression,
                   Node& values, const std::string& path, bool last) {
    const std::string& name = expression.key;
    if (const Node* const there = values.find(name); there && !is_unknown(of, path + name)) {
      return false;  // it is known to be nothing
    }
    const bool uri = name == "uri" || name == "authorizer_uri" || name == "target_id";
    std::vector<Node> found;
    if (refers(name) || uri) found = references.values(of, name, expression);
    std::vector<Node> flat;
    for (Node& one : found) {
      if (one.kind == Node::Kind::list) {
        std::move(one.items.begin(), one.items.end(), std::back_inserter(flat));
      } else {
        flat.push_back(std::move(one));
      }
    }
    if (flat.empty()) {
      if (last) left_unknown_.emplace(of.address, path + name);
      return false;
    }
    Node value = flat.front();
    if (is_plural(name)) {
      value = object_like(expression, name);
      value.kind = Node::Kind::list;
      for (Node& one : flat) value.items.push_back(renamed(std::move(one), ""));
    }
    set(values, renamed(std::move(value), name));
    return true;
  }

  [[nodiscard]] bool is_unknown(const Instance& of, const std::string& path) const {
    const auto found = unknown_.find(of.address);
    if (found == unknown_.end()) return false;
    const Node* const node = attribute_at(*found->second, path);
    return node && node->kind == Node::Kind::boolean && node->boolean;
  }

  void find_only_ones() {
    for (Instance& one : workspace_.instances) {
      const auto unknown = unknown_.find(one.address);
      if (!one.data && unknown != unknown_.end()) {
        fill(one.address, *unknown->second, one.attributes, "");
      }
    }
  }

  /// Of what has an effect here.
  void note_unknown() {
    for (const Instance& one : workspace_.instances) {
      for (const auto& [address, attribute] : left_unknown_) {
        if (address != one.address || !has_effect(one, attribute)) continue;
        workspace_.notes.push_back(address + ": " + attribute +
                                   " is known only when the plan is applied; a state has it");
      }
    }
  }

  void fill(const std::string& address, const Node& unknown, Node& values,
            const std::string& path) {
    for (const Node& one : unknown.items) {
      Node* const there = values.find(one.key);
      if (one.kind == Node::Kind::list && there && there->kind == Node::Kind::list) {
        const std::size_t count = std::min(one.items.size(), there->items.size());
        for (std::size_t i = 0; i < count; ++i) {
          fill(address, one.items[i], there->items[i], path + one.key + ".");
        }
      } else if (one.kind == Node::Kind::boolean && one.boolean && !attribute_at(values, one.key)) {
        fill_one(address, one.key, values, path);
      }
    }
  }

  void fill_one(const std::string& address, const std::string& name, Node& values,
                const std::string& path) {
    const auto kind = std::ranges::find(kOnlyOne, name, &OnlyOne::attribute);
    if (kind == std::end(kOnlyOne)) return;
    const Instance* only = nullptr;
    for (const Instance& one : workspace_.instances) {
      if (one.type != kind->type || one.data || !is_one_of(one.attributes, kind->only)) continue;
      if (only) return;
      only = &one;
    }
    const bool id = name.ends_with("_id");
    // Computed attributes that nobody sets have none of these names but in blocks.
    if (!only || only->address == address) return;
    const std::string target = only->address;
    Node value = text_like(values, text_of(only->attributes, id ? "id" : "arn"), name);
    if (is_plural(name)) value = renamed(list_node({renamed(value, "")}), name);
    set(values, std::move(value));
    left_unknown_.erase({address, path + name});
    workspace_.notes.push_back(address + ": " + path + name + " is " + target +
                               ", the only one there is");
  }

  /// jsonencode() hides what a policy says of an endpoint that is not there yet.
  void allow_unknown_policies() {
    for (Instance& one : workspace_.instances) {
      const bool policy = one.type == "aws_api_gateway_rest_api_policy" ||
                          (one.type == "aws_api_gateway_rest_api" && is_unknown(one, "policy") &&
                           left_unknown_.contains({one.address, "policy"}));
      if (!policy || attribute_at(one.attributes, "policy")) continue;
      set(one.attributes, text_like(one.attributes, std::string(kAllowAll), "policy"));
      left_unknown_.erase({one.address, "policy"});
      workspace_.notes.push_back("everybody may call the API of " + one.address +
                                 ": a plan does not say what its policy will be; a state does");
    }
  }

  const Node& root_;
  Workspace workspace_;
  std::map<std::string, const Node*> unknown_;  // by address
  std::set<std::pair<std::string, std::string>> left_unknown_;
};

}  // namespace

Workspace read_plan(const Node& root) {
  return Plan(root).read();
}

}  // namespace hoplab::scenario::terraform
