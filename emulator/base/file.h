// Reading whole files.
#pragma once

#include <string>

#include "base/result.h"

namespace hoplab {

/// All bytes of the file at `path`. The error is "cannot read PATH: REASON".
Result<std::string> read_file(const std::string& path);

/// The path without links; empty: there is no such file.
std::string real_path(const std::string& path);

}  // namespace hoplab
