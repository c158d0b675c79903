// Ref, Fn::GetAtt and what leads to other stacks.
#include "scenario/cloudformation/evaluator.h"
#include "scenario/cloudformation/identity.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::cloudformation {

using resources::Resource;
using resources::text_of;
using resources::unknown_text;

Value Evaluator::pseudo_parameter(StackState& stack, const std::string& name, const Node& place) {
  const Stack& of = *stack.stack;
  const bool china = of.region.starts_with("cn-");
  if (name == "AWS::AccountId") return text_at(place, of.account);
  if (name == "AWS::Region") return text_at(place, of.region);
  if (name == "AWS::StackName") return text_at(place, of.name);
  if (name == "AWS::StackId") {
    return text_at(place, of.id.empty() ? stack_id(of.region, of.account, of.name) : of.id);
  }
  if (name == "AWS::URLSuffix") return text_at(place, china ? "amazonaws.com.cn" : "amazonaws.com");
  if (name == "AWS::Partition") {
    return text_at(place, china                             ? "aws-cn"
                          : of.region.starts_with("us-gov") ? "aws-us-gov"
                                                            : "aws");
  }
  if (name == "AWS::NoValue") return std::nullopt;
  if (name == "AWS::NotificationARNs") {
    Node none = object_like(place, place.key);
    none.kind = Node::Kind::list;
    return none;
  }
  return mistake(place, model::in_quotes(name), "there is no such pseudo parameter");
}

Value Evaluator::named(StackState& stack, const std::string& name, const Node& place) {
  if (name.starts_with("AWS::")) return pseudo_parameter(stack, name, place);
  const Node* const parameters = stack.stack->root.find("Parameters");
  if (parameters && parameters->find(name)) return parameter(stack, name, place);
  const Resource* const made = resource(stack, name, place);
  return text_at(place, made ? made->physical_id : unknown_text("what is wrong"));
}

Value Evaluator::ref(StackState& stack, const Node& call, const Node& argument) {
  if (argument.kind != Node::Kind::text) {
    return mistake(argument, found(argument), "Ref takes a name");
  }
  return named(stack, argument.text, call);
}

Value Evaluator::attribute_of(const Resource& of, const std::string& name, const Node& place) {
  if (const Node* const known = of.attributes.find(name)) {
    Node copy = *known;
    spend(place, to_json(copy).size());
    return copy;
  }
  return text_at(place, unknown_text(of.stack + "." + of.name + "." + name + " (" + of.type + ")"));
}

Value Evaluator::attribute(StackState& stack, const std::string& id, const std::string& name,
                           const Node& place) {
  const Resource* const made = resource(stack, id, place);
  if (!made) return text_at(place, unknown_text("what is wrong"));
  constexpr std::string_view kOutputs = "Outputs.";
  if (made->type == "AWS::CloudFormation::Stack" && name.starts_with(kOutputs)) {
    if (StackState* nested = find_stack(made->stack + "-" + made->name)) {
      return output_value(*nested, name.substr(kOutputs.size()), place);
    }
  }
  return attribute_of(*made, name, place);
}

Value Evaluator::get_att(StackState& stack, const Node& call, const Node& argument) {
  if (argument.kind == Node::Kind::text) {
    const auto dot = argument.text.find('.');
    if (dot != std::string::npos) {
      return attribute(stack, argument.text.substr(0, dot), argument.text.substr(dot + 1), call);
    }
  }
  const bool pair = argument.kind == Node::Kind::list && argument.items.size() == 2;
  if (!pair) {
    return mistake(argument, found(argument), "Fn::GetAtt takes a resource and an attribute");
  }
  return attribute(stack, text_argument(stack, argument.items[0]),
                   text_argument(stack, argument.items[1]), call);
}

Value Evaluator::import_value(StackState& stack, const Node& call, const Node& argument) {
  const std::string name = text_argument(stack, argument);
  if (!resources::unknown_part(name).empty()) return text_at(call, name);
  for (StackState& other : states_) {
    const Stack& of = *other.stack;
    if (of.account != stack.stack->account || of.region != stack.stack->region) continue;
    const Node* const outputs = of.root.find("Outputs");
    if (!outputs) continue;
    for (const Node& one : outputs->items) {
      const Node* const exported = one.find("Export");
      const Node* const export_name = exported ? exported->find("Name") : nullptr;
      if (!export_name || text_argument(other, *export_name) != name) continue;
      return output_value(other, one.key, call);
    }
  }
  imports_.insert(name);
  if (const auto there = deployed_.exports.find(name); there != deployed_.exports.end()) {
    return text_at(call, there->second);
  }
  if (deployed_.make) return mistake(call, {}, "No export named " + name + " found.");
  return text_at(call, unknown_text("the export " + name));
}

Value Evaluator::get_stack_output(StackState& stack, const Node& call, const Node& argument) {
  const bool list = argument.kind == Node::Kind::list && argument.items.size() >= 2;
  const Node* const name = list ? &argument.items[0] : argument.find("StackName");
  const Node* const output_name = list ? &argument.items[1] : argument.find("OutputName");
  if (!name || !output_name) {
    return mistake(argument, found(argument), "Fn::GetStackOutput takes StackName and OutputName");
  }
  const std::string of = text_argument(stack, *name);
  const std::string wanted = text_argument(stack, *output_name);
  if (StackState* other = find_stack(of)) return output_value(*other, wanted, call);
  const auto there = deployed_.outputs.find(of + "." + wanted);
  if (there != deployed_.outputs.end()) return text_at(call, there->second);
  if (deployed_.make) {
    return mistake(call, {}, "the stack " + of + " has no output " + wanted);
  }
  return text_at(call, unknown_text("the output " + of + "." + wanted));
}

}  // namespace hoplab::scenario::cloudformation
