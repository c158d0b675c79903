// Reads a scenario file: what exists, which certificates to mint, and what to check.
//
// docs/scenario-format.md explains the format, docs/scenario.schema.json describes it for editors.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/format/diagnostics.h"
#include "scenario/scenario.h"

namespace hoplab::scenario {

/// From outside (`--set name=value`): of a parameter by its name, else of any part of the scenario
/// by its path, `LoadBalancers.alb.Scheme` or `/LoadBalancers/alb/Scheme`.
using Settings = std::map<std::string, std::string>;

/// What a scenario is read from, in this order.
struct Source {
  std::string file;  // a scenario, or a template of CloudFormation's, or CDK's cdk.out
  std::vector<std::string> overlays{};  // files, each merged over what came before (RFC 7396)
  Settings settings{};
  std::vector<std::string> more_templates{};  // beside `file`, which is one, too
  Settings template_parameters{};             // of templates, by name, or "Stack.Name"
};

struct ReadOutcome {
  std::optional<Scenario> scenario;     // only when there is no diagnostic
  std::vector<Diagnostic> diagnostics;  // every mistake, by file and line
  std::vector<std::string> files;       // all that were read, that of the scenario first
  std::vector<std::string> notes;       // a line each: what templates left open, and their outputs
  [[nodiscard]] bool ok() const noexcept { return scenario.has_value(); }
};

/// Reads and validates. A file that cannot be opened is a diagnostic too.
ReadOutcome read_scenario(const Source& source);

/// The same with the text at hand. `file` names it in diagnostics; files that the scenario mentions
/// are looked for in the folder of `file`.
ReadOutcome read_scenario_text(std::string_view text, const std::string& file,
                               const Settings& settings = {});

/// The same of a tree, whose nodes say in diagnostics where they were written.
ReadOutcome read_scenario_tree(Node root, const std::string& file);

}  // namespace hoplab::scenario
