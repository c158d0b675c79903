// What a schema says of objects, and of what is inside of objects and arrays.
#include <algorithm>
#include <iterator>

#include "aws/apigateway/json_schema/schema_validation.h"

namespace hoplab::aws::json_schema {

namespace {

std::vector<std::string> missing(const std::vector<std::string>& names,
                                 const Json::object_t& value) {
  std::vector<std::string> lacking;
  std::ranges::copy_if(names, std::back_inserter(lacking),
                       [&](const std::string& name) { return !value.contains(name); });
  return lacking;
}

}  // namespace

bool Validation::object(const Node& node, const Json::object_t& value) {
  bool passed = additional_properties(node, value);
  const auto size = std::to_string(value.size());
  if (node.max_properties && value.size() > *node.max_properties) {
    passed = fail("object has too many properties (found " + size +
                  " but schema requires at most " + std::to_string(*node.max_properties) + ")");
  }
  if (node.min_properties && value.size() < *node.min_properties) {
    passed = fail("object has too few properties (found " + size +
                  " but schema requires at least " + std::to_string(*node.min_properties) + ")");
  }
  const auto lacking = missing(node.required, value);
  if (!lacking.empty()) {
    passed = fail("object has missing required properties (" + shown(lacking) + ")");
  }
  return passed;
}

bool Validation::additional_properties(const Node& node, const Json::object_t& value) {
  if (node.additional_properties.allowed) return true;
  std::vector<std::string> unwanted;
  for (const auto& property : value) {
    const std::string& name = property.first;
    if (spent()) return false;
    if (node.properties.contains(name)) continue;
    const bool known = std::ranges::any_of(
        node.pattern_properties, [&](const auto& one) { return one.first.found_in(name); });
    if (!known) unwanted.push_back(name);
  }
  return unwanted.empty() ||
         fail("object instance has properties which are not allowed by the schema: " +
              shown(unwanted));
}

bool Validation::dependencies(const Node& node, const Json& value) {
  const auto& object = value.get_ref<const Json::object_t&>();
  bool passed = true;
  for (const Dependency& dependency : node.dependencies) {
    if (!object.contains(dependency.property)) continue;
    const auto lacking = missing(dependency.properties, object);
    if (!lacking.empty()) {
      passed = fail("property \"" + dependency.property +
                    "\" of object has missing property dependencies (schema requires " +
                    shown(dependency.properties) + "; missing: " + shown(lacking) + ")");
    }
    if (dependency.schema && !passes(*dependency.schema, value)) passed = false;
  }
  return passed;
}

bool Validation::children(const Node& node, const Json& value) {
  bool passed = true;
  // Once nobody listens any more, the first failure is enough.
  const auto goes_on = [&] {
    return !given_up_ && (passed || (telling_ && messages_.size() < most_messages_));
  };
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size() && goes_on(); ++i) {
      const auto& schema = node.every_item         ? node.every_item
                           : i < node.items.size() ? std::optional<NodeId>(node.items[i])
                           : node.has_items_list   ? node.additional_items.schema
                                                   : std::nullopt;
      if (schema && !passes(*schema, value[i])) passed = false;
    }
  } else if (value.is_object()) {
    for (const auto& [name, inside] : value.get_ref<const Json::object_t&>()) {
      if (!goes_on()) break;
      if (!member(node, name, inside)) passed = false;
    }
  }
  return passed;
}

bool Validation::member(const Node& node, const std::string& name, const Json& value) {
  bool passed = true, known = false;
  if (const auto property = node.properties.find(name); property != node.properties.end()) {
    known = true;
    passed = passes(property->second, value);
  }
  for (const auto& [pattern, schema] : node.pattern_properties) {
    if (spent()) return false;
    if (!pattern.found_in(name)) continue;
    known = true;
    if (!passes(schema, value)) passed = false;
  }
  const auto& additional = node.additional_properties.schema;
  if (!known && additional && !passes(*additional, value)) passed = false;
  return passed;
}

}  // namespace hoplab::aws::json_schema
