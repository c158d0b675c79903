// Makes a compiled schema of JSON.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/apigateway/json_schema/schema_node.h"
#include "aws/apigateway/json_schema/schema_references.h"
#include "base/result.h"

namespace hoplab::aws::json_schema {

/// Reads each schema once, whichever way it is reached: what one refers to waits in a list.
class Compiler {
 public:
  Compiler(const Json& root, const JsonSchema::Models& models) : references_(root, models) {}

  Result<Schema> compile();

 private:
  friend struct Keyword;
  struct Waiting {
    NodeId id;
    Place place;
  };

  /// False: error_ says why. The first error stays.
  bool fail(const Place& place, const std::string& what);

  bool read(const Place& place, Node& into);
  // Each takes the value of a keyword.
  bool type(const Place& place, Node& into);
  bool enumeration(const Place& place, Node& into);
  bool multiple_of(const Place& place, Node& into);
  bool pattern(const Place& place, Node& into);
  bool format(const Place& place, Node& into);
  bool items(const Place& place, Node& into);
  bool properties(const Place& place, Node& into);
  bool pattern_properties(const Place& place, Node& into);
  bool required(const Place& place, Node& into);
  bool dependencies(const Place& place, Node& into);
  bool none_of(const Place& place, Node& into);
  template <std::optional<Bound> Node::*Member>
  bool bound(const Place& place, Node& into);
  template <std::optional<Bound> Node::*Member>
  bool exclusive(const Place& place, Node& into);
  template <std::optional<std::uint64_t> Node::*Member>
  bool count(const Place& place, Node& into);
  template <std::vector<NodeId> Node::*Member>
  bool schemas(const Place& place, Node& into);
  template <Additional Node::*Member>
  bool additional(const Place& place, Node& into);
  bool unique_items(const Place& place, Node& into);

  bool boolean(const Place& place, bool& into);
  bool object(const Place& place);
  bool schema_list(const Place& place, std::vector<NodeId>& into);
  bool names(const Place& place, std::vector<std::string>& into);
  bool schema(const Place& place, NodeId& into);
  bool schema(const Place& place, std::optional<NodeId>& into);

  References references_;
  Schema schema_;
  std::map<const Json*, NodeId> known_;
  std::vector<Waiting> waiting_;
  std::string error_;
};

/// The place of a schema that would be asked about a value before it has said anything about that
/// value, again and again; nothing: there is none.
[[nodiscard]] std::optional<NodeId> endless(const Schema& schema);

}  // namespace hoplab::aws::json_schema
