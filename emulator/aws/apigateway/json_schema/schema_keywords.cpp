// The keywords of draft 4: what each may be, and what becomes of it. Others say nothing.
#include <algorithm>
#include <utility>

#include "aws/apigateway/json_schema/schema_compiler.h"

namespace hoplab::aws::json_schema {

namespace {

std::optional<std::uint64_t> whole_number(const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  // A floating number without fraction is none in draft 4, but 3.0 is clear enough.
  if (!value.is_number_float()) return std::nullopt;
  const auto number = value.get<double>();
  constexpr double kMost = 1e15;  // exact
  if (number < 0 || number > kMost) return std::nullopt;
  const auto whole = static_cast<std::uint64_t>(number);
  if (static_cast<double>(whole) != number) return std::nullopt;
  return whole;
}

}  // namespace

struct Keyword {
  std::string_view name;
  bool (Compiler::*read)(const Place& place, Node& into);
  static const Keyword kAll[];
};

// Bounds stand before what makes them exclusive.
const Keyword Keyword::kAll[] = {
    {"type", &Compiler::type},
    {"enum", &Compiler::enumeration},
    {"minimum", &Compiler::bound<&Node::minimum>},
    {"exclusiveMinimum", &Compiler::exclusive<&Node::minimum>},
    {"maximum", &Compiler::bound<&Node::maximum>},
    {"exclusiveMaximum", &Compiler::exclusive<&Node::maximum>},
    {"multipleOf", &Compiler::multiple_of},
    {"minLength", &Compiler::count<&Node::min_length>},
    {"maxLength", &Compiler::count<&Node::max_length>},
    {"pattern", &Compiler::pattern},
    {"format", &Compiler::format},
    {"items", &Compiler::items},
    {"additionalItems", &Compiler::additional<&Node::additional_items>},
    {"minItems", &Compiler::count<&Node::min_items>},
    {"maxItems", &Compiler::count<&Node::max_items>},
    {"uniqueItems", &Compiler::unique_items},
    {"properties", &Compiler::properties},
    {"patternProperties", &Compiler::pattern_properties},
    {"additionalProperties", &Compiler::additional<&Node::additional_properties>},
    {"required", &Compiler::required},
    {"minProperties", &Compiler::count<&Node::min_properties>},
    {"maxProperties", &Compiler::count<&Node::max_properties>},
    {"dependencies", &Compiler::dependencies},
    {"allOf", &Compiler::schemas<&Node::all_of>},
    {"anyOf", &Compiler::schemas<&Node::any_of>},
    {"oneOf", &Compiler::schemas<&Node::one_of>},
    {"not", &Compiler::none_of},
};

bool Compiler::read(const Place& place, Node& into) {
  for (const Keyword& keyword : Keyword::kAll) {
    const auto member = place.value->find(keyword.name);
    if (member == place.value->end()) continue;
    if (!(this->*keyword.read)(place.member(keyword.name, *member), into)) return false;
  }
  return true;
}

bool Compiler::object(const Place& place) {
  return place.value->is_object() || fail(place, "must be an object");
}

bool Compiler::boolean(const Place& place, bool& into) {
  if (!place.value->is_boolean()) return fail(place, "must be true or false");
  into = place.value->get<bool>();
  return true;
}

bool Compiler::type(const Place& place, Node& into) {
  const auto add = [&](const Json& name) {
    const auto types = name.is_string() ? types_of_name(name.get_ref<const std::string&>())
                                        : std::optional<Types>();
    if (!types) return fail(place, shown(name) + " is no type");
    into.types = static_cast<Types>(into.types.value_or(0) | *types);
    return true;
  };
  if (!place.value->is_array()) return add(*place.value);
  if (place.value->empty()) return fail(place, "must not be empty");
  return std::ranges::all_of(*place.value, add);
}

bool Compiler::enumeration(const Place& place, Node& into) {
  if (!place.value->is_array() || place.value->empty()) {
    return fail(place, "must be a list of values, which is not empty");
  }
  into.enumeration = *place.value;
  return true;
}

template <std::optional<Bound> Node::*Member>
bool Compiler::bound(const Place& place, Node& into) {
  if (!place.value->is_number()) return fail(place, "must be a number");
  into.*Member = Bound{*place.value};
  return true;
}

template <std::optional<Bound> Node::*Member>
bool Compiler::exclusive(const Place& place, Node& into) {
  bool exclusive = false;
  if (!boolean(place, exclusive)) return false;
  if (!(into.*Member)) return fail(place, "has no limit beside it");
  (into.*Member)->exclusive = exclusive;
  return true;
}

bool Compiler::multiple_of(const Place& place, Node& into) {
  if (!place.value->is_number() || !(number_of(*place.value) > 0)) {
    return fail(place, "must be a number above 0");
  }
  into.multiple_of = *place.value;
  return true;
}

template <std::optional<std::uint64_t> Node::*Member>
bool Compiler::count(const Place& place, Node& into) {
  into.*Member = whole_number(*place.value);
  return into.*Member || fail(place, "must be a whole number, 0 or more");
}

bool Compiler::pattern(const Place& place, Node& into) {
  if (!place.value->is_string()) return fail(place, "must be a string");
  auto pattern = EcmaPattern::compile(place.value->get_ref<const std::string&>());
  if (!pattern) return fail(place, pattern.error());
  into.pattern = std::move(pattern).value();
  return true;
}

bool Compiler::format(const Place& place, Node& into) {
  if (!place.value->is_string()) return fail(place, "must be a string");
  into.format = place.value->get<std::string>();
  return true;
}

bool Compiler::schema_list(const Place& place, std::vector<NodeId>& into) {
  for (std::size_t i = 0; i < place.value->size(); ++i) {
    into.push_back(0);
    if (!schema(place.member(std::to_string(i), (*place.value)[i]), into.back())) return false;
  }
  return true;
}

bool Compiler::items(const Place& place, Node& into) {
  if (!place.value->is_array()) return schema(place, into.every_item);
  into.has_items_list = true;
  return schema_list(place, into.items);
}

template <Additional Node::*Member>
bool Compiler::additional(const Place& place, Node& into) {
  if (place.value->is_boolean()) return boolean(place, (into.*Member).allowed);
  return schema(place, (into.*Member).schema);
}

bool Compiler::unique_items(const Place& place, Node& into) {
  return boolean(place, into.unique_items);
}

bool Compiler::properties(const Place& place, Node& into) {
  if (!object(place)) return false;
  for (const auto& [name, inside] : place.value->get_ref<const Json::object_t&>()) {
    if (!schema(place.member(name, inside), into.properties[name])) return false;
  }
  return true;
}

bool Compiler::pattern_properties(const Place& place, Node& into) {
  if (!object(place)) return false;
  for (const auto& [name, inside] : place.value->get_ref<const Json::object_t&>()) {
    const Place here = place.member(name, inside);
    auto pattern = EcmaPattern::compile(name);
    if (!pattern) return fail(here, pattern.error());
    NodeId id = 0;
    if (!schema(here, id)) return false;
    into.pattern_properties.emplace_back(std::move(pattern).value(), id);
  }
  return true;
}

bool Compiler::names(const Place& place, std::vector<std::string>& into) {
  // API Gateway refuses a model with "required": [], as draft 4 does.
  if (!place.value->is_array() || place.value->empty()) {
    return fail(place, "must be a list of names, which is not empty");
  }
  for (const Json& name : *place.value) {
    if (!name.is_string()) return fail(place, shown(name) + " is no name");
    into.push_back(name.get<std::string>());
  }
  std::ranges::sort(into);
  if (std::ranges::adjacent_find(into) != into.end()) {
    return fail(place, "names a property twice");
  }
  return true;
}

bool Compiler::required(const Place& place, Node& into) {
  return names(place, into.required);
}

bool Compiler::dependencies(const Place& place, Node& into) {
  if (!object(place)) return false;
  for (const auto& [name, inside] : place.value->get_ref<const Json::object_t&>()) {
    const Place here = place.member(name, inside);
    Dependency& dependency = into.dependencies.emplace_back();
    dependency.property = name;
    const bool good =
        inside.is_array() ? names(here, dependency.properties) : schema(here, dependency.schema);
    if (!good) return false;
  }
  return true;
}

template <std::vector<NodeId> Node::*Member>
bool Compiler::schemas(const Place& place, Node& into) {
  if (!place.value->is_array() || place.value->empty()) {
    return fail(place, "must be a list of schemas, which is not empty");
  }
  return schema_list(place, into.*Member);
}

bool Compiler::none_of(const Place& place, Node& into) {
  return schema(place, into.none_of);
}

}  // namespace hoplab::aws::json_schema
