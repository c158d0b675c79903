// The methods and properties of Java objects that templates use. What an object does not have is
// null, as in Velocity; what would throw fails.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "aws/apigateway/mapping/runtime.h"

namespace hoplab::aws::vtl {

using Arguments = std::span<const Value>;

/// `self` is neither null nor a Host.
Value call_method(Runtime& runtime, const Value& self, std::string_view name, Arguments arguments);
Value get_property(Runtime& runtime, const Value& self, std::string_view name);

/// $self[index] and $self.get(index).
Value get_item(Runtime& runtime, const Value& self, const Value& index);
/// #set($self[index] = value), and by name #set($self.name = value).
void set_item(Runtime& runtime, const Value& self, const Value& index, const Value& value);
/// As Map.put; an override that is put again fails (apigateway-override-request-response-parameters
/// of AWS's guide).
Value put(Runtime& runtime, Map& map, std::string_view key, const Value& value);

// Of each type; methods_text.cpp, methods_list.cpp, methods_map.cpp.
Value call_text(Runtime& runtime, const std::string& self, std::string_view name,
                Arguments arguments);
Value call_list(Runtime& runtime, List& self, std::string_view name, Arguments arguments);
Value call_map(Runtime& runtime, Map& self, std::string_view name, Arguments arguments);

/// An argument of a kind that a method takes; null: there is none, or one of another kind.
inline const std::string* text_at(Arguments arguments, std::size_t at) noexcept {
  return at < arguments.size() ? as_text(arguments[at]) : nullptr;
}
inline const std::int64_t* integer_at(Arguments arguments, std::size_t at) noexcept {
  return at < arguments.size() ? std::get_if<std::int64_t>(&arguments[at]) : nullptr;
}

/// A method of `Self`, for tables.
template <class Self>
struct Method {
  std::string_view name;
  std::size_t arguments;
  Value (*call)(Runtime& runtime, Self& self, Arguments arguments);
};

template <class Self>
Value call_of(std::span<const Method<Self>> methods, Runtime& runtime, Self& self,
              std::string_view name, Arguments arguments) {
  for (const Method<Self>& method : methods) {
    if (method.name == name && method.arguments == arguments.size()) {
      return method.call(runtime, self, arguments);
    }
  }
  return {};
}

}  // namespace hoplab::aws::vtl
