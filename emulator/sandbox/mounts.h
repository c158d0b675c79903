// What a command sees in place of the machine's files, in a mount namespace of its own.
#pragma once

#include "base/result.h"
#include "sandbox/command_spec.h"

namespace hoplab::sandbox {

/// From now on mounts are nobody else's, and /proc shows the own processes where the kernel lets
/// it.
Result<void> separate_mounts();

/// Puts `command`'s files over those of the machine; what the machine does not have is left out.
Result<void> mount_files(const CommandSpec& command);

}  // namespace hoplab::sandbox
