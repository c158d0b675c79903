#include "aws/apigateway/json_schema/schema_compiler.h"

#include <utility>

namespace hoplab::aws::json_schema {

bool Compiler::fail(const Place& place, const std::string& what) {
  if (error_.empty()) error_ = place.text + ": " + what;
  return false;
}

Result<Schema> Compiler::compile() {
  if (!schema(references_.root(), schema_.root)) return Error{error_};
  std::map<NodeId, std::string> places;
  while (!waiting_.empty()) {
    const Waiting next = std::move(waiting_.back());
    waiting_.pop_back();
    places[next.id] = next.place.text;
    Node node;
    if (!read(next.place, node)) return Error{error_};
    schema_.nodes[next.id] = std::move(node);
  }
  if (const auto id = endless(schema_)) {
    return Error{places[*id] + ": a circle of schemas asks about the same value again and again"};
  }
  return std::move(schema_);
}

bool Compiler::schema(const Place& place, NodeId& into) {
  auto resolved = references_.resolved(place);
  if (!resolved) {
    if (error_.empty()) error_ = resolved.error();
    return false;
  }
  Place& found = resolved.value();
  if (!found.value->is_object()) return fail(found, "a schema must be an object");
  const auto [known, is_new] =
      known_.try_emplace(found.value, static_cast<NodeId>(schema_.nodes.size()));
  into = known->second;
  if (is_new) {
    schema_.nodes.emplace_back();
    waiting_.push_back({into, std::move(found)});
  }
  return true;
}

bool Compiler::schema(const Place& place, std::optional<NodeId>& into) {
  NodeId id = 0;
  if (!schema(place, id)) return false;
  into = id;
  return true;
}

namespace {

template <class Visit>
void each_of_the_same_value(const Node& node, Visit visit) {
  for (const auto* list : {&node.all_of, &node.any_of, &node.one_of}) {
    for (const NodeId id : *list) visit(id);
  }
  if (node.none_of) visit(*node.none_of);
  for (const Dependency& dependency : node.dependencies) {
    if (dependency.schema) visit(*dependency.schema);
  }
}

}  // namespace

std::optional<NodeId> endless(const Schema& schema) {
  // Takes away what nothing asks any more, until there is nothing left, or only circles.
  std::vector<std::size_t> askers(schema.nodes.size());
  for (const Node& node : schema.nodes) {
    each_of_the_same_value(node, [&](NodeId id) { ++askers[id]; });
  }
  std::vector<NodeId> unasked;
  for (NodeId id = 0; id < askers.size(); ++id) {
    if (askers[id] == 0) unasked.push_back(id);
  }
  while (!unasked.empty()) {
    const NodeId next = unasked.back();
    unasked.pop_back();
    each_of_the_same_value(schema.nodes[next], [&](NodeId id) {
      if (--askers[id] == 0) unasked.push_back(id);
    });
  }
  for (NodeId id = 0; id < askers.size(); ++id) {
    if (askers[id] > 0) return id;
  }
  return std::nullopt;
}

}  // namespace hoplab::aws::json_schema
