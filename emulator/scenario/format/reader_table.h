// The table of properties: one description from which the reader and the JSON Schema are both made.
//
// Each kind of object in a scenario is defined once, as a list of properties with name, type, help
// and the member of the model that receives the value. A property can therefore not be read without
// being published, nor accepted without a member that holds it.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/text_rule.h"
#include "scenario/format/reader_document.h"

namespace hoplab::scenario {

struct ObjectType;

/// What a value may be.
struct Type {
  enum class Kind : std::uint8_t {
    text,
    choice,
    integer,
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
  std::int64_t least = 0, most = 0;    // integer: the range; list: how many
  std::shared_ptr<const Type> item;    // list, map
  const ObjectType* object = nullptr;  // object
  std::vector<Type> alternatives;      // either: told apart by their JSON kind
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
  /// What the table cannot do with the file is done with its name: a path relative to it.
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

 private:
  std::string file_;
  std::vector<Diagnostic>& diagnostics_;
};

struct Property {
  std::string_view name;
  Type type;
  bool required = false;
  std::string_view help;
  std::function<void(void* into, const Node& node, ReadContext& context)> set;
};

struct ObjectType {
  std::string_view name;  // of its schema
  std::string_view help;
  std::vector<Property> properties;
  /// What AWS has at this place and hoplab does not emulate, each with the reason.
  std::vector<std::pair<std::string_view, std::string_view>> refused;
  std::function<void(void* into, const Node& node, ReadContext& context)> after;
};

/// False and a diagnostic when the node is not of that type. Does not look inside objects.
bool check_type(const Type& type, const Node& node, ReadContext& context);

/// Reads all members of `node`, an object, into `into`, which is of the type that was defined.
void read_object(const ObjectType& type, const Node& node, void* into, ReadContext& context);

// ---- Types --------------------------------------------------------------------------------------

Type text(const model::TextRule& rule = model::rules::kAnyText);
Type choice(std::vector<std::string_view> words,
            std::vector<std::pair<std::string_view, std::string_view>> refused = {});
Type integer(std::int64_t least, std::int64_t most);
Type boolean();
Type json();
Type null();
Type object(const ObjectType& type);
Type list_of(Type item, std::int64_t least = 0, std::int64_t most = 1000);
Type map_of(Type item, const model::TextRule& keys);
Type either(std::vector<Type> alternatives);
Type judged_by_model(Type type);

// ---- Values -------------------------------------------------------------------------------------

inline void assign(std::string& to, const Node& node) {
  to = node.text;
}
inline void assign(bool& to, const Node& node) {
  to = node.boolean;
}
inline void assign(std::vector<std::string>& to, const Node& node) {
  for (const Node& item : node.items) to.push_back(item.text);
}
template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) void assign(T& to, const Node& node) {
  to = static_cast<T>(node.integer);  // check_type() has kept the range
}
template <class T>
requires(std::is_integral_v<T>) void assign(std::vector<T>& to, const Node& node) {
  for (const Node& item : node.items) assign(to.emplace_back(), item);
}
template <class T>
void assign(std::optional<T>& to, const Node& node) {
  assign(to.emplace(), node);
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
  }

  /// A property with one value that assign() knows.
  template <class Place>
  Define& value(std::string_view name, Type type, Place place, std::string_view help) {
    return own(name, std::move(type), help, [place](T& into, const Node& node, ReadContext&) {
      assign(std::invoke(place, into), node);
    });
  }

  /// One word of several, each for a value of an enumeration.
  template <class E, class Place>
  Define& word(std::string_view name, std::vector<std::pair<std::string_view, E>> words,
               Place place, std::string_view help,
               std::vector<std::pair<std::string_view, std::string_view>> refused = {}) {
    std::vector<std::string_view> choices;
    for (const auto& [text_of, value_of] : words) choices.push_back(text_of);
    return own(name, choice(std::move(choices), std::move(refused)), help,
               [words = std::move(words), place](T& into, const Node& node, ReadContext&) {
                 for (const auto& [text_of, value_of] : words) {
                   if (text_of == node.text) std::invoke(place, into) = value_of;
                 }
               });
  }

  /// A nested object.
  template <class Place>
  Define& nested(std::string_view name, const ObjectType& of, Place place, std::string_view help) {
    return own(name, object(of), help,
               [&of, place](T& into, const Node& node, ReadContext& context) {
                 auto& value = std::invoke(place, into);
                 if constexpr (requires { value.emplace(); }) {
                   read_object(of, node, &value.emplace(), context);
                 } else {
                   read_object(of, node, &value, context);
                 }
               });
  }

  /// A list of objects.
  template <class Place>
  Define& list(std::string_view name, const ObjectType& of, Place place, std::string_view help,
               std::int64_t least = 0, std::int64_t most = 1000) {
    return own(name, list_of(object(of), least, most), help,
               [&of, place](T& into, const Node& node, ReadContext& context) {
                 auto& values = std::invoke(place, into);
                 for (const Node& item : node.items) {
                   read_into(of, item, values.emplace_back(), context);
                 }
               });
  }

  /// Objects by name; the name goes to `name_of`, a member of the object's model type.
  template <class Place, class Name>
  Define& map(std::string_view name, const ObjectType& of, const model::TextRule& keys, Place place,
              Name name_of, std::string_view help) {
    return own(name, map_of(object(of), keys), help,
               [&of, place, name_of](T& into, const Node& node, ReadContext& context) {
                 auto& values = std::invoke(place, into);
                 for (const Node& item : node.items) {
                   auto& value = values.emplace_back();
                   value.*name_of = item.key;
                   read_into(of, item, value, context);
                 }
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

  /// A property that is checked against the one value that hoplab emulates, and says no more.
  Define& fixed(std::string_view name, Type type, std::string_view help) {
    return own(name, std::move(type), help, [](T&, const Node&, ReadContext&) {});
  }

  /// The property defined last must be there.
  Define& required() {
    type_.properties.back().required = true;
    return *this;
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
  ObjectType type_;
};

}  // namespace hoplab::scenario
