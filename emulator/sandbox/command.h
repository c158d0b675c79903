// A command beside a topology that runs: what it finds in its namespace, and its life.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/command_spec.h"
#include "sandbox/lab.h"
#include "sandbox/sandbox.h"

namespace hoplab::sandbox {

/// Where a command runs.
struct Place {
  enum class Kind {
    isolated,      // in namespaces
    proxy,         // among everything else, with a proxy that knows the names
    machine_wide,  // likewise, where all of the machine knows them (machine_wide.h)
  };
  Kind kind = Kind::isolated;
  bool others_can_be_reached = false;  // than the labs
  std::string proxy;                   // its address
};

/// `arguments` as they find the labs there: by names and authorities that look like the machine's
/// own, or else by variables. Files are made in the first lab's folder.
Result<CommandSpec> command_for(const std::vector<Lab>& labs, std::vector<std::string> arguments,
                                const Place& place);

/// Signals that a command gets in hoplab's place. They must be blocked in all threads.
sigset_t passed_on_signals();

/// Waits for the end of the command, and passes on the signals that come. Returns its exit code, or
/// 128 and the number of the signal that ended it, as shells do; 125 when the namespace is gone.
/// When this process's parent ends, that is the end, too: 125.
int wait_for_end(Sandbox& where);

}  // namespace hoplab::sandbox
