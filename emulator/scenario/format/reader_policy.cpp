#include "scenario/format/reader_policy.h"

namespace hoplab::scenario {

void read_policy(std::string& into, const Node& node, ReadContext& context, std::string_view what,
                 std::size_t longest) {
  into = to_json(node);
  if (into.size() > longest) {
    context.report(node, "a policy of " + std::to_string(into.size()) + " characters",
                   std::string(what) + " has at most " + std::to_string(longest));
  }
  const Node* statements = node.find("Statement");
  if (statements == nullptr) {
    context.report(node, found(node), "it takes an IAM policy: an object with Statement");
    return;
  }
  const bool many = statements->kind == Node::Kind::list;
  if (!many && statements->kind != Node::Kind::object) {
    context.report(*statements, found(*statements), "it takes a statement or a list of them");
  }
  if (!many) return;
  for (const Node& one : statements->items) {
    if (one.kind != Node::Kind::object) {
      context.report(one, found(one),
                     "it takes a statement: an object with Effect, Principal, "
                     "Action and Resource");
    }
  }
}

}  // namespace hoplab::scenario
