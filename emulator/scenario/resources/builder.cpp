#include "scenario/resources/builder.h"

#include <algorithm>

#include "base/ascii.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kUnknown = "<unknown: ";

/// Letters, digits and "-", as every kind of name takes them.
std::string plain_name(std::string_view wanted, std::size_t longest) {
  std::string name;
  for (const char c : wanted) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  name.resize(std::min(name.size(), longest));
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "resource" : name;
}

/// The name that an ARN of elbv2 has in it: ".../loadbalancer/app/NAME/ID",
/// ".../truststore/NAME/ID".
std::string name_in_arn(const std::string& arn) {
  const auto end = arn.rfind('/');
  if (!arn.starts_with("arn:") || end == std::string::npos || end == 0) return {};
  const auto begin = arn.rfind('/', end - 1);
  return begin == std::string::npos ? std::string() : arn.substr(begin + 1, end - begin - 1);
}

/// "${" is a parameter's in a scenario.
void escape(Node& node) {
  for (auto at = node.text.find("${"); at != std::string::npos; at = node.text.find("${", at + 3)) {
    node.text.insert(at, 1, '$');
  }
  for (Node& item : node.items) escape(item);
}

/// Gives a subtree its places in the scenario; where it was written stays known.
void put_in_place(Node& node, const std::string& pointer) {
  if (node.origin && node.origin->name.empty()) {  // it is ours, and was written nowhere
    node.origin.reset();
    node.line = 0;
  }
  node.written = node.origin ? std::move(node.pointer) : std::string();
  node.pointer = pointer;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    Node& item = node.items[i];
    put_in_place(
        item, node.kind == Node::Kind::list ? model::at(pointer, i) : model::at(pointer, item.key));
  }
}

}  // namespace

std::string unknown_text(std::string_view of) {
  return std::string(kUnknown) + std::string(of) + ">";
}

std::string_view unknown_part(std::string_view text) {
  const auto begin = text.find(kUnknown);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + kUnknown.size());
  return text.substr(0, text.find('>'));
}

std::string text_of(const Node& object, std::string_view member) {
  const Node* const node = object.find(member);
  if (!node) return {};
  if (node->kind == Node::Kind::integer) return std::to_string(node->integer);
  return node->text;
}

Node attributes_object(const Node& list, std::string_view key) {
  Node all = object_like(list, key);
  for (const Node& one : list.items) {
    const Node* const value = one.find("Value");
    const std::string name = text_of(one, "Key");
    if (!value || name.empty()) continue;
    all.items.push_back(renamed(*value, name));
  }
  return all;
}

std::string short_type(std::string_view type) {
  if (type.starts_with("AWS::")) type.remove_prefix(5);
  return std::string(type);
}

std::string describe(const Resource& resource) {
  if (resource.stack.empty() && !resource.path.empty()) return resource.path;
  return short_type(resource.type) + " " + (resource.stack.empty() ? "" : resource.stack + ".") +
         resource.name;
}

Builder::Builder(const Resources& all, const Overrides& given, std::vector<Diagnostic>& diagnostics)
    : resources(all), overrides(given), root(object_node()), diagnostics_(diagnostics) {
  for (const Resource& one : resources.all) {
    by_type_[one.type].push_back(&one);
    by_id_.emplace(std::pair(one.type, one.physical_id), &one);
  }
  // Their ARNs hold their names, so they come before all that can be called otherwise.
  for (const std::string_view type : {kLoadBalancer, kTargetGroup, kTrustStore}) {
    for (const Resource* one : of(type)) {
      const std::string name = name_in_arn(one->physical_id);
      names_[one] = unique_name(name.empty() ? one->name : name, 32);
    }
  }
}

const std::vector<const Resource*>& Builder::of(std::string_view type) const {
  static const std::vector<const Resource*> none;
  const auto found = by_type_.find(type);
  return found == by_type_.end() ? none : found->second;
}

std::vector<const Resource*> Builder::of(std::string_view type, std::string_view member,
                                         std::string_view value) const {
  std::vector<const Resource*> all;
  for (const Resource* one : of(type)) {
    if (text_of(one->properties, member) == value) all.push_back(one);
  }
  return all;
}

const Resource* Builder::find(std::string_view type, const std::string& physical_id) const {
  const auto found = by_id_.find(std::pair(std::string(type), physical_id));
  return found == by_id_.end() ? nullptr : found->second;
}

std::string Builder::unique_name(std::string_view wanted, std::size_t longest) {
  const std::string base = plain_name(wanted, longest);
  std::string name = base;
  for (int n = 2; !taken_.insert(name).second; ++n) {
    const std::string number = "-" + std::to_string(n);
    name = base.substr(0, longest - number.size()) + number;
  }
  return name;
}

bool Builder::takes_connections(const Resource& balancer) const {
  return text_of(balancer.properties, "Type") != "gateway" &&
         !of(kListener, "LoadBalancerArn", balancer.physical_id).empty();
}

const Resource* Builder::service_named(const std::string& service_name) const {
  return find(kVpcEndpointService, service_name.substr(service_name.rfind('.') + 1));
}

bool Builder::leads_somewhere(const Resource& endpoint_or_service) const {
  const Resource* service = &endpoint_or_service;
  if (service->type == kVpcEndpoint) {
    service = service_named(text_of(service->properties, "ServiceName"));
  }
  const Node* const balancers =
      service ? service->properties.find("NetworkLoadBalancerArns") : nullptr;
  if (!balancers || balancers->items.empty()) return true;
  const Resource* const balancer = find(kLoadBalancer, balancers->items.front().text);
  return !balancer || takes_connections(*balancer);
}

const std::string& Builder::name_of(const Resource& resource) {
  auto [name, fresh] = names_.try_emplace(&resource);
  if (fresh) name->second = unique_name(resource.name);
  return name->second;
}

Node& Builder::section(std::string_view name) {
  if (Node* const there = root.find(name)) return *there;
  add_member(root, name, object_node());
  return root.items.back();
}

Node& Builder::add(std::string_view to, const Resource& resource, Node node) {
  has_effect(resource);
  const std::string& name = name_of(resource);
  report.names.emplace_back(describe(resource), name);
  Node& all = section(to);
  all.items.push_back(renamed(std::move(node), name));
  return all.items.back();
}

std::optional<Node> Builder::reference(const Node& node, std::string_view type,
                                       std::string_view what, std::string_view key) {
  if (node.kind == Node::Kind::text) {
    const Resource* const there = find(type, node.text);
    if (there) return text_like(node, name_of(*there), key);
    if (!unknown_part(node.text).empty()) return renamed(node, key);  // which take() reports
  }
  mistake(node, found(node), "it names no " + std::string(what) + " of these resources");
  return std::nullopt;
}

Node Builder::members(const Resource& resource, std::initializer_list<std::string_view> handled,
                      std::initializer_list<std::string_view> inert) {
  Node all = object_like(resource.properties, "");
  for (const Node& one : resource.properties.items) {
    if (one.key == "Tags" || one.key == "Name" || one.key == "VpcId") continue;
    if (std::ranges::find(handled, one.key) != handled.end()) continue;
    if (std::ranges::find(inert, one.key) != inert.end()) {
      inert_property(resource, one.key);
      continue;
    }
    all.items.push_back(one);
  }
  return all;
}

void Builder::note(std::string sentence) {
  if (std::ranges::find(report.notes, sentence) == report.notes.end()) {
    report.notes.push_back(std::move(sentence));
  }
}

void Builder::inert_property(const Resource& resource, std::string_view name) {
  inert_properties_[short_type(resource.type)].emplace(name);
}

void Builder::mistake(const Node& node, std::string what, std::string rule) {
  diagnostics_.push_back({node.origin ? node.origin->name : "",
                          node.line,
                          0,
                          {node.pointer, std::move(what), std::move(rule), "", ""}});
}

Projection Builder::take() {
  const auto report_unknown = [this](const auto& self, const Node& node) -> void {
    if (node.kind == Node::Kind::text) {
      const std::string_view of = unknown_part(node.text);
      if (!of.empty()) {
        mistake(node, {},
                "it needs the value of " + std::string(of) +
                    ", which hoplab does not know; give it one");
      }
    }
    for (const Node& item : node.items) self(self, item);
  };
  report_unknown(report_unknown, root);
  std::set<std::pair<std::string, std::string>> causes;  // of what AWS's API was asked for
  for (const Resource& one : resources.all) {
    if (one.type.starts_with("hoplab::")) causes.emplace(one.stack, one.name);
  }
  std::map<std::string, int> inert;
  for (const Resource& one : resources.all) {
    const bool effect = with_effect_.contains(&one) || causes.contains({one.stack, one.name});
    if (!effect) ++inert[short_type(one.type)];
  }
  report.inert.assign(inert.begin(), inert.end());
  std::ranges::stable_sort(report.inert, std::greater<>(), &std::pair<std::string, int>::second);
  for (const auto& [type, names] : inert_properties_) {
    std::string line = "without effect here, of " + type + ":";
    for (const std::string& name : names) line += (line.ends_with(':') ? " " : ", ") + name;
    note(std::move(line));
  }
  escape(root);
  put_in_place(root, "");
  return {std::move(root), std::move(report)};
}

std::string Report::inert_line() const {
  int count = 0;
  std::string types;
  for (const auto& [type, number] : inert) {
    count += number;
    types += (types.empty() ? "" : ", ") + type + " " + std::to_string(number);
  }
  if (count == 0) return {};
  return std::to_string(count) + (count == 1 ? " resource" : " resources") +
         " without effect here: " + types;
}

}  // namespace hoplab::scenario::resources
