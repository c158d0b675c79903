#include "aws/apigateway/mapping/methods.h"

#include <cmath>

#include "aws/apigateway/mapping/java_number.h"
#include "aws/apigateway/mapping/value_text.h"
#include "base/ascii.h"

namespace hoplab::aws::vtl {

namespace {

std::string_view class_name(const Value& value) noexcept {
  if (std::holds_alternative<bool>(value)) return "java.lang.Boolean";
  if (const auto* const integer = std::get_if<std::int64_t>(&value)) {
    return *integer >= INT32_MIN && *integer <= INT32_MAX ? "java.lang.Integer" : "java.lang.Long";
  }
  if (std::holds_alternative<double>(value)) return "java.lang.Double";
  if (as_text(value) != nullptr) return "java.lang.String";
  if (const List* const list = as_list(value)) {
    return list->from_json ? "net.minidev.json.JSONArray" : "java.util.ArrayList";
  }
  if (as_map(value) != nullptr) return "java.util.LinkedHashMap";
  return "java.lang.Object";
}

/// Integer.parseInt and the like, which templates call on any number.
Value parse_number(Runtime& runtime, std::string_view name, const std::string& text) {
  if (name == "parseDouble" || name == "parseFloat") {
    if (const auto number = parse_double(text)) return *number;
  } else if (const auto number = parse_integer(text)) {
    return *number;
  }
  runtime.fail("\"" + text.substr(0, 100) + "\" is no number for " + std::string(name));
  return {};
}

Value call_number(Runtime& runtime, const Value& self, std::string_view name, Arguments arguments) {
  if (arguments.empty()) {
    if (name == "doubleValue" || name == "floatValue") return as_double(self);
    if (name != "intValue" && name != "longValue") return {};
    if (const double* const number = std::get_if<double>(&self)) {
      const bool fits = std::fabs(*number) < 9e18;
      return fits ? Value(static_cast<std::int64_t>(*number)) : Value();
    }
    return self;
  }
  if (arguments.size() != 1) return {};
  const std::string* const text = text_at(arguments, 0);
  if (text != nullptr && (name.starts_with("parse") || name == "valueOf")) {
    return parse_number(runtime, std::holds_alternative<double>(self) ? "parseDouble" : name,
                        *text);
  }
  if (name == "valueOf") return arguments[0];
  if (name == "compareTo" && is_number(arguments[0])) {
    return std::int64_t{compare_numbers(self, arguments[0])};
  }
  return {};
}

Value call_boolean(bool self, std::string_view name, Arguments arguments) {
  if (name == "booleanValue" && arguments.empty()) return self;
  const std::string* const text = text_at(arguments, 0);
  if (text == nullptr || (name != "parseBoolean" && name != "valueOf")) return {};
  return iequals(*text, "true");
}

Value call_class(Runtime& runtime, const JavaClass& self, std::string_view name) {
  if (name == "getName") return runtime.text(self.name);
  if (name != "getSimpleName") return {};
  return runtime.text(self.name.substr(self.name.rfind('.') + 1));
}

Value call_loop(const Loop& self, std::string_view name) {
  const auto index = static_cast<std::int64_t>(self.index);
  if (name == "getIndex") return index;
  if (name == "getCount") return index + 1;
  if (name == "getHasNext" || name == "hasNext") return self.has_next;
  if (name == "getFirst" || name == "isFirst") return self.index == 0;
  if (name == "getLast" || name == "isLast") return !self.has_next;
  if (name == "getParent") return self.parent;
  return {};
}

/// What every object has; nothing: it is none of that.
std::optional<Value> call_object(Runtime& runtime, const Value& self, std::string_view name,
                                 Arguments arguments) {
  if (name == "toString" && arguments.empty()) {
    return runtime.heap.text(java_text(self, runtime.heap));
  }
  if (name == "getClass" && arguments.empty()) return JavaClass{class_name(self)};
  if (name == "equals" && arguments.size() == 1) return equal(self, arguments[0], runtime.heap);
  return std::nullopt;
}

std::string getter(std::string_view prefix, std::string_view name) {
  std::string method(prefix);
  method += upper_case(name[0]);
  return method += name.substr(1);
}

}  // namespace

Value call_method(Runtime& runtime, const Value& self, std::string_view name, Arguments arguments) {
  if (auto value = call_object(runtime, self, name, arguments)) return *std::move(value);
  if (const std::string* const text = as_text(self)) {
    return call_text(runtime, *text, name, arguments);
  }
  if (List* const list = as_list(self)) return call_list(runtime, *list, name, arguments);
  if (Map* const map = as_map(self)) return call_map(runtime, *map, name, arguments);
  if (is_number(self)) return call_number(runtime, self, name, arguments);
  if (const bool* const boolean = std::get_if<bool>(&self)) {
    return call_boolean(*boolean, name, arguments);
  }
  if (const JavaClass* const named = std::get_if<JavaClass>(&self)) {
    return call_class(runtime, *named, name);
  }
  const Loop* const* const loop = std::get_if<const Loop*>(&self);
  return loop != nullptr ? call_loop(**loop, name) : Value();
}

/// As Velocity's introspection: getName(), then Map.get, then isName().
Value get_property(Runtime& runtime, const Value& self, std::string_view name) {
  if (name == "class") return JavaClass{class_name(self)};
  if (const Map* const map = as_map(self)) {
    const Value* const found = map->find(name);
    return found != nullptr ? *found : Value();
  }
  if (as_text(self) != nullptr || as_list(self) != nullptr) {
    return name == "empty" ? call_method(runtime, self, "isEmpty", {}) : Value();
  }
  return call_method(runtime, self, getter("get", name), {});
}

Value get_item(Runtime& runtime, const Value& self, const Value& index) {
  if (const Map* const map = as_map(self)) {
    const Value* const found = map->find(java_text(index, runtime.heap));
    return found != nullptr ? *found : Value();
  }
  const List* const list = as_list(self);
  const auto* const number = std::get_if<std::int64_t>(&index);
  if (list == nullptr || number == nullptr) return {};
  if (*number >= 0 && static_cast<std::uint64_t>(*number) < list->items.size()) {
    return list->items[static_cast<std::size_t>(*number)];
  }
  runtime.fail("there is no item " + std::to_string(*number) + " in a list of " +
               std::to_string(list->items.size()));
  return {};
}

void set_item(Runtime& runtime, const Value& self, const Value& index, const Value& value) {
  if (Map* const map = as_map(self)) {
    put(runtime, *map, java_text(index, runtime.heap), value);
  } else if (as_list(self) != nullptr) {
    const Value arguments[] = {index, value};
    call_method(runtime, self, "set", arguments);
  }
}

Value put(Runtime& runtime, Map& map, std::string_view key, const Value& value) {
  if (map.kind() == Map::Kind::overrides && map.find(key) != nullptr) {
    runtime.fail("\"" + std::string(key.substr(0, 100)) + "\" is overridden twice");
    return {};
  }
  if (map.kind() == Map::Kind::entry || !runtime.heap.charge(sizeof(Map::Entry) + key.size())) {
    return {};
  }
  return map.put(key, value).value_or(Value());
}

}  // namespace hoplab::aws::vtl
