// hoplab ctl fault HOP ACTION [VALUE]: what is said of a fault in one line. Words and options come
// from the table of faults.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/admin_call.h"
#include "cli/commands.h"

namespace hoplab::cli {

/// A change: the fault, in the place of the one of its name.
Result<AdminCall> fault_line(const std::vector<std::string>& words, const CtlOptions& options);

/// An option that is a member of a fault.
struct FaultOption {
  std::string option, member, help;  // "--bytes-per-second", "bytesPerSecond"
};
std::vector<FaultOption> fault_options();

std::vector<std::string> fault_actions();
std::string fault_line_help();

}  // namespace hoplab::cli
