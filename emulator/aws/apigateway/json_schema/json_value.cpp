#include "aws/apigateway/json_schema/json_value.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "base/hash.h"

namespace hoplab::aws::json_schema {

namespace {

bool is_integer(const Json& number) noexcept {
  return number.is_number_integer();
}

std::uint64_t magnitude(const Json& integer) noexcept {
  if (integer.is_number_unsigned()) return integer.get<std::uint64_t>();
  const auto value = integer.get<std::int64_t>();
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

}  // namespace

std::optional<Json> parse(std::string_view text) {
  bool too_deep = false;
  const auto within = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMostDepth;
    return !too_deep;
  };
  Json value = Json::parse(text.begin(), text.end(), within, false);
  if (too_deep || value.is_discarded()) return std::nullopt;
  return value;
}

std::optional<Types> types_of_name(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kTypeNames, name);
  if (found == std::end(kTypeNames)) return std::nullopt;
  const auto type = static_cast<Types>(1 << (found - std::begin(kTypeNames)));
  return type == kNumber ? static_cast<Types>(kNumber | kInteger) : type;
}

Types type_of(const Json& value) noexcept {
  // A number without fraction that is too large for 64 bits has been read as a floating one.
  constexpr double kTwoTo63 = 9223372036854775808.0;
  std::size_t place = 0;
  switch (value.type()) {
    case Json::value_t::array: place = 0; break;
    case Json::value_t::boolean: place = 1; break;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned: place = 2; break;
    case Json::value_t::number_float:
      place = std::abs(value.get<double>()) >= kTwoTo63 ? 2 : 4;
      break;
    case Json::value_t::object: place = 5; break;
    case Json::value_t::string: place = 6; break;
    default: place = 3;
  }
  return static_cast<Types>(1 << place);
}

std::string_view name_of(Types type) noexcept {
  return kTypeNames[std::countr_zero(type)];
}

long double number_of(const Json& number) noexcept {
  if (number.is_number_unsigned()) return static_cast<long double>(number.get<std::uint64_t>());
  if (number.is_number_integer()) return static_cast<long double>(number.get<std::int64_t>());
  return number.get<double>();
}

bool is_multiple(const Json& number, const Json& divisor) noexcept {
  if (is_integer(number) && is_integer(divisor)) return magnitude(number) % magnitude(divisor) == 0;
  const long double quotient = number_of(number) / number_of(divisor);
  if (!std::isfinite(quotient)) return false;
  // Both are the nearest binary numbers of decimal ones: 0.0075 is a multiple of 0.0001.
  const long double tolerance = std::abs(quotient) * 4 * std::numeric_limits<double>::epsilon();
  return std::abs(quotient - std::round(quotient)) <= tolerance;
}

bool equal(const Json& a, const Json& b, std::uint64_t& steps) {
  ++steps;
  if (a.is_number() && b.is_number()) return number_of(a) == number_of(b);
  if (a.type() != b.type()) return false;
  if (a.is_array()) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(),
                      [&](const Json& one, const Json& other) { return equal(one, other, steps); });
  }
  if (a.is_object()) {
    const auto& left = a.get_ref<const Json::object_t&>();
    const auto& right = b.get_ref<const Json::object_t&>();
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(),
                      [&](const auto& one, const auto& other) {
                        return one.first == other.first && equal(one.second, other.second, steps);
                      });
  }
  return a == b;
}

std::uint64_t hash_of(const Json& value, std::uint64_t& steps) {
  ++steps;
  std::uint64_t hash = fnv1a(value.is_number() ? "number" : value.type_name());
  if (value.is_number()) {
    // Adding zero makes -0 the same as 0.
    const double number = static_cast<double>(number_of(value)) + 0.0;
    const auto bytes = std::bit_cast<std::array<char, sizeof(number)>>(number);
    return fnv1a({bytes.data(), bytes.size()}, hash);
  }
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    steps += steps_of(text);
    return fnv1a(text, hash);
  }
  if (value.is_boolean()) return hash + (value.get<bool>() ? 1 : 0);
  if (value.is_object()) {
    for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
      hash = fnv1a(name, hash) * 31 + hash_of(member, steps);
    }
  } else if (value.is_array()) {
    for (const Json& element : value) hash = hash * 31 + hash_of(element, steps);
  }
  return hash;
}

std::size_t code_points(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string shortened(std::string_view text) {
  constexpr std::size_t kLongest = 1000;
  if (text.size() <= kLongest) return std::string(text);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

std::string shown(const Json& value) {
  return shortened(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace hoplab::aws::json_schema
