// A command beside a topology that runs: what it finds in its namespace, and its life.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sandbox/command_spec.h"
#include "sandbox/sandbox.h"
#include "topology/emulator.h"

namespace hoplab::sandbox {

/// Where a command runs.
struct Place {
  bool isolated = true;                // in namespaces
  bool others_can_be_reached = false;  // than the topology
  /// Isolated: names of the host, and the addresses that they lead to.
  std::vector<std::pair<std::string, std::string>> further_names;
};

/// `arguments` as they find the topology there: isolated by names and authorities that look like
/// the machine's own, else by variables, a proxy among them. Files are made in the emulator's
/// folder.
Result<CommandSpec> command_for(const Emulator& emulator, const std::string& admin,
                                std::vector<std::string> arguments, const Place& place);

/// Signals that a command gets in hoplab's place. They must be blocked in all threads.
sigset_t passed_on_signals();

/// Waits for the end of the command, and passes on the signals that come. Returns its exit code, or
/// 128 and the number of the signal that ended it, as shells do; 125 when the namespace is gone.
/// When this process's parent ends, that is the end, too: 125.
int wait_for_end(Sandbox& where);

}  // namespace hoplab::sandbox
