#include "scenario/cloudformation/template_file.h"

#include "base/file.h"
#include "scenario/cloudformation/stack.h"
#include "scenario/yaml/yaml_document.h"

namespace hoplab::scenario::cloudformation {
namespace {

constexpr std::string_view kLanguageExtensions = "AWS::LanguageExtensions";

void add(std::vector<Diagnostic>& to, const std::string& file, const Node* node, std::string found,
         std::string rule) {
  to.push_back({file,
                node ? node->line : 0,
                0,
                {node ? node->pointer : "", std::move(found), std::move(rule), "", ""}});
}

/// Macros but for the one whose functions are evaluated here.
const Node* transform_in(const Node& root) {
  const Node* const transform = root.find("Transform");
  if (!transform) return nullptr;
  if (transform->kind == Node::Kind::text) {
    return transform->text == kLanguageExtensions ? nullptr : transform;
  }
  for (const Node& one : transform->items) {
    if (one.text != kLanguageExtensions) return &one;
  }
  return nullptr;
}

}  // namespace

bool is_yaml(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  constexpr std::string_view kOfJson = "{[/\"";  // the slash is a comment's
  return first != std::string_view::npos && kOfJson.find(text[first]) == std::string_view::npos;
}

bool is_template(const Node& root) {
  return root.find("AWSTemplateFormatVersion") || root.find("Resources");
}

std::optional<Node> parse_template(std::string_view text, const std::string& file,
                                   std::vector<Diagnostic>& diagnostics) {
  if (text.size() > kLargestTemplate) {
    add(diagnostics, file, nullptr, "a template of " + std::to_string(text.size()) + " bytes",
        "CloudFormation takes at most " + std::to_string(kLargestTemplate));
    return std::nullopt;
  }
  std::optional<Node> root = is_yaml(text)
                                 ? parse_yaml(text, file, diagnostics, YamlDialect::cloudformation)
                                 : parse_document(text, file, diagnostics);
  if (!root) return std::nullopt;
  if (!is_template(*root)) {
    add(diagnostics, file, &*root, scenario::found(*root),
        "a template of CloudFormation's has Resources");
    return std::nullopt;
  }
  if (const Node* const transform = transform_in(*root)) {
    add(diagnostics, file, transform, scenario::found(*transform),
        "CloudFormation makes another template of it; give that one: aws cloudformation "
        "get-template --template-stage Processed");
    return std::nullopt;
  }
  return root;
}

std::optional<Node> load_template(const std::string& file, std::vector<Diagnostic>& diagnostics) {
  const auto text = read_file(file);
  if (text) return parse_template(text.value(), file, diagnostics);
  add(diagnostics, file, nullptr, "", "the file cannot be read");
  return std::nullopt;
}

}  // namespace hoplab::scenario::cloudformation
