#include "scenario/cloudformation/evaluator.h"

#include <algorithm>

#include "model/nearest.h"
#include "scenario/cloudformation/custom_resources.h"
#include "scenario/cloudformation/identity.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::cloudformation {
namespace {

using resources::Resource;
using resources::unknown_text;

/// How many values, functions and resources lead to one another at most.
constexpr int kDeepestReferences = 800;
/// How many bytes all texts that functions make have together.
constexpr std::size_t kMostBytes = 64 << 20;

/// "Producer/Alb/Resource", which CDK leaves with a resource.
std::string cdk_path(const Node& resource) {
  const Node* const metadata = resource.find("Metadata");
  return metadata ? resources::text_of(*metadata, "aws:cdk:path") : std::string();
}

/// The only member of an object whose name is a function's; null: it is none.
const Node* call_in(const Node& node) {
  if (node.kind != Node::Kind::object || node.items.size() != 1) return nullptr;
  const Node& only = node.items.front();
  const bool function = only.key == "Ref" || only.key.starts_with("Fn::");
  return function ? &only : nullptr;
}

}  // namespace

Evaluator::Evaluator(std::vector<Stack> stacks, std::vector<Diagnostic>& diagnostics,
                     Deployed deployed)
    : stacks_(std::make_move_iterator(stacks.begin()), std::make_move_iterator(stacks.end())),
      diagnostics_(diagnostics),
      deployed_(std::move(deployed)),
      made_(deployed_.resources.begin(), deployed_.resources.end()) {
  for (const Stack& stack : stacks_) add_stack(stack);
}

resources::Resources Evaluator::run() {
  for (std::size_t i = 0; i < states_.size(); ++i) {  // nested ones come while others are made
    StackState& stack = states_[i];
    const Node* const all = stack.stack->root.find("Resources");
    if (!all || all->kind != Node::Kind::object || all->items.empty()) {
      mistake(all ? *all : stack.stack->root, {}, "a template needs Resources");
      continue;
    }
    if (all->items.size() > kMostResources) {
      mistake(*all, std::to_string(all->items.size()) + " resources",
              "a template has at most " + std::to_string(kMostResources));
      continue;
    }
    for (const Node& one : all->items) make(stack, one.key, stack.resources[one.key]);
  }
  resources::Resources all;
  all.objects = objects_;
  all.all.assign(made_.begin(), made_.end());  // which outputs still refer to
  add_effects(all, notes_);
  return all;
}

void Evaluator::make(StackState& stack, const std::string& id, ResourceState& state) {
  using Progress = ResourceState::Progress;
  if (state.progress != Progress::fresh) return;
  const Node& node = *state.node;
  const Node* const type = node.find("Type");
  if (!type || type->kind != Node::Kind::text) {
    state.progress = Progress::absent;
    mistake(node, {}, "a resource needs a Type");
    return;
  }
  if (const Node* const condition = node.find("Condition")) {
    if (!named_condition(stack, condition->text, *condition)) {
      state.progress = Progress::absent;
      return;
    }
  }
  state.progress = Progress::running;
  on_the_way_.push_back(stack.stack->name + "." + id);
  make_first(stack, node);
  Resource made;
  made.type = type->text;
  made.name = id;
  made.stack = stack.stack->name;
  made.path = cdk_path(node);
  made.account = stack.stack->account;
  made.region = stack.stack->region;
  made.attributes = object_node();
  const Node* const properties = node.find("Properties");
  const Value evaluated = properties ? value(stack, *properties) : std::nullopt;
  made.properties =
      evaluated && evaluated->kind == Node::Kind::object ? *evaluated : object_like(node, "");
  if (!deployed_.make || !deployed_.make(made)) {
    const std::string& alias = stack.stack->alias;
    made.stack = alias.empty() ? stack.stack->name : alias;
    identify(made, {made_, names_});
    made.stack = stack.stack->name;
  }
  answer(made, made_, *stack.stack, objects_, notes_);
  if (made.type == "AWS::CloudFormation::Stack") add_nested(stack, made);
  state.made = &made_.emplace_back(std::move(made));
  on_the_way_.pop_back();
  state.progress = Progress::done;
}

/// What a resource waits for. One whose condition does not hold is not waited for.
void Evaluator::make_first(StackState& stack, const Node& node) {
  const Node* const depends = node.find("DependsOn");
  if (!depends) return;
  const auto one = [&](const Node& name) {
    if (stack.resources.contains(name.text)) {
      resource(stack, name.text, name, false);
    } else {
      mistake(name, found(name), "there is no such resource in the template");
    }
  };
  if (depends->kind == Node::Kind::text) one(*depends);
  for (const Node& name : depends->items) one(name);
}

const Resource* Evaluator::resource(StackState& stack, const std::string& id, const Node& place,
                                    bool needed) {
  using Progress = ResourceState::Progress;
  const auto found = stack.resources.find(id);
  if (found == stack.resources.end()) {
    std::vector<std::string_view> names;
    for (const auto& [name, state] : stack.resources) names.push_back(name);
    diagnostics_.push_back({place.origin ? place.origin->name : "",
                            place.line,
                            0,
                            {place.pointer, model::in_quotes(id),
                             "there is no such resource or parameter in the template",
                             model::nearest(id, names), ""}});
    return nullptr;
  }
  ResourceState& state = found->second;
  if (state.progress == Progress::running) {
    std::string way;
    const auto begin = std::ranges::find(on_the_way_, stack.stack->name + "." + id);
    for (auto it = begin; it != on_the_way_.end(); ++it) way += *it + " -> ";
    mistake(
        place, {},
        "the resources depend on one another in a circle: " + way + stack.stack->name + "." + id);
    return nullptr;
  }
  if (depth_ >= kDeepestReferences) {
    mistake(place, {}, "it stands at the end of too many references");
    return nullptr;
  }
  ++depth_;
  make(stack, id, state);
  --depth_;
  if (needed && state.progress == Progress::absent) {
    mistake(place, model::in_quotes(id), "the resource's condition does not hold");
  }
  return state.made;
}

Value Evaluator::value(StackState& stack, const Node& node) {
  if (node.kind == Node::Kind::null) return std::nullopt;
  if (node.kind != Node::Kind::object && node.kind != Node::Kind::list) return node;
  if (depth_ >= kDeepestReferences) {
    return mistake(node, {}, "it stands at the end of too many references");
  }
  ++depth_;
  Value made;
  const Node* const call = call_in(node);
  if (!call) {
    made = collection(stack, node);
  } else {
    const auto known = std::ranges::find(functions(), call->key, &NamedFunction::name);
    made = known == functions().end()
               ? mistake(*call, model::in_quotes(call->key), "there is no such function")
               : (this->*known->function)(stack, node, *call);
    if (made) {
      made->key = node.key;
      made->pointer = node.pointer;
      made->line = node.line;
      made->origin = node.origin;
    }
  }
  --depth_;
  return made;
}

Value Evaluator::collection(StackState& stack, const Node& node) {
  Node made = object_like(node, node.key);
  made.kind = node.kind;
  for (const Node& item : node.items) {
    if (Value one = value(stack, item)) made.items.push_back(std::move(*one));
  }
  return made;
}

Value Evaluator::text_at(const Node& call, std::string text) {
  if (!spend(call, text.size())) text = unknown_text("a template that is too large");
  return text_like(call, std::move(text), call.key);
}

Value Evaluator::mistake(const Node& node, std::string what, std::string rule) {
  diagnostics_.push_back({node.origin ? node.origin->name : "",
                          node.line,
                          0,
                          {node.pointer, std::move(what), std::move(rule), "", ""}});
  return text_like(node, unknown_text("what is wrong"), node.key);
}

bool Evaluator::spend(const Node& node, std::size_t bytes) {
  const bool was_good = spent_ <= kMostBytes;
  spent_ += bytes;
  if (spent_ <= kMostBytes) return true;
  if (was_good) mistake(node, {}, "what the functions of the templates give is too large");
  return false;
}

Evaluator::StackState* Evaluator::find_stack(const std::string& name) {
  const auto is = [&](const StackState& one) { return one.stack->name == name; };
  const auto found = std::ranges::find_if(states_, is);
  return found == states_.end() ? nullptr : &*found;
}

Value Evaluator::output_value(StackState& stack, const std::string& name, const Node& place) {
  const Node* const all = stack.stack->root.find("Outputs");
  const Node* const one = all ? all->find(name) : nullptr;
  const Node* const given = one ? one->find("Value") : nullptr;
  if (!given) {
    return mistake(place, model::in_quotes(name),
                   "the stack " + stack.stack->name + " has no such output");
  }
  return value(stack, *given);
}

std::optional<Output> Evaluator::output(StackState& stack, const Node& node) {
  if (const Node* const condition = node.find("Condition")) {
    if (!named_condition(stack, condition->text, *condition)) return std::nullopt;
  }
  const Node* const given = node.find("Value");
  if (!given) return std::nullopt;
  const Value made = value(stack, *given);
  Output one;
  one.stack = stack.stack->name;
  one.name = node.key;
  one.description = resources::text_of(node, "Description");
  if (made) one.value = made->kind == Node::Kind::text ? made->text : to_json(*made);
  const Node* const exported = node.find("Export");
  const Node* const name = exported ? exported->find("Name") : nullptr;
  if (name) one.export_name = text_argument(stack, *name);
  return one;
}

std::vector<Output> Evaluator::outputs() {
  std::vector<Output> all;
  for (StackState& stack : states_) {
    const Node* const section = stack.stack->root.find("Outputs");
    if (!section) continue;
    for (const Node& node : section->items) {
      if (auto one = output(stack, node)) all.push_back(std::move(*one));
    }
  }
  return all;
}

}  // namespace hoplab::scenario::cloudformation
