// Runs a scenario's checks against a running emulator.
#pragma once

#include <string>
#include <vector>

#include "scenario/scenario.h"
#include "topology/emulator.h"

namespace hoplab::scenario {

struct CheckResult {
  std::string name;
  std::chrono::microseconds real_time{0};
  std::vector<std::string> failures;  // "status: expected 200, saw 403"; empty: passed
  /// Of a failed check: what became of each connection that is concerned, a line each.
  std::vector<std::string> connections;
  std::vector<std::string> timelines;  // likewise, over time: lines of text; where asked for
  std::string capture;                 // file of its packets; empty: none
  /// Of each of its connections over time; where asked for.
  struct Picture {
    std::string file, reason;  // SVG; why it ended, or what failed on it
  };
  std::vector<Picture> pictures;
  [[nodiscard]] bool passed() const noexcept { return failures.empty(); }
};

struct RunChecksOptions {
  bool show_secrets = false;
  bool timelines = false;  // of failed checks
  /// Captures are `captures` + the check's name + ".pcapng"; empty: none. The emulator's options
  /// have a capture then.
  std::string captures;
  std::string pictures;  // likewise, + a number + ".svg"
};

/// One after the other, in the scenario's order. The emulator must have been started from it.
std::vector<CheckResult> run_checks(const Scenario& scenario, Emulator& emulator,
                                    const RunChecksOptions& options = {});

/// JUnit XML of several scenarios' results, as CI servers read it.
struct ScenarioResult {
  std::string file, title;
  std::string error;  // it could not run at all
  std::vector<CheckResult> checks;
};
std::string junit_xml(const std::vector<ScenarioResult>& results);

}  // namespace hoplab::scenario
