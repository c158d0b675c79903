#include "scenario/overlay/layers.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "scenario/cloudformation/assembly.h"
#include "scenario/cloudformation/template_file.h"
#include "scenario/cloudformation/templates.h"
#include "scenario/overlay/merge.h"
#include "scenario/overlay/setting.h"
#include "scenario/terraform/state_file.h"

namespace hoplab::scenario {
namespace {

constexpr std::string_view kExtends = "extends";

/// One file has one such name, whichever way it is called.
std::string one_name(const std::string& path) {
  std::error_code error;
  return std::filesystem::weakly_canonical(path, error).string();
}

}  // namespace

void Layers::report(const Node& node, std::string what, std::string rule, std::string suggestion) {
  diagnostics_.push_back(
      {node.origin->name,
       node.line,
       0,
       {node.pointer, std::move(what), std::move(rule), std::move(suggestion), ""}});
}

std::optional<Node> Layers::load(const std::string& path) {
  if (cloudformation::is_assembly(path)) return cloudformation::scenario_of_templates({path});
  const auto text = read_file(path);
  if (!text) {
    diagnostics_.push_back({path, 0, 0, {"", "", "the file cannot be read", "", ""}});
    return std::nullopt;
  }
  files_.push_back(path);
  return parse(text.value(), path);
}

std::optional<Node> Layers::parse(std::string_view text, const std::string& file) {
  if (cloudformation::is_yaml(text) || terraform::is_configuration(file)) {
    return cloudformation::scenario_of_templates({file});
  }
  std::optional<Node> root = parse_document(text, file, diagnostics_);
  if (root && (cloudformation::is_template(*root) || terraform::is_terraform(*root))) {
    return cloudformation::scenario_of_templates({file});
  }
  if (root && root->kind != Node::Kind::object) {
    report(*root, found(*root), "a scenario is an object");
    root.reset();
  }
  return root;
}

void Layers::add_templates(const std::vector<std::string>& files) {
  add_scenario(cloudformation::scenario_of_templates(files));
}

void Layers::add_scenario(std::optional<Node> root) {
  if (!root) return;
  const std::string file = root->origin->name;
  tree_ = extended(std::move(*root), {one_name(file)});
}

std::optional<Node> Layers::extended(Node root, std::vector<std::string> on_the_way) {
  const Node* const extends = root.find(kExtends);
  if (extends == nullptr || extends->kind != Node::Kind::text)
    return root;  // or the reader says so
  if (root.origin->name.empty()) {
    report(*extends, found(*extends), "only a file can extend another file");
    return std::nullopt;
  }
  const std::string path =
      (std::filesystem::path(extends->origin->folder) / extends->text).string();
  const std::string name = one_name(path);
  if (std::ranges::find(on_the_way, name) != on_the_way.end()) {
    report(*extends, found(*extends), "the scenarios extend one another in a circle");
    return std::nullopt;
  }
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    report(*extends, found(*extends), "there is no such file (looked for " + path + ")");
    return std::nullopt;
  }
  std::optional<Node> base = load(path);
  if (!base) return std::nullopt;
  on_the_way.push_back(name);
  base = extended(std::move(*base), std::move(on_the_way));
  if (!base) return std::nullopt;
  take_away(root, kExtends);
  merge_over(*base, std::move(root), diagnostics_);
  return base;
}

void Layers::add_overlay(const std::string& path) {
  std::optional<Node> overlay = load(path);
  if (!overlay || !tree_) return tree_.reset();
  if (const Node* extends = overlay->find(kExtends)) {
    report(*extends, found(*extends),
           "this file is merged over the scenario; the scenario itself can extend another one");
    take_away(*overlay, kExtends);
  }
  merge_over(*tree_, std::move(*overlay), diagnostics_);
}

Settings Layers::set(const Settings& settings) {
  Settings parameters;
  const Node* section = tree_ ? tree_->find("parameters") : nullptr;
  std::vector<std::string> known;
  if (section != nullptr) {
    for (const Node& one : section->items) known.push_back(one.key);
  }
  for (const auto& [name, value] : settings) {
    const bool parameter = std::ranges::find(known, name) != known.end() || !is_path(name);
    if (parameter) {
      parameters.emplace(name, value);
    } else if (tree_) {
      set_value(*tree_, name, value, diagnostics_);
    }
  }
  return parameters;
}

}  // namespace hoplab::scenario
