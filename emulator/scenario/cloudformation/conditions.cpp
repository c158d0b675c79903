// Conditions, and Fn::If, which they decide.
#include <algorithm>

#include "scenario/cloudformation/evaluator.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::cloudformation {
namespace {

/// Numbers and booleans are the texts that they are written as.
std::string comparable(const Node& node) {
  switch (node.kind) {
    case Node::Kind::text: return node.text;
    case Node::Kind::integer: return std::to_string(node.integer);
    case Node::Kind::boolean: return node.boolean ? "true" : "false";
    case Node::Kind::real: return node.text;
    default: return to_json(node);
  }
}

}  // namespace

Value Evaluator::choose(StackState& stack, const Node&, const Node& argument) {
  if (argument.kind != Node::Kind::list || argument.items.size() != 3) {
    return mistake(argument, found(argument),
                   "Fn::If takes a condition, a value if it holds, and one if not");
  }
  const bool holds = named_condition(stack, argument.items[0].text, argument.items[0]);
  return value(stack, argument.items[holds ? 1 : 2]);
}

/// A condition in the place of a value.
Value Evaluator::as_value(StackState& stack, const Node& call, const Node&) {
  Node node = object_like(call, call.key);
  node.kind = Node::Kind::boolean;
  node.boolean = condition(stack, call);
  return node;
}

bool Evaluator::named_condition(StackState& stack, const std::string& name, const Node& place) {
  const Node* const all = stack.stack->root.find("Conditions");
  const Node* const declared = all ? all->find(name) : nullptr;
  if (!declared) {
    mistake(place, model::in_quotes(name), "the template has no such condition");
    return false;
  }
  ConditionState& state = stack.conditions[name];
  if (state.value) return *state.value;
  if (state.running) {
    mistake(place, model::in_quotes(name), "the conditions depend on one another in a circle");
    return false;
  }
  state.running = true;
  const bool holds = condition(stack, *declared);
  state.running = false;
  state.value = holds;
  return holds;
}

bool Evaluator::condition(StackState& stack, const Node& node) {
  constexpr int kDeepest = 400;
  const Node* const call =
      node.kind == Node::Kind::object && node.items.size() == 1 ? &node.items.front() : nullptr;
  if (!call || depth_ > kDeepest) {
    if (node.kind == Node::Kind::boolean) return node.boolean;
    mistake(node, found(node), "a condition is one of Fn::Equals, And, Or, Not and Condition");
    return false;
  }
  if (call->key == "Condition") return named_condition(stack, call->text, *call);
  const auto holds = [&](const Node& one) {
    ++depth_;
    const bool is = condition(stack, one);
    --depth_;
    return is;
  };
  if (call->key == "Fn::And") return std::ranges::all_of(call->items, holds);
  if (call->key == "Fn::Or") return std::ranges::any_of(call->items, holds);
  if (call->key == "Fn::Not" && call->items.size() == 1) return !holds(call->items.front());
  if (call->key != "Fn::Equals" || call->items.size() != 2) {
    mistake(*call, model::in_quotes(call->key),
            "a condition is one of Fn::Equals, And, Or, Not and Condition");
    return false;
  }
  const Value a = value(stack, call->items[0]), b = value(stack, call->items[1]);
  const std::string first = a ? comparable(*a) : "", second = b ? comparable(*b) : "";
  for (const std::string& one : {first, second}) {
    const std::string_view unknown = resources::unknown_part(one);
    if (unknown.empty()) continue;
    mistake(*call, {},
            "the condition needs the value of " + std::string(unknown) +
                ", which hoplab does not know; give it one");
    return false;
  }
  return a.has_value() == b.has_value() && first == second;
}

}  // namespace hoplab::scenario::cloudformation
