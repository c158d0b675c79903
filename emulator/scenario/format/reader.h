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

/// Parameter values from outside (`--set name=value`).
using Settings = std::map<std::string, std::string>;

struct ReadOutcome {
  std::optional<Scenario> scenario;     // only when there is no diagnostic
  std::vector<Diagnostic> diagnostics;  // every mistake, by line
  [[nodiscard]] bool ok() const noexcept { return scenario.has_value(); }
};

/// Reads and validates the file at `path`. A file that cannot be opened is a diagnostic too.
ReadOutcome read_scenario(const std::string& path, const Settings& settings = {});

/// The same with the text at hand. `file` names it in diagnostics; files that the scenario mentions
/// are looked for in the folder of `file`.
ReadOutcome read_scenario_text(std::string_view text, const std::string& file,
                               const Settings& settings = {});

}  // namespace hoplab::scenario
