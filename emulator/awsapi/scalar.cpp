#include "awsapi/scalar.h"

#include <charconv>
#include <cmath>

#include "base/base64.h"
#include "base/clock.h"
#include "base/time_text.h"

namespace hoplab::awsapi {

namespace {

template <class T>
std::optional<T> number_from_text(std::string_view text) noexcept {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_one_of(std::string_view text, std::string_view choices) {
  while (true) {
    const std::string_view one = choices.substr(0, choices.find('|'));
    if (one == text) return true;
    if (one.size() == choices.size()) return false;
    choices.remove_prefix(one.size() + 1);
  }
}

std::string with_commas(std::string_view choices) {
  std::string made;
  for (const char c : choices) made += c == '|' ? std::string(", ") : std::string(1, c);
  return made;
}

class Checker {
 public:
  explicit Checker(const Service& service) : service_(service) {}

  Refusal structure(const Json& value, Members members, const std::string& path) const {
    for (const Member& member : members) {
      const auto found = value.find(member.name);
      const std::string here = path + std::string(member.name);
      if (found == value.end() || found->is_null()) {
        if (member.required) return missing_input(service_, here);
      } else if (auto refused = one(*found, member, here)) {
        return refused;
      }
    }
    return std::nullopt;
  }

 private:
  Refusal one(const Json& value, const Member& member, const std::string& path) const {
    switch (member.kind) {
      case Kind::text: return text(value.get_ref<const std::string&>(), member, path);
      case Kind::integer: return integer(value.get<std::int64_t>(), member, path);
      case Kind::structure: return structure(value, member.members, path + ".");
      case Kind::list:
      case Kind::map: break;
      default: return std::nullopt;
    }
    std::size_t at = 0;
    for (const Json& item : value) {
      const std::string here = path + "." + std::to_string(++at);
      if (auto refused = one(item, item_of(member), here)) return refused;
    }
    return std::nullopt;
  }

  Refusal text(const std::string& value, const Member& member, const std::string& path) const {
    if (member.choices.empty() || is_one_of(value, member.choices)) return std::nullopt;
    return invalid_input(
        service_, "1 validation error detected: Value '" + value + "' at '" + path +
                      "' failed to satisfy constraint: Member must satisfy enum value set: [" +
                      with_commas(member.choices) + "]");
  }

  Refusal integer(std::int64_t value, const Member& member, const std::string& path) const {
    const bool low = value < member.least;
    if (!low && value <= member.most) return std::nullopt;
    return invalid_input(
        service_, "1 validation error detected: Value '" + std::to_string(value) + "' at '" + path +
                      "' failed to satisfy constraint: Member must have value " +
                      (low ? "greater than or equal to " + std::to_string(member.least)
                           : "less than or equal to " + std::to_string(member.most)));
  }

  const Service& service_;
};

}  // namespace

std::string_view word(Kind kind) noexcept {
  switch (kind) {
    case Kind::integer: return "whole number";
    case Kind::number: return "number";
    case Kind::boolean: return "boolean";
    case Kind::timestamp: return "time";
    case Kind::blob: return "text in base64";
    case Kind::structure: return "structure";
    case Kind::list: return "list";
    case Kind::map: return "map";
    default: return "text";
  }
}

std::optional<std::int64_t> integer_from_text(std::string_view text) noexcept {
  return number_from_text<std::int64_t>(text);
}

std::optional<Json> scalar_from_text(std::string_view text, Kind kind) {
  switch (kind) {
    case Kind::integer:
      if (const auto read = integer_from_text(text)) return Json(*read);
      return std::nullopt;
    case Kind::number:
      if (const auto read = number_from_text<double>(text); read && std::isfinite(*read)) {
        return Json(*read);
      }
      return std::nullopt;
    case Kind::boolean:
      if (text == "true" || text == "false") return Json(text == "true");
      return std::nullopt;
    case Kind::timestamp:
      if (const auto read = parse_time(text)) return Json(*read);
      return std::nullopt;
    case Kind::blob:
      if (auto read = from_base64(text)) return Json(std::move(*read));
      return std::nullopt;
    default: return Json(text);
  }
}

std::string text_from_scalar(const Json& value, Kind kind) {
  if (kind == Kind::timestamp && value.is_number_integer()) {
    return iso8601_seconds(value.get<std::int64_t>());
  }
  if (!value.is_string()) return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  return kind == Kind::blob ? to_base64(text) : text;
}

Refusal check(const Service& service, const Json& value, Members members) {
  return Checker(service).structure(value, members, "");
}

}  // namespace hoplab::awsapi
