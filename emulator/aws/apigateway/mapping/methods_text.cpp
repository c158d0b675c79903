// java.lang.String.
#include <algorithm>
#include <array>

#include "aws/apigateway/mapping/java_text.h"
#include "aws/apigateway/mapping/methods.h"
#include "aws/apigateway/mapping/value_text.h"
#include "base/ascii.h"

namespace hoplab::aws::vtl {

namespace {

using TextMethod = Method<const std::string>;
constexpr std::size_t kRegexCost = 8;  // for each byte of the text

/// The part from unit `begin` to before unit `end`.
Value part(Runtime& runtime, std::string_view self, std::int64_t begin, std::int64_t end) {
  const auto from = byte_at(self, begin);
  const auto to = byte_at(self, end);
  if (!runtime.heap.charge(self.size())) return {};
  if (from && to && *from <= *to) return runtime.text(self.substr(*from, *to - *from));
  runtime.fail("there is no part from " + std::to_string(begin) + " to " + std::to_string(end) +
               " of a string of " + std::to_string(java_length(self)));
  return {};
}

Value substring_from(Runtime& runtime, const std::string& self, Arguments arguments) {
  const auto* const begin = integer_at(arguments, 0);
  return begin != nullptr ? part(runtime, self, *begin, java_length(self)) : Value();
}

Value substring(Runtime& runtime, const std::string& self, Arguments arguments) {
  const auto* const begin = integer_at(arguments, 0);
  const auto* const end = integer_at(arguments, 1);
  return begin != nullptr && end != nullptr ? part(runtime, self, *begin, *end) : Value();
}

Value char_at(Runtime& runtime, const std::string& self, Arguments arguments) {
  const auto* const at = integer_at(arguments, 0);
  return at != nullptr ? part(runtime, self, *at, *at + (*at < INT64_MAX ? 1 : 0)) : Value();
}

Value unit_of(std::string_view self, std::size_t byte) {
  if (byte == std::string_view::npos) return std::int64_t{-1};
  return java_length(self.substr(0, byte));
}

Value index_of(Runtime& runtime, const std::string& self, Arguments arguments) {
  const std::string* const text = text_at(arguments, 0);
  if (text == nullptr || !runtime.heap.charge(self.size())) return {};
  std::size_t from = 0;
  if (arguments.size() == 2) {
    const auto* const begin = integer_at(arguments, 1);
    if (begin == nullptr) return {};
    from = byte_at(self, std::max<std::int64_t>(*begin, 0)).value_or(self.size());
  }
  return unit_of(self, self.find(*text, from));
}

Value last_index_of(Runtime& runtime, const std::string& self, Arguments arguments) {
  const std::string* const text = text_at(arguments, 0);
  if (text == nullptr || !runtime.heap.charge(self.size())) return {};
  return unit_of(self, self.rfind(*text));
}

/// A question about the text and another one.
template <class Ask>
Value asked(Runtime& runtime, const std::string& self, Arguments arguments, Ask&& ask) {
  const std::string* const text = text_at(arguments, 0);
  if (text == nullptr || !runtime.heap.charge(self.size() + text->size())) return {};
  return ask(self, *text);
}

Value replace(Runtime& runtime, const std::string& self, Arguments arguments) {
  const std::string* const from = text_at(arguments, 0);
  const std::string* const to = text_at(arguments, 1);
  if (from == nullptr || to == nullptr) return {};
  std::string out;
  std::size_t at = 0;
  while (at <= self.size() && out.size() <= kMaxOutput) {
    const std::size_t next = self.find(*from, at);
    if (next == std::string::npos) break;
    out.append(self, at, next - at).append(*to);
    at = next + from->size();
    if (from->empty()) {  // found before each character, and at the end
      if (at < self.size()) out += self[at];
      ++at;
    }
  }
  if (at < self.size()) out.append(self, at);
  return runtime.heap.charge(self.size()) ? runtime.heap.text(std::move(out)) : Value();
}

Value replace_regex(Runtime& runtime, const std::string& self, Arguments arguments,
                    JavaRegex::Which which) {
  const std::string* const pattern = text_at(arguments, 0);
  const std::string* const replacement = text_at(arguments, 1);
  if (pattern == nullptr || replacement == nullptr) return {};
  const JavaRegex* const regex = runtime.regex(*pattern);
  if (regex == nullptr || !runtime.heap.charge(kRegexCost * self.size())) return {};
  return runtime.heap.text(regex->replaced(self, *replacement, which, kMaxOutput));
}

Value split(Runtime& runtime, const std::string& self, Arguments arguments) {
  const std::string* const pattern = text_at(arguments, 0);
  const auto* const limit = integer_at(arguments, 1);
  if (pattern == nullptr || (arguments.size() == 2 && limit == nullptr)) return {};
  const JavaRegex* const regex = runtime.regex(*pattern);
  if (regex == nullptr || !runtime.heap.charge(kRegexCost * self.size())) return {};
  // A negative limit keeps the empty parts at the end; so does one that is never met.
  const std::size_t most = limit == nullptr ? 0
                           : *limit < 0     ? self.size() + 2
                                            : static_cast<std::size_t>(*limit);
  List* const list = runtime.heap.list();
  for (const std::string_view one : regex->split(self, most)) {
    Value text = runtime.text(one);
    if (runtime.failed()) break;
    list->items.push_back(std::move(text));
  }
  return list;
}

Value matches(Runtime& runtime, const std::string& self, Arguments arguments) {
  const std::string* const pattern = text_at(arguments, 0);
  const JavaRegex* const regex = pattern != nullptr ? runtime.regex(*pattern) : nullptr;
  if (regex == nullptr || !runtime.heap.charge(kRegexCost * self.size())) return {};
  return regex->matches_all(self);
}

Value concat(Runtime& runtime, const std::string& self, Arguments arguments) {
  const std::string* const text = text_at(arguments, 0);
  if (text == nullptr) return {};
  if (!runtime.heap.charge(self.size())) return {};
  return runtime.heap.text(self + *text);
}

std::int64_t order(std::string_view a, std::string_view b) {
  const int result = a.compare(b);
  return result < 0 ? -1 : result > 0 ? 1 : 0;
}

constexpr std::array kTextMethods = {
    TextMethod{
        "length", 0,
        [](Runtime&, const std::string& self, Arguments) -> Value { return java_length(self); }},
    TextMethod{"isEmpty", 0,
               [](Runtime&, const std::string& self, Arguments) -> Value { return self.empty(); }},
    TextMethod{"charAt", 1, char_at},
    TextMethod{"substring", 1, substring_from},
    TextMethod{"substring", 2, substring},
    TextMethod{"indexOf", 1, index_of},
    TextMethod{"indexOf", 2, index_of},
    TextMethod{"lastIndexOf", 1, last_index_of},
    TextMethod{"replace", 2, replace},
    TextMethod{"split", 1, split},
    TextMethod{"split", 2, split},
    TextMethod{"matches", 1, matches},
    TextMethod{"concat", 1, concat},
    TextMethod{"replaceAll", 2,
               [](Runtime& runtime, const std::string& self, Arguments arguments) {
                 return replace_regex(runtime, self, arguments, JavaRegex::Which::all);
               }},
    TextMethod{"replaceFirst", 2,
               [](Runtime& runtime, const std::string& self, Arguments arguments) {
                 return replace_regex(runtime, self, arguments, JavaRegex::Which::first);
               }},
    TextMethod{"contains", 1,
               [](Runtime& runtime, const std::string& self, Arguments arguments) {
                 return asked(runtime, self, arguments, [](const auto& a, const auto& b) -> Value {
                   return a.find(b) != std::string::npos;
                 });
               }},
    TextMethod{"startsWith", 1,
               [](Runtime& runtime, const std::string& self, Arguments arguments) {
                 return asked(runtime, self, arguments, [](const auto& a, const auto& b) -> Value {
                   return a.starts_with(b);
                 });
               }},
    TextMethod{"endsWith", 1,
               [](Runtime& runtime, const std::string& self, Arguments arguments) {
                 return asked(runtime, self, arguments,
                              [](const auto& a, const auto& b) -> Value { return a.ends_with(b); });
               }},
    TextMethod{"equalsIgnoreCase", 1,
               [](Runtime& runtime, const std::string& self, Arguments arguments) {
                 return asked(runtime, self, arguments,
                              [](const auto& a, const auto& b) -> Value { return iequals(a, b); });
               }},
    TextMethod{"compareTo", 1,
               [](Runtime& runtime, const std::string& self, Arguments arguments) {
                 return asked(runtime, self, arguments,
                              [](const auto& a, const auto& b) -> Value { return order(a, b); });
               }},
    TextMethod{"toLowerCase", 0,
               [](Runtime& runtime, const std::string& self, Arguments) {
                 return runtime.heap.text(lower_case(self));
               }},
    TextMethod{"toUpperCase", 0,
               [](Runtime& runtime, const std::string& self, Arguments) {
                 std::string upper = self;
                 std::ranges::transform(upper, upper.begin(), [](char c) { return upper_case(c); });
                 return runtime.heap.text(std::move(upper));
               }},
    TextMethod{"trim", 0,
               [](Runtime& runtime, const std::string& self, Arguments) {
                 return runtime.text(trimmed(self));
               }},
    // Static in Java, and called on any string.
    TextMethod{"valueOf", 1,
               [](Runtime& runtime, const std::string&, Arguments arguments) {
                 return runtime.heap.text(java_text(arguments[0], runtime.heap));
               }},
};

}  // namespace

Value call_text(Runtime& runtime, const std::string& self, std::string_view name,
                Arguments arguments) {
  return call_of<const std::string>(kTextMethods, runtime, self, name, arguments);
}

}  // namespace hoplab::aws::vtl
