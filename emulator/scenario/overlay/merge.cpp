#include "scenario/overlay/merge.h"

#include <algorithm>
#include <utility>

#include "model/nearest.h"

namespace hoplab::scenario {

bool take_away(Node& object, std::string_view key) {
  return std::erase_if(object.items, [key](const Node& item) { return item.key == key; }) > 0;
}

Diagnostic nothing_to_take_away(const Node& object, const Node& node) {
  std::vector<std::string_view> names;
  for (const Node& item : object.items) names.push_back(item.key);
  return {node.origin ? node.origin->name : "",
          node.line,
          0,
          {node.pointer, found(node), "it takes a member away, and there is none of that name",
           model::nearest(node.key, names), ""}};
}

void merge_over(Node& target, Node patch, std::vector<Diagnostic>& diagnostics) {
  if (patch.kind != Node::Kind::object) {
    target = std::move(patch);
    return;
  }
  std::vector<Node> members = std::move(patch.items);
  patch.items.clear();
  if (target.kind != Node::Kind::object) target = std::move(patch);
  for (Node& member : members) {
    Node* there = target.find(member.key);
    if (member.kind == Node::Kind::null) {
      if (!take_away(target, member.key)) {
        diagnostics.push_back(nothing_to_take_away(target, member));
      }
      continue;
    }
    if (there == nullptr) {
      Node& fresh = target.items.emplace_back();  // of no kind yet, so that the member is its own
      fresh.key = member.key;
      there = &fresh;
    }
    merge_over(*there, std::move(member), diagnostics);
  }
}

}  // namespace hoplab::scenario
