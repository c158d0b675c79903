#include "scenario/cloudformation/template_file.h"

#include <algorithm>

#include "base/file.h"
#include "scenario/cloudformation/stack.h"
#include "scenario/yaml/yaml_document.h"

namespace hoplab::scenario::cloudformation {
namespace {

constexpr std::string_view kLanguageExtensions = "AWS::LanguageExtensions";
constexpr std::string_view kSam = "AWS::Serverless-2016-10-31";

void add(std::vector<Diagnostic>& to, const std::string& file, const Node* node, std::string found,
         std::string rule) {
  to.push_back({file,
                node ? node->line : 0,
                0,
                {node ? node->pointer : "", std::move(found), std::move(rule), "", ""}});
}

/// Whether SAM makes anything of the template: of resources of its own types alone.
bool is_for_sam(const Node& root) {
  const Node* const resources = root.find("Resources");
  return resources && std::ranges::any_of(resources->items, [](const Node& one) {
           const Node* const type = one.find("Type");
           return type && type->text.starts_with("AWS::Serverless::");
         });
}

/// Macros that make another template of this one; functions of language extensions are evaluated.
const Node* transform_in(const Node& root) {
  const Node* const transform = root.find("Transform");
  if (!transform) return nullptr;
  const bool for_sam = is_for_sam(root);
  const auto changes = [&](const Node& one) {
    return one.text != kLanguageExtensions && (one.text != kSam || for_sam);
  };
  if (transform->kind == Node::Kind::text) return changes(*transform) ? transform : nullptr;
  const auto found = std::ranges::find_if(transform->items, changes);
  return found == transform->items.end() ? nullptr : &*found;
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
