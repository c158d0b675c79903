// A command beside a topology that runs: what it finds in its namespace, and its life.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sandbox/command_spec.h"
#include "sandbox/network_namespace.h"
#include "topology/emulator.h"

namespace hoplab::sandbox {

/// `arguments` as they find the topology in their namespace: names, authorities, variables. Files
/// are made in the emulator's folder. `further_names`: of the host, and where they lead inside;
/// `hosts_allowed`: something of the host can be reached.
Result<CommandSpec> command_for(
    const Emulator& emulator, const std::string& admin, std::vector<std::string> arguments,
    const std::vector<std::pair<std::string, std::string>>& further_names, bool hosts_allowed);

/// Signals that a command gets in hoplab's place. They must be blocked in all threads.
sigset_t passed_on_signals();

/// Waits for the end of the command, and passes on the signals that come. Returns its exit code, or
/// 128 and the number of the signal that ended it, as shells do; 125 when the namespace is gone.
/// When this process's parent ends, that is the end, too: 125.
int wait_for_end(NetworkNamespace& where);

}  // namespace hoplab::sandbox
