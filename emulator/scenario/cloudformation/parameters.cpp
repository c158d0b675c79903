// Parameters of templates.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
#include <algorithm>

#include "model/nearest.h"
#include "model/regex.h"
#include "scenario/cloudformation/evaluator.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::cloudformation {
namespace {

using resources::text_of;
using resources::unknown_text;

bool is_list(std::string_view type) {
  return type == "CommaDelimitedList" || type.find("List<") != std::string_view::npos;
}

/// A list's members are without the spaces around them.
Node list_of_texts(const Node& place, std::string_view text) {
  Node list = object_like(place, place.key);
  list.kind = Node::Kind::list;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    std::string_view one = text.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    list.items.push_back(text_like(place, std::string(one)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

std::optional<std::string> scalar_text(const Node* node) {
  if (!node) return std::nullopt;
  switch (node->kind) {
    case Node::Kind::text:
    case Node::Kind::real: return node->text;
    case Node::Kind::integer: return std::to_string(node->integer);
    case Node::Kind::boolean: return node->boolean ? "true" : "false";
    default: return std::nullopt;
  }
}

}  // namespace

Value Evaluator::parameter(StackState& stack, const std::string& name, const Node& place) {
  const auto known = stack.parameters.find(name);
  if (known != stack.parameters.end()) {
    spend(place, known->second.text.size() + known->second.items.size());
    return known->second;
  }
  // While its own value is sought (an output that needs it), it has none.
  stack.parameters.emplace(name, text_like(place, unknown_text("the parameter " + name)));
  Node made = parameter_value(stack, *stack.stack->root.find("Parameters")->find(name));
  return stack.parameters[name] = std::move(made);
}

Node Evaluator::parameter_value(StackState& stack, const Node& declared) {
  const std::string type = text_of(declared, "Type");
  const std::string of = "the parameter " + stack.stack->name + "." + declared.key;
  const auto given = stack.stack->parameters.find(declared.key);
  std::optional<std::string> text;
  if (given != stack.stack->parameters.end()) {
    text = given->second;
    const auto dot = text->find('.');
    const bool output = text->starts_with('@') && !stack.stack->nested;
    StackState* const other =
        output && dot != std::string::npos ? find_stack(text->substr(1, dot - 1)) : nullptr;
    if (other) {
      const Value found = output_value(*other, text->substr(dot + 1), declared);
      if (found && found->kind != Node::Kind::text) return *found;
      if (found) text = found->text;
    } else if (output) {
      mistake(declared, model::in_quotes(*text), "there is no stack of that name");
    }
  } else if (type.starts_with("AWS::SSM::Parameter::Value<")) {
    text = unknown_text(of + " (in Systems Manager)");  // its default is a name there
  } else {
    text = scalar_text(declared.find("Default"));
  }
  if (!text) text = unknown_text(of);
  if (resources::unknown_part(*text).empty()) check_parameter(*stack.stack, declared, *text);
  return is_list(type) ? list_of_texts(declared, *text) : text_like(declared, *text);
}

void Evaluator::check_parameter(const Stack& stack, const Node& declared,
                                const std::string& value) {
  const auto wrong = [&](const std::string& rule) {
    const bool secret = scalar_text(declared.find("NoEcho")).value_or("false") == "true";
    mistake(declared, secret ? "" : model::in_quotes(value),
            "the parameter " + stack.name + "." + declared.key + " takes " + rule);
  };
  const Node* const allowed = declared.find("AllowedValues");
  const auto is_value = [&](const Node& one) { return scalar_text(&one) == value; };
  if (allowed && !is_list(text_of(declared, "Type")) &&
      std::ranges::none_of(allowed->items, is_value)) {
    std::vector<std::string> texts;
    for (const Node& one : allowed->items) texts.push_back(scalar_text(&one).value_or(""));
    wrong(model::one_of({texts.begin(), texts.end()}));
  }
  const auto length = [&](std::string_view name) {
    return model::parse_number(scalar_text(declared.find(name)).value_or(""));
  };
  const auto size = static_cast<int>(value.size());
  if (length("MinLength") && size < *length("MinLength")) wrong("a longer text");
  if (length("MaxLength") && size > *length("MaxLength")) wrong("a shorter text");
  if (text_of(declared, "Type") == "Number") {
    const auto number = model::parse_number(value);
    if (number && length("MinValue") && *number < *length("MinValue")) wrong("a larger number");
    if (number && length("MaxValue") && *number > *length("MaxValue")) wrong("a smaller number");
  }
  const std::string pattern = text_of(declared, "AllowedPattern");
  if (pattern.empty()) return;
  const model::Regex regex("^(?:" + pattern + ")$");
  if (regex.wrong().empty() && !regex.found_in(value)) {
    const std::string says = text_of(declared, "ConstraintDescription");
    wrong(says.empty() ? "what fits " + pattern : "this: " + says);
  }
}

void Evaluator::check_parameter_names(const Stack& stack) {
  const Node* const declared = stack.root.find("Parameters");
  std::vector<std::string_view> names;
  if (declared) {
    for (const Node& one : declared->items) names.push_back(one.key);
  }
  for (const auto& [name, value] : stack.parameters) {
    if (std::ranges::find(names, name) != names.end()) continue;
    const Node& place = declared ? *declared : stack.root;
    diagnostics_.push_back({place.origin ? place.origin->name : "",
                            place.line,
                            0,
                            {place.pointer, model::in_quotes(name),
                             "the template of " + stack.name + " has no such parameter",
                             model::nearest(name, names), ""}});
  }
}

}  // namespace hoplab::scenario::cloudformation
