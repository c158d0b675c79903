// java.util.List. Methods without a result give the empty string, as Velocity has it.
#include <algorithm>
#include <array>

#include "aws/apigateway/mapping/methods.h"

namespace hoplab::aws::vtl {

namespace {

using ListMethod = Method<List>;

/// An index of the list, or its end where `or_end`; nothing: there is no such one, which fails.
std::optional<std::size_t> place_in(Runtime& runtime, const List& self, const Value& index,
                                    bool or_end) {
  const auto* const number = std::get_if<std::int64_t>(&index);
  const std::size_t places = self.items.size() + (or_end ? 1 : 0);
  if (number != nullptr && *number >= 0 && static_cast<std::uint64_t>(*number) < places) {
    return static_cast<std::size_t>(*number);
  }
  runtime.fail("there is no such place in a list of " + std::to_string(self.items.size()));
  return std::nullopt;
}

std::optional<std::size_t> found_at(Runtime& runtime, const List& self, const Value& value) {
  for (std::size_t i = 0; i < self.items.size(); ++i) {
    if (equal(self.items[i], value, runtime.heap)) return i;
  }
  return std::nullopt;
}

Value add(Runtime& runtime, List& self, Arguments arguments) {
  if (!runtime.heap.charge(sizeof(Value))) return {};
  self.items.push_back(arguments[0]);
  return true;
}

Value insert(Runtime& runtime, List& self, Arguments arguments) {
  const auto at = place_in(runtime, self, arguments[0], true);
  if (!at || !runtime.heap.charge(sizeof(Value) * (1 + (self.items.size() - *at) / 8))) return {};
  self.items.insert(self.items.begin() + static_cast<std::ptrdiff_t>(*at), arguments[1]);
  return runtime.text("");
}

Value set(Runtime& runtime, List& self, Arguments arguments) {
  const auto at = place_in(runtime, self, arguments[0], false);
  return at ? std::exchange(self.items[*at], arguments[1]) : Value();
}

/// By an integer the item of that index, which it gives; by anything else whether it was there.
Value remove(Runtime& runtime, List& self, Arguments arguments) {
  const bool by_index = std::holds_alternative<std::int64_t>(arguments[0]);
  const auto at = by_index ? place_in(runtime, self, arguments[0], false)
                           : found_at(runtime, self, arguments[0]);
  if (!at) return by_index ? Value() : Value(false);
  if (!runtime.heap.charge(sizeof(Value) * (1 + (self.items.size() - *at) / 8))) return {};
  Value removed = std::move(self.items[*at]);
  self.items.erase(self.items.begin() + static_cast<std::ptrdiff_t>(*at));
  return by_index ? removed : Value(true);
}

Value add_all(Runtime& runtime, List& self, Arguments arguments) {
  const List* const other = as_list(arguments[0]);
  if (other == nullptr || !runtime.heap.charge(sizeof(Value) * other->items.size())) return {};
  const std::size_t count = other->items.size();  // it may be the same list
  for (std::size_t i = 0; i < count; ++i) self.items.push_back(Value(other->items[i]));
  return count > 0;
}

Value sub_list(Runtime& runtime, List& self, Arguments arguments) {
  const auto begin = place_in(runtime, self, arguments[0], true);
  const auto end = place_in(runtime, self, arguments[1], true);
  if (!begin || !end) return {};
  if (*begin > *end) return runtime.fail("a part of a list ends before it begins"), Value();
  List* const part = runtime.heap.list(self.from_json);
  if (!runtime.heap.charge(sizeof(Value) * (*end - *begin))) return {};
  part->items.assign(self.items.begin() + static_cast<std::ptrdiff_t>(*begin),
                     self.items.begin() + static_cast<std::ptrdiff_t>(*end));
  return part;
}

constexpr std::array kListMethods = {
    ListMethod{"size", 0,
               [](Runtime&, List& self, Arguments) -> Value {
                 return static_cast<std::int64_t>(self.items.size());
               }},
    ListMethod{"isEmpty", 0,
               [](Runtime&, List& self, Arguments) -> Value { return self.items.empty(); }},
    ListMethod{"get", 1,
               [](Runtime& runtime, List& self, Arguments arguments) {
                 return get_item(runtime, &self, arguments[0]);
               }},
    ListMethod{"add", 1, add},
    ListMethod{"add", 2, insert},
    ListMethod{"set", 2, set},
    ListMethod{"remove", 1, remove},
    ListMethod{"addAll", 1, add_all},
    ListMethod{"subList", 2, sub_list},
    ListMethod{"contains", 1,
               [](Runtime& runtime, List& self, Arguments arguments) -> Value {
                 return found_at(runtime, self, arguments[0]).has_value();
               }},
    ListMethod{"indexOf", 1,
               [](Runtime& runtime, List& self, Arguments arguments) -> Value {
                 const auto at = found_at(runtime, self, arguments[0]);
                 return at ? static_cast<std::int64_t>(*at) : std::int64_t{-1};
               }},
    ListMethod{"clear", 0,
               [](Runtime& runtime, List& self, Arguments) {
                 self.items.clear();
                 return runtime.text("");
               }},
};

}  // namespace

Value call_list(Runtime& runtime, List& self, std::string_view name, Arguments arguments) {
  return call_of<List>(kListMethods, runtime, self, name, arguments);
}

}  // namespace hoplab::aws::vtl
