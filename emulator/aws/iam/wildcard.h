// IAM wildcards: `*` is any text, also across '/', and `?` is any one character.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hoplab::aws {

/// True when `pattern` matches all of `text`. Linear in practice, never exponential.
[[nodiscard]] bool wildcard_match(std::string_view pattern, std::string_view text) noexcept;

/// What is left of `pattern` after it has consumed `prefix`, in every way it can; the whole text
/// prefix + tail matches `pattern` exactly when one of the rests matches the tail.
[[nodiscard]] std::vector<std::string> wildcard_rests(std::string_view pattern,
                                                      std::string_view prefix);

}  // namespace hoplab::aws
