#include "scenario/terraform/references.h"

#include <algorithm>

#include "scenario/resources/builder.h"
#include "scenario/terraform/mapping.h"
#include "scenario/terraform/state_file.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::text_of;

constexpr int kDeepest = 24;
constexpr int kMostSteps = 1000;

/// The parts between dots, indexes left out: "aws_subnet", "p", "id" of aws_subnet.p[0].id.
std::vector<std::string> parts_of(const std::string& reference) {
  std::vector<std::string> parts(1);
  for (const char c : without_indexes(reference)) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// "0" of "aws_subnet.p[0].id", "a" of "aws_subnet.p[\"a\"].id"; empty: it has none.
std::string index_in(const std::string& reference) {
  const auto begin = reference.find('['), end = reference.find(']', begin);
  if (end == std::string::npos) return {};
  std::string index = reference.substr(begin + 1, end - begin - 1);
  std::erase(index, '"');
  return index == "*" ? std::string() : index;
}

/// Where a reference names a resource and not an attribute of it: the one that `attribute` is to
/// have.
std::string_view attribute_for(std::string_view attribute) {
  if (attribute.ends_with("arn") || attribute.ends_with("arns")) return "arn";
  return "id";
}

/// Instances of one block in several instances of a module: of those only its own.
bool in_same_module(const Instance& one, const Instance& of) {
  const bool same_block = without_indexes(one.module) == without_indexes(of.module);
  return !same_block || one.module == of.module;
}

/// The text references of an expression, without those that only begin others.
std::vector<std::string> references_in(const Node& expression) {
  std::vector<std::string> all;
  const Node* const list = expression.find("references");
  if (!list) return all;
  for (const Node& one : list->items) {
    const bool begins = std::ranges::any_of(
        all, [&](const std::string& other) { return other.starts_with(one.text + "."); });
    if (!begins && !one.text.empty()) all.push_back(one.text);
  }
  return all;
}

}  // namespace

bool is_plural(std::string_view attribute) {
  constexpr std::string_view kEnds[] = {"_ids",        "_arns",      "subnets", "security_groups",
                                        "cidr_blocks", "principals", "values",  "names"};
  return std::ranges::any_of(kEnds, [&](std::string_view end) { return attribute.ends_with(end); });
}

std::string without_indexes(std::string_view address) {
  std::string text;
  int within = 0;
  for (const char c : address) {
    within += c == '[';
    if (within == 0) text += c;
    within -= c == ']' && within > 0;
  }
  return text;
}

References::References(const Node& root_module, std::vector<Instance>& instances)
    : instances_(instances) {
  add_scope(root_module, nullptr, nullptr, "", 0);
  for (std::size_t i = 0; i < instances.size(); ++i) {
    blocks_[without_indexes(instances[i].address)].instances.push_back(i);
  }
}

void References::add_scope(const Node& module, const Scope* parent, const Node* call,
                           const std::string& address, int depth) {
  scopes_.push_back(std::make_unique<Scope>(Scope{&module, address, parent, call}));
  const Scope* const scope = scopes_.back().get();
  const std::string start = address.empty() ? "" : address + ".";
  if (const Node* const all = module.find("resources")) {
    for (const Node& one : all->items) {
      const bool data = text_of(one, "mode") == "data";
      const std::string type = usual_type(text_of(one, "type"));
      const std::string name = start + (data ? "data." : "") + type + "." + text_of(one, "name");
      blocks_[name] = {&one, scope, {}};
    }
  }
  const Node* const calls = module.find("module_calls");
  if (!calls || depth > kDeepest) return;
  for (const Node& one : calls->items) {
    const Node* const called = one.find("module");
    if (called) add_scope(*called, scope, &one, start + "module." + one.key, depth + 1);
  }
}

const Node* References::block_of(const Instance& instance) const {
  const auto found = blocks_.find(without_indexes(instance.address));
  return found == blocks_.end() ? nullptr : found->second.configuration;
}

std::vector<Node> References::values(const Instance& of, std::string_view attribute,
                                     const Node& expression) const {
  std::vector<Node> all;
  const auto block = blocks_.find(without_indexes(of.address));
  Search search{of, attribute, all, 0, {}};
  if (block != blocks_.end() && block->second.scope) {
    follow(*block->second.scope, expression, search);
  }
  return all;
}

void References::follow(const Scope& scope, const Node& expression, Search& search) const {
  if (const Node* const constant = expression.find("constant_value")) {
    search.into.push_back(*constant);
    return;
  }
  const std::vector<std::string> all = references_in(expression);
  const bool of_same_index = std::ranges::any_of(all, [](const std::string& one) {
    return one == "count.index" || one == "each.key" || one.starts_with("each.value");
  });
  for (const std::string& one : all) {
    if (++search.steps > kMostSteps) return;
    follow_one(scope, one, of_same_index, search);
  }
}

void References::follow_one(const Scope& scope, const std::string& reference, bool of_same_index,
                            Search& search) const {
  const std::vector<std::string> parts = parts_of(reference);
  if (parts.size() < 2) return;
  if (parts[0] == "var") {
    const Node* const given = scope.call ? scope.call->find("expressions") : nullptr;
    const Node* const expression = given ? given->find(parts[1]) : nullptr;
    const std::string before = search.wanted;
    if (parts.size() > 2) search.wanted = parts[2];
    if (expression) follow(*scope.parent, *expression, search);
    search.wanted = before;
  } else if (parts[0] == "module") {
    const std::string start = scope.address.empty() ? "" : scope.address + ".";
    for (const auto& inner : scopes_) {
      if (inner->address != start + "module." + parts[1] || parts.size() < 3) continue;
      const Node* const outputs = inner->module->find("outputs");
      const Node* const output = outputs ? outputs->find(parts[2]) : nullptr;
      const Node* const expression = output ? output->find("expression") : nullptr;
      if (expression) follow(*inner, *expression, search);
    }
  } else {
    add_values_of(scope, reference, of_same_index, search);
  }
}

void References::add_values_of(const Scope& scope, const std::string& reference, bool of_same_index,
                               Search& search) const {
  const std::vector<std::string> parts = parts_of(reference);
  const std::size_t first = parts[0] == "data" ? 1 : 0;
  if (parts.size() < first + 2) return;
  const std::string start = scope.address.empty() ? "" : scope.address + ".";
  const auto block = blocks_.find(start + (first ? "data." : "") + usual_type(parts[first]) + "." +
                                  parts[first + 1]);
  if (block == blocks_.end()) return;
  std::string wanted = search.wanted;
  if (parts.size() > first + 2) wanted = parts[first + 2];
  if (wanted.empty()) wanted = attribute_for(search.attribute);
  const std::string index = of_same_index ? search.of.index : index_in(reference);
  const std::size_t before = search.into.size();
  for (const std::size_t i : block->second.instances) {
    const Instance& one = instances_[i];
    if (!index.empty() && !one.index.empty() && one.index != index) continue;
    if (!in_same_module(one, search.of)) continue;
    const Node* const value = attribute_at(one.attributes, wanted);
    if (value) search.into.push_back(*value);
  }
  const bool interface = parts[first] == "aws_network_interface" && block->second.scope;
  if (interface && search.into.size() == before) add_interface(block->second, index, search);
}

/// A data source that is read when the plan is applied: "network interface number 0 of that
/// endpoint" is the address that it has there.
void References::add_interface(const Block& block, const std::string& index, Search& search) const {
  const Node* const expressions = block.configuration->find("expressions");
  const Node* const id = expressions ? expressions->find("id") : nullptr;
  if (!id) return;
  std::vector<Node> ids;
  Search of_ids{search.of, "network_interface_ids", ids, search.steps, {}};
  follow(*block.scope, *id, of_ids);
  search.steps = of_ids.steps;
  if (ids.size() == 1 && ids.front().kind == Node::Kind::list) ids = Node(ids.front()).items;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!index.empty() && index != std::to_string(i)) continue;
    if (const Node* const address = address_of_interface(ids[i].text)) {
      search.into.push_back(*address);
    }
  }
}

const Node* References::address_of_interface(const std::string& id) const {
  for (const Instance& endpoint : instances_) {
    const Node* const ids = endpoint.attributes.find("network_interface_ids");
    const Node* const all = attribute_at(endpoint.attributes, "subnet_configuration");
    if (endpoint.type != "aws_vpc_endpoint" || !ids || !all) continue;
    const auto at = std::ranges::find(ids->items, id, &Node::text) - ids->items.begin();
    if (static_cast<std::size_t>(at) >= all->items.size()) continue;
    return all->items[static_cast<std::size_t>(at)].find("ipv4");
  }
  return nullptr;
}

}  // namespace hoplab::scenario::terraform
