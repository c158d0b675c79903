// What the kernel refused.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

#include "base/result.h"

namespace hoplab::sandbox {

/// "`what`: Permission denied", by errno.
inline Error system_error(const std::string& what) {
  return {what + ": " + std::strerror(errno), ErrorCode::unavailable};
}

}  // namespace hoplab::sandbox
