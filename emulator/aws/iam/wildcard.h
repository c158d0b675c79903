// IAM wildcards are those of base/glob.h; here is what is left of one behind a known prefix.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hoplab::aws {

/// What is left of `pattern` after it has consumed `prefix`, in every way it can; the whole text
/// prefix + tail matches `pattern` exactly when one of the rests matches the tail.
[[nodiscard]] std::vector<std::string> wildcard_rests(std::string_view pattern,
                                                      std::string_view prefix);

}  // namespace hoplab::aws
