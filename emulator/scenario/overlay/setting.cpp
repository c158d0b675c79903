#include "scenario/overlay/setting.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "scenario/format/reader_types.h"
#include "scenario/overlay/merge.h"

namespace hoplab::scenario {
namespace {

/// What may stand at a place; null: nobody knows.
using TypePointer = const Type*;

/// The first of `type` and its alternatives that has members.
TypePointer with_members(TypePointer type) {
  if (type == nullptr || type->kind != Type::Kind::either) return type;
  for (const Type& one : type->alternatives) {
    if (const TypePointer found = with_members(&one); found->kind == Type::Kind::object ||
                                                      found->kind == Type::Kind::list ||
                                                      found->kind == Type::Kind::map) {
      return found;
    }
  }
  return nullptr;
}

/// What may stand below a place of `type`.
TypePointer type_below(TypePointer type, std::string_view key) {
  type = with_members(type);
  if (type == nullptr) return nullptr;
  if (type->kind == Type::Kind::list || type->kind == Type::Kind::map) return type->item.get();
  if (type->kind != Type::Kind::object) return nullptr;
  const auto& properties = (*type->object).properties;
  const auto found = std::ranges::find(properties, key, &Property::name);
  return found == properties.end() ? nullptr : &found->type;
}

/// The first name of `path`, which has dots: the longest that stands in `node` or that `type` has.
std::string_view first_name(std::string_view path, const Node* node, TypePointer type) {
  std::string_view longest;
  const auto consider = [&](std::string_view name) {
    const bool begins =
        path.starts_with(name) && (path.size() == name.size() || path[name.size()] == '.');
    if (begins && name.size() > longest.size()) longest = name;
  };
  if (node != nullptr) {
    for (const Node& item : node->items) consider(item.key);
  }
  type = with_members(type);
  if (type != nullptr && type->kind == Type::Kind::object) {
    for (const Property& property : (*type->object).properties) consider(property.name);
  }
  return longest.empty() ? path.substr(0, path.find('.')) : longest;
}

/// A token of a JSON pointer as the name that it stands for.
std::string unescaped(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size() && token[i + 1] <= '1';
    name += escape ? (token[++i] == '0' ? '~' : '/') : token[i];
  }
  return name;
}

class Setting {
 public:
  Setting(const std::string& path, const std::string& value, std::vector<Diagnostic>& diagnostics)
      : path_(path),
        text_(value),
        origin_(std::make_shared<const Origin>(Origin{"--set " + path + "=" + value, ""})),
        diagnostics_(diagnostics) {}

  void put(Node& root) {
    const Type whole = object(scenario_type);
    TypePointer type = &whole;
    Node* node = &root;
    std::string_view rest = path_;
    const bool pointer = rest.starts_with('/');
    if (pointer) rest.remove_prefix(1);
    for (;;) {
      const std::string_view part =
          pointer ? rest.substr(0, rest.find('/')) : first_name(rest, node, type);
      const std::string key = pointer ? unescaped(part) : std::string(part);
      if (key.empty()) return report(*node, "the path has an empty name");
      type = type_below(type, key);
      if (part.size() == rest.size()) return put_below(*node, key, type);
      rest.remove_prefix(part.size() + 1);
      node = step(*node, key, Node::Kind::object);
      if (node == nullptr) return;
    }
  }

 private:
  /// The child of that name, made when it is not there; nullptr and a report when it cannot be.
  Node* step(Node& parent, const std::string& key, Node::Kind kind) {
    Node* child = nullptr;
    if (parent.kind == Node::Kind::list) {
      const auto index = index_of(parent, key);
      if (!index) return nullptr;
      if (*index < parent.items.size()) return &parent.items[*index];
      child = &parent.items.emplace_back();
      child->pointer = model::at(parent.pointer, *index);
    } else if (parent.kind == Node::Kind::object) {
      child = parent.find(key);
      if (child != nullptr) return child;
      child = &parent.items.emplace_back();
      child->key = key;
      child->pointer = model::at(parent.pointer, key);
    } else {
      report(parent, "the path goes on here, and this is no object");
      return nullptr;
    }
    child->kind = kind;
    child->line = 0;
    child->origin = origin_;
    return child;
  }

  std::optional<std::size_t> index_of(const Node& list, const std::string& key) {
    std::size_t index = list.items.size();
    if (key == "-") return index;
    const char* const end = key.data() + key.size();
    const auto read = std::from_chars(key.data(), end, index);
    if (read.ec == std::errc() && read.ptr == end && index < list.items.size()) return index;
    report(list, model::in_quotes(key) + " is no place in this list of " +
                     std::to_string(list.items.size()) + "; - is the one behind the last");
    return std::nullopt;
  }

  void put_below(Node& parent, const std::string& key, TypePointer type) {
    Node value = value_for(type);
    const bool takes_null = type != nullptr && is_of_kind(*type, Node{});
    if (value.kind == Node::Kind::null && !takes_null) return take(parent, key);
    Node* const place = step(parent, key, Node::Kind::null);
    if (place == nullptr) return;
    value.key = place->key;
    own(value, place->pointer);
    *place = std::move(value);
  }

  void take(Node& parent, const std::string& key) {
    if (parent.kind == Node::Kind::list) {
      const auto index = index_of(parent, key);
      if (!index) return;
      if (*index == parent.items.size()) return report(parent, "behind the last there is nothing");
      return report(parent.items[*index], "null takes away members of objects, not list entries");
    }
    if (take_away(parent, key)) return;
    Node null;
    null.key = key;
    own(null, model::at(parent.pointer, key));
    diagnostics_.push_back(nothing_to_take_away(parent, null));
  }

  /// JSON of a kind that may stand there; but a text is a text as it is written.
  Node value_for(TypePointer type) {
    std::vector<Diagnostic> ignored;
    std::optional<Node> json = parse_document(text_, "", ignored);
    const bool text_only =
        type != nullptr && (type->kind == Type::Kind::text || type->kind == Type::Kind::choice);
    if (json && json->kind == Node::Kind::null) return std::move(*json);
    if (json && !text_only && json->kind != Node::Kind::text) {
      const bool fits = type == nullptr || is_of_kind(*type, *json);
      if (fits || !is_of_kind(*type, node_of(text_))) return std::move(*json);
    }
    return node_of(text_);
  }

  /// Says of a value and all below it that this setting wrote it, and where it stands.
  void own(Node& node, std::string pointer) {
    node.pointer = std::move(pointer);
    node.line = 0;
    node.origin = origin_;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      Node& item = node.items[i];
      own(item, node.kind == Node::Kind::list ? model::at(node.pointer, i)
                                              : model::at(node.pointer, item.key));
    }
  }

  void report(const Node& node, std::string rule) {
    diagnostics_.push_back({origin_->name, 0, 0, {node.pointer, "", std::move(rule), "", ""}});
  }

  const std::string& path_;
  const std::string& text_;
  const std::shared_ptr<const Origin> origin_;
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

bool is_path(const std::string& name) {
  return name.find_first_of("./") != std::string::npos ||
         std::ranges::find(scenario_type().properties, name, &Property::name) !=
             scenario_type().properties.end();
}

void set_value(Node& root, const std::string& path, const std::string& value,
               std::vector<Diagnostic>& diagnostics) {
  Setting(path, value, diagnostics).put(root);
}

}  // namespace hoplab::scenario
