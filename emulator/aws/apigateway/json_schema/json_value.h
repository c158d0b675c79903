// What JSON Schema asks of JSON values: their types, equality, numbers and lengths.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab::aws::json_schema {

using Json = nlohmann::json;

/// How deep a value may be. What walks through one calls itself that often at most.
inline constexpr int kMostDepth = 500;

/// Nothing: it is not JSON, or too deep.
[[nodiscard]] std::optional<Json> parse(std::string_view text);

/// A set of primitive types: a bit for each name of kTypeNames, in their order.
using Types = std::uint8_t;
inline constexpr std::string_view kTypeNames[] = {"array",  "boolean", "integer", "null",
                                                  "number", "object",  "string"};
inline constexpr Types kInteger = 1 << 2, kNumber = 1 << 4;

/// Nothing: it is no type's name. An integer is a number, too.
[[nodiscard]] std::optional<Types> types_of_name(std::string_view name) noexcept;
/// The one type that the value has.
[[nodiscard]] Types type_of(const Json& value) noexcept;
/// Of exactly one type.
[[nodiscard]] std::string_view name_of(Types type) noexcept;

/// Every number that JSON text is read into has its exact value here.
[[nodiscard]] long double number_of(const Json& number) noexcept;
[[nodiscard]] bool is_multiple(const Json& number, const Json& divisor) noexcept;

/// Equal as JSON Schema has it: 1 and 1.0 are. `steps` grows by the values that are compared.
[[nodiscard]] bool equal(const Json& a, const Json& b, std::uint64_t& steps);
/// The same for equal values.
[[nodiscard]] std::uint64_t hash_of(const Json& value, std::uint64_t& steps);
/// The steps that it takes to read a text.
[[nodiscard]] inline std::uint64_t steps_of(std::string_view text) noexcept {
  return text.size() / 64;
}

/// Of text in UTF-8.
[[nodiscard]] std::size_t code_points(std::string_view text) noexcept;

/// The value as JSON, for a message: cut when it is long.
[[nodiscard]] std::string shown(const Json& value);
[[nodiscard]] std::string shortened(std::string_view text);

}  // namespace hoplab::aws::json_schema
