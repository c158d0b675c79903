// Reads zip archives, as assets of the CDK are (PKWARE's APPNOTE 6.3): files that are stored or
// deflated, by the central directory. Sizes are bounded, whatever an archive says.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hoplab::awsapi::cloudformation {

/// Contents by path. No encryption, no zip64.
Result<std::map<std::string, std::string>> read_zip(std::string_view archive);

}  // namespace hoplab::awsapi::cloudformation
