// Nested stacks: their templates are assets of an assembly, or files beside the parent's.
#include <filesystem>

#include "scenario/cloudformation/evaluator.h"
#include "scenario/cloudformation/template_file.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::cloudformation {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostStacks = 200;

/// Empty: it is not on this machine.
std::string file_of_nested(const Stack& parent, const std::string& url) {
  for (const auto& [key, path] : parent.assets) {
    if (!key.empty() && url.ends_with("/" + key)) return path;
  }
  if (url.empty() || url.find("://") != std::string::npos || !parent.root.origin) return {};
  const fs::path path = fs::path(parent.root.origin->folder) / url;
  std::error_code error;
  return fs::is_regular_file(path, error) ? path.string() : std::string();
}

/// A list's members, with commas between, as a parameter has them.
std::string parameter_text(const Node& value) {
  if (value.kind == Node::Kind::integer) return std::to_string(value.integer);
  if (value.kind == Node::Kind::boolean) return value.boolean ? "true" : "false";
  if (value.kind != Node::Kind::list) return value.text;
  std::string text;
  for (const Node& one : value.items) text += (text.empty() ? "" : ",") + parameter_text(one);
  return text;
}

}  // namespace

void Evaluator::add_stack(const Stack& stack) {
  StackState& state = states_.emplace_back();
  state.stack = &stack;
  if (const Node* const all = stack.root.find("Resources")) {
    for (const Node& one : all->items) state.resources[one.key].node = &one;
  }
  check_parameter_names(stack);
}

std::optional<Node> Evaluator::nested_template(const Stack& parent, const std::string& url) {
  if (deployed_.template_at) {
    const auto text = deployed_.template_at(url);
    return text ? parse_template(*text, url, diagnostics_) : std::nullopt;
  }
  const std::string file = file_of_nested(parent, url);
  if (file.empty()) return std::nullopt;
  files_.push_back(file);
  return load_template(file, diagnostics_);
}

void Evaluator::add_nested(const StackState& parent, const resources::Resource& resource) {
  const Node* const url = resource.properties.find("TemplateURL");
  if (url && stacks_.size() >= kMostStacks) {
    mistake(*url, {}, "there are more than " + std::to_string(kMostStacks) + " stacks");
    return;
  }
  const std::size_t mistakes = diagnostics_.size();
  auto root = url ? nested_template(*parent.stack, url->text) : std::nullopt;
  if (!root) {
    if (diagnostics_.size() > mistakes) return;
    if (url && deployed_.template_at) {
      mistake(*url, found(*url), "there is no such template");
      return;
    }
    notes_.push_back("the template of " + resources::describe(resource) +
                     " is not here; its resources are left out");
    return;
  }
  Stack& nested = stacks_.emplace_back();
  nested.name = parent.stack->name + "-" + resource.name;
  if (!parent.stack->alias.empty()) nested.alias = parent.stack->alias + "-" + resource.name;
  nested.account = parent.stack->account;
  nested.region = parent.stack->region;
  nested.root = std::move(*root);
  nested.nested = true;
  nested.assets = parent.stack->assets;
  if (const Node* const parameters = resource.properties.find("Parameters")) {
    for (const Node& one : parameters->items) nested.parameters[one.key] = parameter_text(one);
  }
  add_stack(nested);
}

}  // namespace hoplab::scenario::cloudformation
