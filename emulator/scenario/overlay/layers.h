// What a scenario is made of: a file and what it extends, overlays, and single values; one tree.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/format/diagnostics.h"
#include "scenario/format/reader.h"
#include "scenario/format/reader_document.h"

namespace hoplab::scenario {

/// Each layer goes over those before it. A mistake is reported for the file that has it, and leaves
/// no tree where nothing can be read without it.
class Layers {
 public:
  explicit Layers(std::vector<Diagnostic>& diagnostics) : diagnostics_(diagnostics) {}

  /// The scenario, over the one that its "extends" names, and so on.
  void add_file(const std::string& path) { add_scenario(load(path)); }
  /// A scenario of these templates and nothing else (cloudformation/templates.h).
  void add_templates(const std::vector<std::string>& files);
  void add_text(std::string_view text, const std::string& file) { add_scenario(parse(text, file)); }
  /// Merged as RFC 7396 has it: objects member by member, null takes a member away, all else
  /// takes the place of what was there, lists as a whole.
  void add_overlay(const std::string& path);
  /// Those settings that are paths; returns the others, which are for parameters.
  Settings set(const Settings& settings);

  /// Nothing: there is no tree, and the diagnostics say why.
  [[nodiscard]] std::optional<Node> tree() { return std::move(tree_); }
  /// All that were read, in order of reading.
  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }

 private:
  std::optional<Node> load(const std::string& path);
  std::optional<Node> parse(std::string_view text, const std::string& file);
  void add_scenario(std::optional<Node> root);
  /// The same tree with what it extends below it; `on_the_way` are the files that extend it.
  std::optional<Node> extended(Node root, std::vector<std::string> on_the_way);
  void report(const Node& node, std::string found, std::string rule, std::string suggestion = {});

  std::vector<Diagnostic>& diagnostics_;
  std::vector<std::string> files_;
  std::optional<Node> tree_;
};

}  // namespace hoplab::scenario
