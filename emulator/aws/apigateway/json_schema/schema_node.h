// A compiled schema: its parts, which name one another by their numbers, so that they may be
// recursive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/apigateway/json_schema/ecma_pattern.h"
#include "aws/apigateway/json_schema/json_value.h"

namespace hoplab::aws::json_schema {

using NodeId = std::uint32_t;

/// minimum or maximum.
struct Bound {
  Json limit;  // a number
  bool exclusive = false;
};

/// additionalItems or additionalProperties. No schema: all are allowed, or none.
struct Additional {
  bool allowed = true;
  std::optional<NodeId> schema;
};

/// What must be there when a certain property is: other properties, or a schema that holds.
struct Dependency {
  std::string property;
  std::vector<std::string> properties;
  std::optional<NodeId> schema;
};

/// One schema. What it does not say allows everything.
struct Node {
  std::optional<Types> types;
  std::optional<Json> enumeration;  // an array

  std::optional<Bound> minimum, maximum;
  std::optional<Json> multiple_of;

  std::optional<std::uint64_t> min_length, max_length;
  std::optional<EcmaPattern> pattern;
  std::string format;

  std::optional<NodeId> every_item;
  std::vector<NodeId> items;  // of the first ones each
  bool has_items_list = false;
  Additional additional_items;
  std::optional<std::uint64_t> min_items, max_items;
  bool unique_items = false;

  std::map<std::string, NodeId, std::less<>> properties;
  std::vector<std::pair<EcmaPattern, NodeId>> pattern_properties;
  Additional additional_properties;
  std::vector<std::string> required;  // sorted
  std::optional<std::uint64_t> min_properties, max_properties;
  std::vector<Dependency> dependencies;

  std::vector<NodeId> all_of, any_of, one_of;
  std::optional<NodeId> none_of;  // not
};

struct Schema {
  std::vector<Node> nodes;
  NodeId root = 0;
};

}  // namespace hoplab::aws::json_schema
