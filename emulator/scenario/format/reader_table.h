// The table of properties: one description from which the reader and the JSON Schema are both made.
//
// Each kind of object in a scenario is defined once, as a list of properties with name, type, help
// and the member of the model that receives the value. A property can therefore not be read without
// being published, nor accepted without a member that holds it, and a model is written as a
// scenario by the same table.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/text_rule.h"
#include "scenario/format/reader_document.h"

namespace hoplab::scenario {

struct ObjectType;

/// An object type, or how to make it: what no scenario asks for is not made.
class ObjectTypeRef {
 public:
  ObjectTypeRef() = default;
  ObjectTypeRef(const ObjectType& type) : type_(&type) {}      // NOLINT: it is one
  ObjectTypeRef(const ObjectType& (*make)()) : make_(make) {}  // NOLINT: likewise
  const ObjectType& operator*() const { return type_ ? *type_ : make_(); }

 private:
  const ObjectType* type_ = nullptr;
  const ObjectType& (*make_)() = nullptr;
};

/// What a value may be.
struct Type {
  enum class Kind : std::uint8_t {
    text,
    choice,
    integer,
    number,
    boolean,
    list,
    map,
    object,
    json,
    null,
    either
  };
  Kind kind = Kind::text;
  const model::TextRule* rule = &model::rules::kAnyText;  // text; also the keys of a map
  std::vector<std::string_view> choices;                  // choice
  /// Of a choice: words that AWS knows and hoplab does not emulate, each with the reason.
  std::vector<std::pair<std::string_view, std::string_view>> refused;
  /// The reader leaves the judgement to model::validate(), which knows more; the schema does not.
  bool judged_by_model = false;
  std::string_view only;             // when not empty, the one value that hoplab emulates, as JSON
  std::string_view because;          // why no other
  std::int64_t least = 0, most = 0;  // integer, number: the range; list: how many
  std::shared_ptr<const Type> item;  // list, map
  ObjectTypeRef object;              // object
  std::vector<Type> alternatives;    // either: told apart by their JSON kind
};

/// Where the reader puts what it finds out.
class ReadContext {
 public:
  ReadContext(std::string file, std::vector<Diagnostic>& diagnostics)
      : file_(std::move(file)), diagnostics_(diagnostics) {}

  /// A value that was read and should not stand there. `found` may be empty when the rule says it
  /// all.
  void report(const Node& node, std::string found, std::string rule, std::string suggestion = {});
  /// A value that could not be read: the model has its default instead.
  void report_unread(const Node& node, std::string found, std::string rule,
                     std::string suggestion = {});
  /// The absolute path of the file that the text of `node` names, which is relative to who wrote
  /// it. Reported when there is no such file.
  std::string file_of(const Node& node);
  /// Those files by the pointers of their nodes.
  [[nodiscard]] const std::map<std::string, std::string>& files() const { return files_; }

 private:
  std::string file_;
  std::vector<Diagnostic>& diagnostics_;
  std::map<std::string, std::string> files_;
};

struct Property {
  std::string_view name;
  Type type;
  bool required = false;
  std::string_view instead;  // a property that says what this one would, which is required
  std::string_view help;
  std::function<void(void* into, const Node& node, ReadContext& context)> set;
  /// The value as a scenario has it; nothing where a scenario need not say it. Null: another
  /// property writes what this one reads.
  std::function<std::optional<Node>(const void* from)> get;
};

struct ObjectType {
  std::string name;  // of its schema
  std::string_view help;
  std::vector<Property> properties;
  /// What AWS has at this place and hoplab does not emulate, each with the reason.
  std::vector<std::pair<std::string_view, std::string_view>> refused;
  std::function<void(void* into, const Node& node, ReadContext& context)> after;
};

/// Whether a value of that JSON kind may stand there.
bool is_of_kind(const Type& type, const Node& node);

/// False and a diagnostic when the node is not of that type. Does not look inside objects.
bool check_type(const Type& type, const Node& node, ReadContext& context);

/// Reads all members of `node`, an object, into `into`, which is of the type that was defined.
void read_object(const ObjectType& type, const Node& node, void* into, ReadContext& context);
/// The opposite: what read_object() makes an equal value of. Members that have their default are
/// left out.
Node write_object(const ObjectType& type, const void* from);

// ---- Types --------------------------------------------------------------------------------------

Type text(const model::TextRule& rule = model::rules::kAnyText);
Type choice(std::vector<std::string_view> words,
            std::vector<std::pair<std::string_view, std::string_view>> refused = {});
Type integer(std::int64_t least, std::int64_t most);
Type number(std::int64_t least, std::int64_t most);  // with or without a fraction
Type boolean();
Type json();
Type null();
Type object(ObjectTypeRef type);
Type list_of(Type item, std::int64_t least = 0, std::int64_t most = 1000);
Type map_of(Type item, const model::TextRule& keys);
Type either(std::vector<Type> alternatives);
Type judged_by_model(Type type);
/// Takes `json` only: what is so anyway, and may be said.
Type only(Type type, std::string_view json, std::string_view because);

// ---- Values -------------------------------------------------------------------------------------

inline void assign(std::string& to, const Node& node) {
  to = node.text;
}
inline void assign(bool& to, const Node& node) {
  to = node.boolean;
}
inline void assign(double& to, const Node& node) {
  to = real_value(node);
}
/// A list takes the place of the default.
inline void assign(std::vector<std::string>& to, const Node& node) {
  to.clear();
  for (const Node& item : node.items) to.push_back(item.text);
}
template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) void assign(T& to, const Node& node) {
  to = static_cast<T>(node.integer);  // check_type() has kept the range
}
template <class T>
requires(std::is_integral_v<T>) void assign(std::vector<T>& to, const Node& node) {
  to.clear();
  for (const Node& item : node.items) assign(to.emplace_back(), item);
}
template <class T>
void assign(std::optional<T>& to, const Node& node) {
  assign(to.emplace(), node);
}

inline Node node_of(const std::string& value) {
  Node node;
  node.kind = Node::Kind::text;
  node.text = value;
  return node;
}
inline Node node_of(bool value) {
  Node node;
  node.kind = Node::Kind::boolean;
  node.boolean = value;
  return node;
}
template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Node node_of(T value) {
  Node node;
  node.kind = Node::Kind::integer;
  node.integer = static_cast<std::int64_t>(value);
  return node;
}
Node node_of(double value);
inline Node list_node(std::vector<Node> items) {
  Node node;
  node.kind = Node::Kind::list;
  node.items = std::move(items);
  return node;
}
template <class T>
Node node_of(const std::vector<T>& values) {
  std::vector<Node> items;
  for (const T& value : values) items.push_back(node_of(value));
  return list_node(std::move(items));
}
/// An object without members; they are added by member().
inline Node object_node() {
  Node node;
  node.kind = Node::Kind::object;
  return node;
}
inline void add_member(Node& object, std::string_view key, Node value) {
  value.key = key;
  object.items.push_back(std::move(value));
}

/// Reads a node of an object type into a value of that object's model type.
template <class T>
void read_into(const ObjectType& type, const Node& node, T& into, ReadContext& context) {
  if (check_type(object(type), node, context)) read_object(type, node, &into, context);
}

/// Builds an ObjectType whose values are T. A place is a member of T, or a function from T& to a
/// reference.
template <class T>
class Define {
 public:
  using Own = std::function<void(T& into, const Node& node, ReadContext& context)>;

  Define(std::string_view name, std::string_view help) {
    type_.name = name;
    type_.help = help;
    constexpr std::size_t kUsually = 16;
    type_.properties.reserve(kUsually);
  }

  /// A property with one value that assign() knows.
  template <class Place>
  Define& value(std::string_view name, Type type, Place place, std::string_view help) {
    own(name, std::move(type), help, [place](T& into, const Node& node, ReadContext&) {
      assign(std::invoke(place, into), node);
    });
    return written([place](const T& from, bool needed) -> std::optional<Node> {
      T fresh{};
      const auto& value = in(place, from);
      if (!needed && value == in(place, fresh)) return std::nullopt;
      if constexpr (requires { value.has_value(); }) {
        if (!value) return std::nullopt;
        return node_of(*value);
      } else {
        return node_of(value);
      }
    });
  }

  /// One word of several, each for a value of an enumeration.
  template <class E, class Place>
  Define& word(std::string_view name, std::vector<std::pair<std::string_view, E>> words,
               Place place, std::string_view help,
               std::vector<std::pair<std::string_view, std::string_view>> refused = {}) {
    std::vector<std::string_view> choices;
    for (const auto& [text_of, value_of] : words) choices.push_back(text_of);
    own(name, choice(std::move(choices), std::move(refused)), help,
        [words, place](T& into, const Node& node, ReadContext&) {
          for (const auto& [text_of, value_of] : words) {
            if (text_of == node.text) std::invoke(place, into) = value_of;
          }
        });
    return written(
        [words = std::move(words), place](const T& from, bool needed) -> std::optional<Node> {
          T fresh{};
          const auto& value = in(place, from);
          if (!needed && value == in(place, fresh)) return std::nullopt;
          for (const auto& [text_of, value_of] : words) {
            if (value == value_of) return node_of(std::string(text_of));
          }
          return std::nullopt;
        });
  }

  /// A nested object.
  template <class Place>
  Define& nested(std::string_view name, ObjectTypeRef of, Place place, std::string_view help) {
    own(name, object(of), help, [of, place](T& into, const Node& node, ReadContext& context) {
      auto& value = std::invoke(place, into);
      if constexpr (requires { value.has_value(); }) {
        // Not by emplace(), which clang does not find of a class that stands in another one.
        typename std::remove_reference_t<decltype(value)>::value_type one;
        read_object(*of, node, &one, context);
        value = std::move(one);
      } else {
        read_object(*of, node, &value, context);
      }
    });
    return written([of, place](const T& from, bool needed) -> std::optional<Node> {
      const auto& value = in(place, from);
      if constexpr (requires { value.has_value(); }) {
        if (!value) return std::nullopt;
        return write_object(*of, &*value);
      } else {
        Node node = write_object(*of, &value);
        if (node.items.empty() && !needed) return std::nullopt;
        return node;
      }
    });
  }

  /// A list of objects.
  template <class Place>
  Define& list(std::string_view name, ObjectTypeRef of, Place place, std::string_view help,
               std::int64_t least = 0, std::int64_t most = 1000) {
    own(name, list_of(object(of), least, most), help,
        [of, place](T& into, const Node& node, ReadContext& context) {
          auto& values = std::invoke(place, into);
          for (const Node& item : node.items) read_into(*of, item, values.emplace_back(), context);
        });
    return written([of, place](const T& from, bool needed) -> std::optional<Node> {
      const auto& values = in(place, from);
      if (values.empty() && !needed) return std::nullopt;
      std::vector<Node> items;
      for (const auto& value : values) items.push_back(write_object(*of, &value));
      return list_node(std::move(items));
    });
  }

  /// Objects by name; the name goes to `name_of`, a member of the object's model type.
  template <class Place, class Name>
  Define& map(std::string_view name, ObjectTypeRef of, const model::TextRule& keys, Place place,
              Name name_of, std::string_view help) {
    own(name, map_of(object(of), keys), help,
        [of, place, name_of](T& into, const Node& node, ReadContext& context) {
          auto& values = std::invoke(place, into);
          for (const Node& item : node.items) {
            auto& value = values.emplace_back();
            value.*name_of = item.key;
            read_into(*of, item, value, context);
          }
        });
    return written([of, place, name_of](const T& from, bool needed) -> std::optional<Node> {
      const auto& values = in(place, from);
      if (values.empty() && !needed) return std::nullopt;
      Node all = object_node();
      for (const auto& value : values) add_member(all, value.*name_of, write_object(*of, &value));
      return all;
    });
  }

  /// A property whose value is put where it belongs by a function of its own.
  Define& own(std::string_view name, Type type, std::string_view help, Own set) {
    Property property;
    property.name = name;
    property.type = std::move(type);
    property.help = help;
    property.set = [set = std::move(set)](void* into, const Node& node, ReadContext& context) {
      set(*static_cast<T*>(into), node, context);
    };
    type_.properties.push_back(std::move(property));
    return *this;
  }

  /// A property that is checked against the one value that hoplab emulates, and says no more. The
  /// properties of an object are T's.
  Define& fixed(std::string_view name, Type type, std::string_view help) {
    const bool nested = type.kind == Type::Kind::object;
    const ObjectTypeRef of = type.object;
    return own(name, std::move(type), help,
               [nested, of](T& into, const Node& node, ReadContext& context) {
                 if (nested) read_object(*of, node, &into, context);
               });
  }

  /// How the property defined last is written; `needed`: also when it has its default.
  using Written = std::function<std::optional<Node>(const T& from, bool needed)>;
  Define& written(Written get) {
    written_ = std::move(get);
    return write_last(false);
  }
  /// It is written for values of which that holds only.
  Define& when(std::function<bool(const T&)> holds) {
    Property& last = type_.properties.back();
    last.get = [holds = std::move(holds), get = std::move(last.get)](const void* from) {
      return holds(*static_cast<const T*>(from)) ? get(from) : std::nullopt;
    };
    return *this;
  }
  /// A property that may say what is so anyway, `json`.
  Define& states(std::string_view name, Type type, std::string_view json, std::string_view why) {
    return fixed(name, only(std::move(type), json, why), why);
  }
  Define& states(std::initializer_list<std::string_view> names, const Type& type,
                 std::string_view json, std::string_view why) {
    for (const std::string_view name : names) states(name, type, json, why);
    return *this;
  }

  /// The property defined last must be there.
  Define& required() {
    type_.properties.back().required = true;
    return type_.properties.back().get ? write_last(true) : *this;
  }

  /// It, or the property that is named.
  Define& required_or(std::string_view other) {
    type_.properties.back().instead = other;
    return required();
  }

  Define& refuse(std::string_view name, std::string_view why) {
    type_.refused.emplace_back(name, why);
    return *this;
  }
  Define& refuse(std::initializer_list<std::string_view> names, std::string_view why) {
    for (const std::string_view name : names) refuse(name, why);
    return *this;
  }

  /// Runs when all members are read: for rules about which of them stand together.
  Define& after(Own function) {
    type_.after = [function = std::move(function)](void* into, const Node& node,
                                                   ReadContext& context) {
      function(*static_cast<T*>(into), node, context);
    };
    return *this;
  }

  ObjectType type() { return std::move(type_); }

 private:
  /// A place is asked for a reference, which is not written to here.
  template <class Place>
  static const auto& in(const Place& place, const T& from) {
    return std::invoke(place, const_cast<T&>(from));
  }
  Define& write_last(bool needed) {
    type_.properties.back().get = [get = written_, needed](const void* from) {
      return get(*static_cast<const T*>(from), needed);
    };
    return *this;
  }

  ObjectType type_;
  Written written_;  // of the property defined last
};

}  // namespace hoplab::scenario
