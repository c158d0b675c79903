// java.util.Map and Map.Entry. Keys are text, whatever they were.
#include <algorithm>
#include <array>

#include "aws/apigateway/mapping/methods.h"
#include "aws/apigateway/mapping/value_text.h"

namespace hoplab::aws::vtl {

namespace {

using MapMethod = Method<Map>;

std::string key_of(Runtime& runtime, const Value& value) {
  return java_text(value, runtime.heap);
}

template <class Each>
Value listed(Runtime& runtime, const Map& self, Each&& each) {
  List* const list = runtime.heap.list();
  for (const Map::Entry& entry : self.entries()) {
    if (!runtime.heap.charge(sizeof(Value))) break;
    list->items.push_back(each(entry));
  }
  return list;
}

Value key_set(Runtime& runtime, Map& self, Arguments) {
  return listed(runtime, self, [&](const auto& entry) { return runtime.text(entry.first); });
}

Value values(Runtime& runtime, Map& self, Arguments) {
  return listed(runtime, self, [](const auto& entry) { return entry.second; });
}

Value entry_set(Runtime& runtime, Map& self, Arguments) {
  return listed(runtime, self, [&](const auto& entry) -> Value {
    Map* const made = runtime.heap.map(Map::Kind::entry);
    made->put("key", runtime.text(entry.first));
    made->put("value", entry.second);
    return made;
  });
}

Value put_all(Runtime& runtime, Map& self, Arguments arguments) {
  const Map* const other = as_map(arguments[0]);
  if (other == nullptr) return {};
  const std::vector<Map::Entry> entries = other->entries();
  for (const auto& [key, value] : entries) {
    if (runtime.failed()) break;
    put(runtime, self, key, value);
  }
  return runtime.text("");
}

Value remove(Runtime& runtime, Map& self, Arguments arguments) {
  const std::string key = key_of(runtime, arguments[0]);
  if (!runtime.heap.charge(sizeof(Value) * (1 + self.entries().size() / 2))) return {};
  return self.erase(key).value_or(Value());
}

Value contains_value(Runtime& runtime, Map& self, Arguments arguments) {
  return std::ranges::any_of(self.entries(), [&](const auto& entry) {
    return equal(entry.second, arguments[0], runtime.heap);
  });
}

Value get_or_default(Runtime& runtime, Map& self, Arguments arguments) {
  const Value* const found = self.find(key_of(runtime, arguments[0]));
  return found != nullptr ? *found : arguments[1];
}

Value put_if_absent(Runtime& runtime, Map& self, Arguments arguments) {
  const std::string key = key_of(runtime, arguments[0]);
  const Value* const found = self.find(key);
  return found != nullptr ? *found : put(runtime, self, key, arguments[1]);
}

/// getKey() and getValue().
Value of_entry(const Map& self, std::size_t at) {
  return self.kind() == Map::Kind::entry ? self.entries()[at].second : Value();
}

constexpr std::array kMapMethods = {
    MapMethod{"get", 1,
              [](Runtime& runtime, Map& self, Arguments arguments) {
                return get_item(runtime, &self, arguments[0]);
              }},
    MapMethod{"put", 2,
              [](Runtime& runtime, Map& self, Arguments arguments) {
                return put(runtime, self, key_of(runtime, arguments[0]), arguments[1]);
              }},
    MapMethod{"containsKey", 1,
              [](Runtime& runtime, Map& self, Arguments arguments) -> Value {
                return self.find(key_of(runtime, arguments[0])) != nullptr;
              }},
    MapMethod{"containsValue", 1, contains_value},
    MapMethod{"keySet", 0, key_set},
    MapMethod{"values", 0, values},
    MapMethod{"entrySet", 0, entry_set},
    MapMethod{"putAll", 1, put_all},
    MapMethod{"remove", 1, remove},
    MapMethod{"getOrDefault", 2, get_or_default},
    MapMethod{"putIfAbsent", 2, put_if_absent},
    MapMethod{"size", 0,
              [](Runtime&, Map& self, Arguments) -> Value {
                return static_cast<std::int64_t>(self.entries().size());
              }},
    MapMethod{"isEmpty", 0,
              [](Runtime&, Map& self, Arguments) -> Value { return self.entries().empty(); }},
    MapMethod{"clear", 0,
              [](Runtime& runtime, Map& self, Arguments) {
                if (self.kind() == Map::Kind::plain) self.clear();
                return runtime.text("");
              }},
    MapMethod{"getKey", 0, [](Runtime&, Map& self, Arguments) { return of_entry(self, 0); }},
    MapMethod{"getValue", 0, [](Runtime&, Map& self, Arguments) { return of_entry(self, 1); }},
};

}  // namespace

Value call_map(Runtime& runtime, Map& self, std::string_view name, Arguments arguments) {
  // An entry is a map here only because it has two values.
  const bool entry = self.kind() == Map::Kind::entry;
  if (entry && name != "getKey" && name != "getValue") return {};
  return call_of<Map>(kMapMethods, runtime, self, name, arguments);
}

}  // namespace hoplab::aws::vtl
