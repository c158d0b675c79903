// Numbers as Java's Integer, Long and Double have them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/apigateway/mapping/value.h"

namespace hoplab::aws::vtl {

enum class Arithmetic : std::uint8_t { add, subtract, multiply, divide, modulo };

/// As Double.toString: "1.0", "1.0E10", "NaN".
std::string java_double(double number);

inline bool is_number(const Value& value) noexcept {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

/// Of a number.
double as_double(const Value& number) noexcept;

/// Of two numbers: a Double when one of them is one. Null: a division by zero, or what no Long
/// holds (Velocity goes on with BigInteger there).
Value calculate(Arithmetic operation, const Value& left, const Value& right) noexcept;

/// Of two numbers, below, at or above zero; NaN is equal to all, as Velocity has it.
int compare_numbers(const Value& left, const Value& right) noexcept;

/// As Integer.parseInt and Double.parseDouble take it; nothing: they throw.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;
std::optional<double> parse_double(std::string_view text) noexcept;

}  // namespace hoplab::aws::vtl
