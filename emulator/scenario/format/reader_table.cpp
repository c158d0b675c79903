// Reading by the table: types are checked, unknown keys are named with their nearest neighbour, and
// what AWS has but hoplab does not emulate is refused with the reason.
#include "scenario/format/reader_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "model/nearest.h"

namespace hoplab::scenario {

bool is_of_kind(const Type& type, const Node& node) {
  switch (type.kind) {
    case Type::Kind::text:
    case Type::Kind::choice: return node.kind == Node::Kind::text;
    case Type::Kind::integer: return node.kind == Node::Kind::integer;
    case Type::Kind::number:
      return node.kind == Node::Kind::integer || node.kind == Node::Kind::real;
    case Type::Kind::boolean: return node.kind == Node::Kind::boolean;
    case Type::Kind::list: return node.kind == Node::Kind::list;
    case Type::Kind::map:
    case Type::Kind::object: return node.kind == Node::Kind::object;
    case Type::Kind::null: return node.kind == Node::Kind::null;
    case Type::Kind::json: return true;
    case Type::Kind::either:
      return std::any_of(type.alternatives.begin(), type.alternatives.end(),
                         [&node](const Type& one) { return is_of_kind(one, node); });
  }
  return false;
}

namespace {

std::string range(std::int64_t least, std::int64_t most) {
  return std::to_string(least) + " to " + std::to_string(most);
}

/// A short list in full; of a long one, where to find it.
std::string words(const std::vector<std::string_view>& choices) {
  constexpr std::size_t kMostShown = 16;
  if (choices.size() <= kMostShown) return model::one_of(choices);
  return "one of " + std::to_string(choices.size()) + " words, which hoplab schema lists";
}

/// "it takes ...", said of the kind of value.
std::string allowed(const Type& type) {
  if (!type.only.empty()) return std::string(type.only);
  switch (type.kind) {
    case Type::Kind::text:
      return type.rule == &model::rules::kAnyText ? "a text" : std::string(type.rule->says);
    case Type::Kind::choice: return words(type.choices);
    case Type::Kind::integer: return "a whole number, " + range(type.least, type.most);
    case Type::Kind::number: return "a number, " + range(type.least, type.most);
    case Type::Kind::boolean: return "true or false";
    case Type::Kind::list: return "a list";
    case Type::Kind::map: return "an object of names and values";
    case Type::Kind::object: return "an object";
    case Type::Kind::json: return "any JSON";
    case Type::Kind::null: return "null";
    case Type::Kind::either: break;
  }
  std::string all;
  for (const Type& one : type.alternatives) {
    const std::string words_of = allowed(one);
    if (all != words_of) all += (all.empty() ? "" : " or ") + words_of;
  }
  return all;
}

bool refuse(const Type& type, const Node& node, ReadContext& context, std::string suggestion = {}) {
  context.report_unread(node, found(node), "it takes " + allowed(type), std::move(suggestion));
  return false;
}

bool check_choice(const Type& type, const Node& node, ReadContext& context) {
  if (type.judged_by_model) return true;
  for (const auto& [word, why] : type.refused) {
    if (word != node.text) continue;
    context.report_unread(node, found(node), "hoplab does not emulate it: " + std::string(why));
    return false;
  }
  const auto& choices = type.choices;
  if (std::find(choices.begin(), choices.end(), node.text) != choices.end()) return true;
  return refuse(type, node, context, model::nearest(node.text, choices));
}

bool check_list(const Type& type, const Node& node, ReadContext& context) {
  const auto count = static_cast<std::int64_t>(node.items.size());
  if (count < type.least || count > type.most) {
    context.report_unread(node, "a list of " + std::to_string(count),
                          "it takes " + range(type.least, type.most) + " entries");
    return false;
  }
  bool good = true;
  for (const Node& item : node.items) good = check_type(*type.item, item, context) && good;
  return good ||
         type.item->kind == Type::Kind::object;  // an object that is none is left out by its reader
}

bool check_map(const Type& type, const Node& node, ReadContext& context) {
  bool good = true;
  for (const Node& item : node.items) {
    if (!type.rule->matches(item.key)) {
      context.report(item, "the name " + model::in_quotes(item.key),
                     "it takes " + std::string(type.rule->says));
    }
    if (type.item->kind != Type::Kind::object) good = check_type(*type.item, item, context) && good;
  }
  return good;
}

std::vector<std::string_view> names_of(const ObjectType& type) {
  std::vector<std::string_view> names;
  for (const Property& property : type.properties) names.push_back(property.name);
  return names;
}

void report_unknown(const ObjectType& type, const Node& member, ReadContext& context) {
  for (const auto& [name, why] : type.refused) {
    if (name != member.key) continue;
    context.report(member, {}, "hoplab does not emulate this property: " + std::string(why));
    return;
  }
  const auto names = names_of(type);
  const std::string suggestion = model::nearest(member.key, names);
  std::string rule = "there is no such property";
  if (suggestion.empty()) rule += "; here stand " + model::one_of(names);
  context.report_unread(member, "the key " + model::in_quotes(member.key), std::move(rule),
                        suggestion);
}

}  // namespace

void ReadContext::report(const Node& node, std::string what, std::string rule,
                         std::string suggestion) {
  diagnostics_.push_back(
      {node.origin ? node.origin->name : file_,
       node.line,
       0,
       {node.pointer, std::move(what), std::move(rule), std::move(suggestion), ""}});
}

std::string ReadContext::file_of(const Node& node) {
  namespace fs = std::filesystem;
  const fs::path folder =
      node.origin ? fs::path(node.origin->folder) : fs::path(file_).parent_path();
  const fs::path path = folder / node.text;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    report_unread(node, found(node), "there is no such file (looked for " + path.string() + ")");
  }
  return files_[node.pointer] = fs::absolute(path).lexically_normal().string();
}

void ReadContext::report_unread(const Node& node, std::string what, std::string rule,
                                std::string suggestion) {
  report(node, std::move(what), std::move(rule), std::move(suggestion));
  diagnostics_.back().unread = true;
}

bool check_type(const Type& type, const Node& node, ReadContext& context) {
  if (!is_of_kind(type, node)) return refuse(type, node, context);
  if (!type.only.empty()) {
    if (to_json(node) == type.only) return true;
    context.report_unread(
        node, found(node),
        "hoplab emulates " + std::string(type.only) + " alone: " + std::string(type.because));
    return false;
  }
  switch (type.kind) {
    case Type::Kind::text: return type.rule->matches(node.text) || refuse(type, node, context);
    case Type::Kind::choice: return check_choice(type, node, context);
    case Type::Kind::integer:
      return (node.integer >= type.least && node.integer <= type.most) ||
             refuse(type, node, context);
    case Type::Kind::number:
      return (real_value(node) >= static_cast<double>(type.least) &&
              real_value(node) <= static_cast<double>(type.most)) ||
             refuse(type, node, context);
    case Type::Kind::list: return check_list(type, node, context);
    case Type::Kind::map: return check_map(type, node, context);
    case Type::Kind::either:
      for (const Type& one : type.alternatives) {
        if (is_of_kind(one, node)) return check_type(one, node, context);
      }
      return false;
    case Type::Kind::boolean:
    case Type::Kind::object:
    case Type::Kind::json:
    case Type::Kind::null: return true;
  }
  return false;
}

void read_object(const ObjectType& type, const Node& node, void* into, ReadContext& context) {
  for (const Node& member : node.items) {
    const auto is = [&member](const Property& property) { return property.name == member.key; };
    const auto it = std::find_if(type.properties.begin(), type.properties.end(), is);
    if (it == type.properties.end()) {
      report_unknown(type, member, context);
    } else if (check_type(it->type, member, context)) {
      it->set(into, member, context);
    }
  }
  for (const Property& property : type.properties) {
    const bool said = node.find(property.name) != nullptr ||
                      (!property.instead.empty() && node.find(property.instead) != nullptr);
    if (property.required && !said) {
      context.report_unread(
          node, {}, "it needs " + std::string(property.name) + ": " + std::string(property.help));
    }
  }
  if (type.after) type.after(into, node, context);
}

Node write_object(const ObjectType& type, const void* from) {
  Node object = object_node();
  for (const Property& property : type.properties) {
    if (!property.get) continue;
    if (auto value = property.get(from)) add_member(object, property.name, std::move(*value));
  }
  return object;
}

Type text(const model::TextRule& rule) {
  Type type;
  type.rule = &rule;
  return type;
}

Type choice(std::vector<std::string_view> words,
            std::vector<std::pair<std::string_view, std::string_view>> refused) {
  Type type;
  type.kind = Type::Kind::choice;
  type.choices = std::move(words);
  type.refused = std::move(refused);
  return type;
}

Type integer(std::int64_t least, std::int64_t most) {
  Type type;
  type.kind = Type::Kind::integer;
  type.least = least;
  type.most = most;
  return type;
}

Type number(std::int64_t least, std::int64_t most) {
  Type type = integer(least, most);
  type.kind = Type::Kind::number;
  return type;
}

Node node_of(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  Node node;
  node.kind = Node::Kind::real;
  node.text.assign(text.data(), end);
  return node;
}

namespace {
Type of_kind(Type::Kind kind) {
  Type type;
  type.kind = kind;
  return type;
}
}  // namespace

Type boolean() {
  return of_kind(Type::Kind::boolean);
}
Type json() {
  return of_kind(Type::Kind::json);
}
Type null() {
  return of_kind(Type::Kind::null);
}

Type object(ObjectTypeRef of) {
  Type type = of_kind(Type::Kind::object);
  type.object = of;
  return type;
}

Type list_of(Type item, std::int64_t least, std::int64_t most) {
  Type type = of_kind(Type::Kind::list);
  type.item = std::make_shared<const Type>(std::move(item));
  type.least = least;
  type.most = most;
  return type;
}

Type map_of(Type item, const model::TextRule& keys) {
  Type type = of_kind(Type::Kind::map);
  type.item = std::make_shared<const Type>(std::move(item));
  type.rule = &keys;
  return type;
}

Type either(std::vector<Type> alternatives) {
  Type type = of_kind(Type::Kind::either);
  type.alternatives = std::move(alternatives);
  return type;
}

Type judged_by_model(Type type) {
  type.judged_by_model = true;
  return type;
}

Type only(Type type, std::string_view json, std::string_view because) {
  type.only = json;
  type.because = because;
  return type;
}

}  // namespace hoplab::scenario
