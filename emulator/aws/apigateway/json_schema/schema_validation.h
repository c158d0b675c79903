// One validation of one value: walks through value and schema together, and keeps count of the
// work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "aws/apigateway/json_schema/schema_node.h"

namespace hoplab::aws::json_schema {

class Validation {
 public:
  /// `schema` outlives it. More than `most_steps` steps are not taken.
  Validation(const Schema& schema, std::size_t most_messages, std::uint64_t most_steps)
      : nodes_(schema.nodes), most_messages_(most_messages), most_steps_(most_steps) {}

  /// False: messages() say why.
  bool run(NodeId root, const Json& value);
  [[nodiscard]] std::vector<std::string>& messages() noexcept { return messages_; }

 private:
  // All return whether the value passes, and tell why it does not while it is `telling_`.
  bool passes(NodeId id, const Json& value);
  /// The same without a word.
  bool passes_quietly(NodeId id, const Json& value);
  bool keywords(const Node& node, const Json& value);
  bool children(const Node& node, const Json& value);

  bool type(const Node& node, const Json& value);
  bool enumeration(const Node& node, const Json& value);
  bool number(const Node& node, const Json& value);
  bool string(const Node& node, const std::string& value);
  bool array(const Node& node, const Json& value);
  bool unique(const Json& array);
  bool object(const Node& node, const Json::object_t& value);
  bool additional_properties(const Node& node, const Json::object_t& value);
  bool dependencies(const Node& node, const Json& value);
  bool combined(const Node& node, const Json& value);
  bool member(const Node& node, const std::string& name, const Json& value);
  std::size_t passing(const std::vector<NodeId>& schemas, const Json& value);

  /// Tells it; false.
  bool fail(std::string message);
  bool spent();

  const std::vector<Node>& nodes_;
  const std::size_t most_messages_;
  const std::uint64_t most_steps_;
  std::uint64_t steps_ = 0;
  int depth_ = 0;
  bool telling_ = true;
  bool given_up_ = false;  // too much work
  std::vector<std::string> messages_;
};

}  // namespace hoplab::aws::json_schema
