// What the commands that run an emulator have in common.
#pragma once

#include <csignal>

#include "cli/commands.h"
#include "scenario/scenario.h"
#include "topology/emulator.h"

namespace hoplab::cli {

EmulatorOptions emulator_options(const RunOptions& options, const scenario::Scenario& scenario);

/// Those that ask for an end: SIGINT, SIGTERM, and SIGHUP where the caller has not said (nohup)
/// that it is to be ignored.
sigset_t stop_signals();

/// Each connection that ends becomes a line of JSON where `options` says, as GET /v1/ends has it.
/// Before start().
Result<void> write_events(const RunOptions& options, Emulator& emulator);

/// Starts; one of `signals`, which are blocked, ends that. The start itself stays in this thread:
/// another one would have a heap of its own to grow.
Result<void> start(Emulator& emulator, const sigset_t& signals);

}  // namespace hoplab::cli
