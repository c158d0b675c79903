// Where the command of `hoplab exec` runs, as its options and this machine allow.
#pragma once

#include <memory>

#include "cli/commands.h"
#include "sandbox/command.h"
#include "sandbox/machine_wide.h"
#include "sandbox/sandbox.h"

namespace hoplab::cli {

struct ExecPlace {
  std::shared_ptr<sandbox::Sandbox> sandbox;
  sandbox::Place::Kind kind = sandbox::Place::Kind::isolated;
  std::unique_ptr<sandbox::MachineWide> machine;  // machine_wide: its claim; else null
};

/// Says on standard error what differs from namespaces. While the process has one thread.
Result<ExecPlace> open_place(const ExecOptions& options);

/// On standard error.
void say_note(const std::string& note);

}  // namespace hoplab::cli
