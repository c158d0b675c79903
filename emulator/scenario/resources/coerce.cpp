#include "scenario/resources/coerce.h"

#include <algorithm>

#include "model/text_rule.h"

namespace hoplab::scenario::resources {
namespace {

void to_integer(Node& node) {
  if (node.kind != Node::Kind::text) return;
  const auto number = model::parse_number(node.text);
  if (!number) return;
  node.kind = Node::Kind::integer;
  node.integer = *number;
  node.text.clear();
}

void to_boolean(Node& node) {
  if (node.kind != Node::Kind::text || (node.text != "true" && node.text != "false")) return;
  node.kind = Node::Kind::boolean;
  node.boolean = node.text == "true";
  node.text.clear();
}

void to_text(Node& node) {
  if (node.kind == Node::Kind::integer) node.text = std::to_string(node.integer);
  if (node.kind == Node::Kind::boolean) node.text = node.boolean ? "true" : "false";
  const bool scalar = node.kind == Node::Kind::integer || node.kind == Node::Kind::boolean ||
                      node.kind == Node::Kind::real;
  if (scalar) node.kind = Node::Kind::text;
}

/// YAML 1.1 reads on and off as booleans.
void to_choice(const Type& type, Node& node) {
  const bool on_off = std::ranges::find(type.choices, "off") != type.choices.end();
  if (on_off && node.kind == Node::Kind::boolean) {
    node.text = node.boolean ? "on" : "off";
    node.kind = Node::Kind::text;
  }
  to_text(node);
}

void put_at(Node& node, const Node& place) {
  node.line = place.line;
  node.pointer = place.pointer;
  node.origin = place.origin;
  for (Node& item : node.items) put_at(item, place);
}

/// A policy may be a text that holds one.
void to_document(Node& node) {
  if (node.kind != Node::Kind::text || !node.text.starts_with('{')) return;
  std::vector<Diagnostic> ignored;  // then the reader says what it takes
  auto document = parse_document(node.text, "", ignored);
  if (!document || !ignored.empty()) return;
  put_at(*document, node);
  document->key = node.key;
  node = std::move(*document);
}

void coerce_value(const Type& type, Node& node) {
  using Kind = Type::Kind;
  switch (type.kind) {
    case Kind::text: return to_text(node);
    case Kind::choice: return to_choice(type, node);
    case Kind::integer: return to_integer(node);
    case Kind::number: return to_integer(node);
    case Kind::boolean: return to_boolean(node);
    case Kind::object: return coerce(*type.object, node);
    case Kind::list:
    case Kind::map:
      for (Node& item : node.items) coerce_value(*type.item, item);
      return;
    case Kind::either:
      for (const Type& one : type.alternatives) {
        // Of a text that is one of the others, too, the reader knows the rest.
        if (one.kind == Kind::integer || one.kind == Kind::boolean) coerce_value(one, node);
      }
      for (const Type& one : type.alternatives) {
        if (is_of_kind(one, node)) return coerce_value(one, node);
      }
      return coerce_value(type.alternatives.front(), node);
    case Kind::json: return to_document(node);
    case Kind::null: return;
  }
}

}  // namespace

void coerce(const ObjectType& type, Node& object) {
  if (object.kind != Node::Kind::object) return;
  for (Node& member : object.items) {
    const auto property = std::ranges::find(type.properties, member.key, &Property::name);
    if (property != type.properties.end()) coerce_value(property->type, member);
  }
}

}  // namespace hoplab::scenario::resources
