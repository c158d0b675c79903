// Walks the table from the scenario's outermost object and writes every kind of object once, under
// $defs. What only the whole scenario can tell (names that must exist, limits over several values)
// is not in the schema; the reader's diagnostics cover that.
#include "scenario/format/schema.h"

#include <nlohmann/json.hpp>

#include <string>

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using Json = nlohmann::ordered_json;

Json reference(std::string_view name) {
  return {{"$ref", "#/$defs/" + std::string(name)}};
}

class SchemaWriter {
 public:
  Json write(const ObjectType& root) {
    Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                {"title", "hoplab scenario"}};
    schema.update(object_schema(root));
    // What a scenario leaves out stands in the one that it extends.
    schema["anyOf"] = {{{"required", schema["required"]}}, {{"required", {"extends"}}}};
    schema.erase("required");
    definitions_["WithParameter"] = {
        {"description", "A text in which ${name} stands for a parameter's value."},
        {"type", "string"},
        {"pattern", "\\$\\{[^}]+\\}"}};
    schema["$defs"] = definitions_;
    return schema;
  }

 private:
  Json object_schema(const ObjectType& type) {
    Json properties = Json::object();
    Json required = Json::array();
    Json instead;
    for (const Property& property : type.properties) {
      Json value = type_schema(property.type);
      value["description"] = property.help;
      properties[std::string(property.name)] = std::move(value);
      if (property.required && property.instead.empty()) required.push_back(property.name);
      if (property.instead.empty()) continue;
      if (instead.is_null())
        instead = {{{"required", Json::array()}}, only_required(property.instead)};
      instead[0]["required"].push_back(property.name);
    }
    Json schema{{"description", type.help}, {"type", "object"}, {"properties", properties}};
    if (!required.empty()) schema["required"] = required;
    if (!instead.is_null()) schema["anyOf"] = instead;
    schema["additionalProperties"] = false;
    return schema;
  }

  static Json only_required(std::string_view name) { return {{"required", Json::array({name})}}; }

  Json defined(const ObjectType& type) {
    if (!definitions_.contains(type.name)) {
      definitions_[type.name] = nullptr;  // keeps its place while its parts are written
      definitions_[type.name] = object_schema(type);
    }
    return reference(type.name);
  }

  /// Any text may hold a parameter, which is put in before the text is judged.
  static Json or_parameter(Json schema) {
    return {{"anyOf", Json::array({std::move(schema), reference("WithParameter")})}};
  }

  Json type_schema(const Type& type) {
    if (!type.only.empty()) {
      Json schema{{"const", Json::parse(type.only)}};
      return type.kind == Type::Kind::text ? or_parameter(std::move(schema)) : schema;
    }
    switch (type.kind) {
      case Type::Kind::text:
        if (type.rule == &model::rules::kAnyText) return {{"type", "string"}};
        return or_parameter({{"type", "string"}, {"pattern", type.rule->pattern}});
      case Type::Kind::choice: return or_parameter({{"enum", type.choices}});
      case Type::Kind::integer:
        return {{"type", "integer"}, {"minimum", type.least}, {"maximum", type.most}};
      case Type::Kind::number:
        return {{"type", "number"}, {"minimum", type.least}, {"maximum", type.most}};
      case Type::Kind::boolean: return {{"type", "boolean"}};
      case Type::Kind::list:
        return {{"type", "array"},
                {"items", type_schema(*type.item)},
                {"minItems", type.least},
                {"maxItems", type.most}};
      case Type::Kind::map:
        return {{"type", "object"},
                {"propertyNames", {{"pattern", type.rule->pattern}}},
                {"additionalProperties", type_schema(*type.item)}};
      case Type::Kind::object: return defined(*type.object);
      case Type::Kind::json: return Json::object();
      case Type::Kind::null: return {{"type", "null"}};
      case Type::Kind::either: break;
    }
    Json alternatives = Json::array();
    for (const Type& one : type.alternatives) alternatives.push_back(type_schema(one));
    return {{"anyOf", alternatives}};
  }

  Json definitions_ = Json::object();
};

}  // namespace

std::string_view scenario_schema() {
  static const std::string text = [] {
    Json schema = SchemaWriter().write(scenario_type());
    return schema.dump(2) + '\n';
  }();
  return text;
}

}  // namespace hoplab::scenario
