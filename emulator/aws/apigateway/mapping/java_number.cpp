#include "aws/apigateway/mapping/java_number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/ascii.h"

namespace hoplab::aws::vtl {

namespace {

/// The shortest digits that give the number back, and the power of ten of the first of them.
struct Digits {
  std::string digits;
  int exponent = 0;
};

Digits digits_of(double magnitude) {
  std::array<char, 64> room{};
  const auto end = std::to_chars(room.data(), room.data() + room.size(), magnitude,
                                 std::chars_format::scientific);
  const std::string_view text(room.data(), static_cast<std::size_t>(end.ptr - room.data()));
  const std::size_t e = text.find('e');
  Digits found;
  for (const char c : text.substr(0, e)) {
    if (c != '.') found.digits += c;
  }
  std::string_view power = text.substr(e + 1);
  if (power.starts_with('+')) power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), found.exponent);
  return found;
}

std::string plain(const Digits& number) {
  const int exponent = number.exponent;
  std::string digits = number.digits;
  if (exponent < 0) {
    return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole + 1) digits.append(whole + 1 - digits.size(), '0');
  return digits.insert(whole, 1, '.');
}

std::optional<std::int64_t> whole(Arithmetic operation, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  bool overflow = false;
  switch (operation) {
    case Arithmetic::add: overflow = __builtin_add_overflow(left, right, &result); break;
    case Arithmetic::subtract: overflow = __builtin_sub_overflow(left, right, &result); break;
    case Arithmetic::multiply: overflow = __builtin_mul_overflow(left, right, &result); break;
    case Arithmetic::divide:
    case Arithmetic::modulo:
      overflow = right == 0 || (left == std::numeric_limits<std::int64_t>::min() && right == -1);
      if (!overflow) result = operation == Arithmetic::divide ? left / right : left % right;
      break;
  }
  if (overflow) return std::nullopt;
  return result;
}

}  // namespace

std::string java_double(double number) {
  if (std::isnan(number)) return "NaN";
  const std::string sign = std::signbit(number) ? "-" : "";
  const double magnitude = std::fabs(number);
  if (std::isinf(magnitude)) return sign + "Infinity";
  if (magnitude == 0) return sign + "0.0";
  const Digits found = digits_of(magnitude);
  if (found.exponent >= -3 && found.exponent < 7) return sign + plain(found);
  const std::string rest = found.digits.size() > 1 ? found.digits.substr(1) : "0";
  return sign + found.digits[0] + "." + rest + "E" + std::to_string(found.exponent);
}

double as_double(const Value& number) noexcept {
  const auto* const integer = std::get_if<std::int64_t>(&number);
  if (integer != nullptr) return static_cast<double>(*integer);
  const double* const floating = std::get_if<double>(&number);
  return floating != nullptr ? *floating : 0;
}

Value calculate(Arithmetic operation, const Value& left, const Value& right) noexcept {
  const auto* const a = std::get_if<std::int64_t>(&left);
  const auto* const b = std::get_if<std::int64_t>(&right);
  if (a != nullptr && b != nullptr) {
    const auto result = whole(operation, *a, *b);
    return result ? Value(*result) : Value();
  }
  const double x = as_double(left);
  const double y = as_double(right);
  switch (operation) {
    case Arithmetic::add: return x + y;
    case Arithmetic::subtract: return x - y;
    case Arithmetic::multiply: return x * y;
    case Arithmetic::divide: return y == 0 ? Value() : Value(x / y);
    case Arithmetic::modulo: return y == 0 ? Value() : Value(std::fmod(x, y));
  }
  return {};
}

int compare_numbers(const Value& left, const Value& right) noexcept {
  const auto* const a = std::get_if<std::int64_t>(&left);
  const auto* const b = std::get_if<std::int64_t>(&right);
  if (a != nullptr && b != nullptr) return *a < *b ? -1 : *a > *b ? 1 : 0;
  const double x = as_double(left);
  const double y = as_double(right);
  return x < y ? -1 : x > y ? 1 : 0;
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.back())) return std::nullopt;
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> parse_double(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace hoplab::aws::vtl
