// Keyword by keyword, by JSON Schema 2020-12.
#include "schema_validator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/regex.hpp>  // std::regex recurses: long texts overflow a sanitizer's stack
#include <set>

namespace hoplab::scenario {
namespace {

using Json = nlohmann::json;

class Validator {
 public:
  explicit Validator(const Json& root) : root_(root) {}

  std::string check(const Json& schema, const Json& value, const std::string& at) const {
    static const std::set<std::string> known{
        "$schema",       "$defs",      "$ref",     "title",
        "description",   "type",       "enum",     "pattern",
        "minimum",       "maximum",    "items",    "minItems",
        "maxItems",      "properties", "required", "additionalProperties",
        "propertyNames", "anyOf",      "const"};
    for (const auto& [keyword, argument] : schema.items()) {
      EXPECT_TRUE(known.count(keyword) == 1) << keyword;
      const std::string wrong = by_keyword(keyword, argument, schema, value, at);
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

 private:
  std::string by_keyword(const std::string& keyword, const Json& argument, const Json& schema,
                         const Json& value, const std::string& at) const {
    if (keyword == "$ref") return check(root_.at(pointer(argument)), value, at);
    if (keyword == "anyOf") return any_of(argument, value, at);
    if (keyword == "type" && !is_type(argument, value)) return at + " is no " + argument.dump();
    if (keyword == "enum" && std::find(argument.begin(), argument.end(), value) == argument.end()) {
      return at + " is not in the enum";
    }
    if (keyword == "const" && value != argument) return at + " is not " + argument.dump();
    if (value.is_string() && keyword == "pattern" && !matches(argument, value)) {
      return at + " does not match " + argument.dump();
    }
    if (value.is_number() && keyword == "minimum" && value < argument) return at + " is too small";
    if (value.is_number() && keyword == "maximum" && value > argument) return at + " is too big";
    if (value.is_array()) return of_array(keyword, argument, value, at);
    if (value.is_object()) return of_object(keyword, argument, schema, value, at);
    return {};
  }

  std::string of_array(const std::string& keyword, const Json& argument, const Json& value,
                       const std::string& at) const {
    if (keyword == "minItems" && value.size() < argument) return at + " has too few items";
    if (keyword == "maxItems" && value.size() > argument) return at + " has too many items";
    if (keyword != "items") return {};
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string wrong = check(argument, value[i], at + "/" + std::to_string(i));
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  std::string of_object(const std::string& keyword, const Json& argument, const Json& schema,
                        const Json& value, const std::string& at) const {
    if (keyword == "required") {
      for (const Json& name : argument) {
        if (!value.contains(name.get<std::string>())) return at + " needs " + name.dump();
      }
    }
    for (const auto& [name, member] : value.items()) {
      const std::string here = at + "/" + name;
      const bool listed = schema.contains("properties") && schema["properties"].contains(name);
      std::string wrong;
      if (keyword == "propertyNames") wrong = check(argument, Json(name), here);
      if (keyword == "properties" && listed) wrong = check(argument[name], member, here);
      if (keyword == "additionalProperties" && !listed) {
        wrong = argument.is_boolean() ? here + " is unknown" : check(argument, member, here);
      }
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  std::string any_of(const Json& alternatives, const Json& value, const std::string& at) const {
    std::string first;
    for (const Json& one : alternatives) {
      const std::string wrong = check(one, value, at);
      if (wrong.empty()) return {};
      if (first.empty()) first = wrong;
    }
    return first;
  }

  static Json::json_pointer pointer(const Json& reference) {
    return Json::json_pointer(reference.get<std::string>().substr(1));
  }

  static bool matches(const Json& pattern, const Json& value) {
    return boost::regex_search(value.get<std::string>(), boost::regex(pattern.get<std::string>()),
                               boost::match_single_line);
  }

  static bool is_type(const Json& name, const Json& value) {
    if (name == "object") return value.is_object();
    if (name == "array") return value.is_array();
    if (name == "string") return value.is_string();
    if (name == "integer") return value.is_number_integer();
    if (name == "number") return value.is_number();
    if (name == "boolean") return value.is_boolean();
    if (name == "null") return value.is_null();
    ADD_FAILURE() << "type " << name;
    return false;
  }

  const Json& root_;
};

}  // namespace

std::string violates(const nlohmann::json& schema, const nlohmann::json& value) {
  return Validator(schema).check(schema, value, "");
}

}  // namespace hoplab::scenario
