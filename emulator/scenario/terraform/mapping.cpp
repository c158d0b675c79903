#include "scenario/terraform/mapping.h"

#include <algorithm>

#include "scenario/resources/builder.h"
#include "scenario/yaml/yaml_document.h"

namespace hoplab::scenario::terraform {
namespace {

bool is_nothing(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: return true;
    case Node::Kind::text: return node.text.empty();
    case Node::Kind::list:
    case Node::Kind::object: return node.items.empty();
    default: return false;
  }
}

std::string word_of(const Node& node) {
  if (node.kind == Node::Kind::boolean) return node.boolean ? "true" : "false";
  if (node.kind == Node::Kind::integer) return std::to_string(node.integer);
  if (node.kind == Node::Kind::list && !node.items.empty()) return word_of(node.items.front());
  return node.text;
}

Node& member_of(Node& object, std::string_view key, Node::Kind kind, const Node& place) {
  if (Node* const there = object.find(key)) return *there;
  Node made = object_like(place, key);
  made.kind = kind;
  object.items.push_back(std::move(made));
  return object.items.back();
}

void set_member(Node& object, std::string_view key, Node value) {
  value.key = key;
  if (Node* const there = object.find(key)) {
    *there = std::move(value);
  } else {
    object.items.push_back(std::move(value));
  }
}

Node blocks_of(std::span<const Attribute> table, const Node& list) {
  Node all = object_like(list, "");
  all.kind = Node::Kind::list;
  for (const Node& one : list.items) {
    Node made = object_like(one, "");
    map_attributes(table, one, made, nullptr);
    all.items.push_back(std::move(made));
  }
  return all;
}

}  // namespace

const Node* attribute_at(const Node& attributes, std::string_view path) {
  const Node* at = &attributes;
  while (at && !path.empty()) {
    if (at->kind == Node::Kind::list) at = at->items.empty() ? nullptr : &at->items.front();
    const auto end = std::min(path.find('.'), path.size());
    at = at ? at->find(path.substr(0, end)) : nullptr;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return at && !is_nothing(*at) ? at : nullptr;
}

bool is_one_of(const Node& object, std::string_view only) {
  if (only.empty()) return true;
  const auto equals = only.find('=');
  const Node* const node = attribute_at(object, only.substr(0, equals));
  const std::string word = node ? word_of(*node) : std::string();
  std::string_view words = only.substr(equals + 1);
  while (true) {
    const auto end = std::min(words.find(','), words.size());
    if (words.substr(0, end) == word) return true;
    if (end == words.size()) return false;
    words.remove_prefix(end + 1);
  }
}

void put(Node& properties, std::string_view to, Node value) {
  const auto slash = to.find('/');
  const std::string_view first = to.substr(0, slash);
  const auto bracket = first.find('[');
  const std::string_view name = first.substr(0, bracket);
  if (bracket == std::string_view::npos) {
    if (slash == std::string_view::npos) return set_member(properties, name, std::move(value));
    Node& inner = member_of(properties, name, Node::Kind::object, value);
    return put(inner, to.substr(slash + 1), std::move(value));
  }
  Node& list = member_of(properties, name, Node::Kind::list, value);
  if (slash == std::string_view::npos) {
    value.key.clear();
    list.items.push_back(std::move(value));
    return;
  }
  const bool first_one = first.ends_with("[0]") && !list.items.empty();
  if (!first_one) list.items.push_back(object_like(value, ""));
  Node& item = first_one ? list.items.front() : list.items.back();
  put(item, to.substr(slash + 1), std::move(value));
}

void map_attributes(std::span<const Attribute> table, const Node& from, Node& properties,
                    Node* attributes) {
  for (const Attribute& one : table) {
    const Node* const value = attribute_at(from, one.from);
    if (!value) continue;
    std::optional<Node> made = one.blocks.empty() ? *value : blocks_of(one.blocks, *value);
    if (one.conversion) made = one.conversion(*made);
    if (!made) continue;
    if (!one.to.starts_with('@')) {
      put(properties, one.to, std::move(*made));
    } else if (attributes) {
      put(*attributes, one.to.substr(1), std::move(*made));
    }
  }
}

void map_keyed(const KeyedAttributes& keyed, const Node& from, Node& properties) {
  Node values = object_like(from, "");
  map_attributes(keyed.attributes, from, values, nullptr);
  if (values.items.empty()) return;
  Node& list = member_of(properties, keyed.property, Node::Kind::list, from);
  for (Node& value : values.items) {
    Node item = object_like(value, "");
    item.items.push_back(text_like(value, value.key, "Key"));
    set_member(item, "Value", std::move(value));
    list.items.push_back(std::move(item));
  }
}

const Mapping* find_mapping(std::string_view type, const Node& attributes) {
  for (const auto& all : {load_balancer_mappings(), target_group_mappings(), network_mappings(),
                          api_mappings(), other_mappings()}) {
    for (const Mapping& one : all) {
      if (one.terraform == type && is_one_of(attributes, one.only)) return &one;
    }
  }
  return nullptr;
}

std::optional<Node> json_text(const Node& value) {
  if (value.kind != Node::Kind::text) return value;
  std::vector<Diagnostic> mistakes;
  auto document = parse_document(value.text, "", mistakes);
  if (!document) document = parse_yaml(value.text, "", mistakes);
  if (!document) return value;
  // Its lines are those of the text, which stands in one line of the file.
  const auto place = [&](const auto& self, Node& node) -> void {
    node.line = value.line;
    node.origin = value.origin;
    node.pointer = value.pointer;
    for (Node& item : node.items) self(self, item);
  };
  place(place, *document);
  return document;
}

std::optional<Node> first_of(const Node& value) {
  return value.kind == Node::Kind::list ? value.items.front() : value;
}

std::optional<Node> unless_zero(const Node& value) {
  if (value.kind == Node::Kind::integer && value.integer == 0) return std::nullopt;
  return value;
}

std::optional<Node> unless_off(const Node& value) {
  if (value.text == "off") return std::nullopt;
  return value;
}

std::optional<Node> if_true(const Node& value) {
  if (!value.boolean) return std::nullopt;
  return value;
}

std::array<std::span<const Join>, 4> all_joins() {
  return {target_group_joins(), network_joins(), api_joins(), other_joins()};
}

}  // namespace hoplab::scenario::terraform
