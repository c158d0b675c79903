#include "scenario/yaml/plain_scalar.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "scenario/format/any_of.h"

namespace hoplab::scenario {
namespace {

bool digits(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char one) { return one >= '0' && one <= '9'; });
}

/// "-12"; no more than 64 bits hold.
std::optional<std::int64_t> whole_number(const std::string& text) {
  constexpr std::size_t kMostDigits = 18;
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  if (!digits(std::string_view(text).substr(sign)) || text.size() - sign > kMostDigits) return {};
  return std::stoll(text);
}

/// "1.5", "-2.5e3", ".5": as JSON has it, or nothing.
std::optional<std::string> real_number(std::string_view text) {
  std::string json;
  if (text.starts_with('-')) json = "-";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto exponent = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, exponent);
  const auto dot = std::min(mantissa.find('.'), mantissa.size());
  const std::string_view whole = mantissa.substr(0, dot);
  const std::string_view part = mantissa.substr(std::min(dot + 1, mantissa.size()));
  std::string_view power = text.substr(std::min(exponent + 1, text.size()));
  if (whole.empty() && part.empty()) return std::nullopt;
  if ((!whole.empty() && !digits(whole)) || (!part.empty() && !digits(part))) return std::nullopt;
  const auto first = std::min(whole.find_first_not_of('0'), whole.size());
  json += first == whole.size() ? "0" : whole.substr(first);
  if (!part.empty()) json += "." + std::string(part);
  if (exponent == text.size()) return json;
  json += 'e';
  if (power.starts_with('-') || power.starts_with('+')) {
    json += power.front();
    power.remove_prefix(1);
  }
  if (!digits(power)) return std::nullopt;
  return json.append(power);
}

std::optional<bool> truth_of(const std::string& text, YamlDialect dialect) {
  if (is_any_of(text, {"true", "True", "TRUE"})) return true;
  if (is_any_of(text, {"false", "False", "FALSE"})) return false;
  if (dialect == YamlDialect::core) return std::nullopt;
  if (is_any_of(text, {"yes", "Yes", "YES", "on", "On", "ON"})) return true;
  if (is_any_of(text, {"no", "No", "NO", "off", "Off", "OFF"})) return false;
  return std::nullopt;
}

/// With a leading zero: octal in YAML 1.1, or, as an account's id, a text.
bool leads_with_zero(std::string_view text) {
  return text.size() > 1 && text.front() == '0' && digits(text);
}

void assign_with_zero(Node& node, const std::string& text) {
  constexpr std::size_t kMostDigits = 20;  // of what 64 bits hold
  if (text.find_first_of("89") == std::string::npos && text.size() <= kMostDigits) {
    node.kind = Node::Kind::integer;
    node.integer = std::stoll(text, nullptr, 8);
    return;
  }
  node.kind = Node::Kind::text;
  node.text = text;
}

}  // namespace

void assign_plain(Node& node, const std::string& text, YamlDialect dialect) {
  node.text.clear();
  if (is_any_of(text, {"", "~", "null", "Null", "NULL"})) {
    node.kind = Node::Kind::null;
  } else if (const auto truth = truth_of(text, dialect)) {
    node.kind = Node::Kind::boolean;
    node.boolean = *truth;
  } else if (dialect == YamlDialect::cloudformation && leads_with_zero(text)) {
    assign_with_zero(node, text);
  } else if (const auto whole = whole_number(text)) {
    node.kind = Node::Kind::integer;
    node.integer = *whole;
  } else if (auto real = real_number(text)) {
    node.kind = Node::Kind::real;
    node.text = std::move(*real);
  } else {
    node.kind = Node::Kind::text;
    node.text = text;
  }
}

}  // namespace hoplab::scenario
