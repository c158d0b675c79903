// Patterns in which * is any run of characters, '/' included, and ? is exactly one.
#pragma once

#include <cstddef>
#include <string_view>

namespace hoplab {

/// The matching of any such pattern of `parts` parts: `any_run(part)` says whether the part is a *,
/// and `one(part, character)` whether a part that is none takes the character. Never exponential:
/// only the last * is tried again.
template <class AnyRun, class One>
[[nodiscard]] constexpr bool glob_match(std::size_t parts, std::string_view text, AnyRun any_run,
                                        One one) noexcept {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t part = 0, read = 0;
  std::size_t after_run = kNone, run_end = 0;  // where to try again
  while (read < text.size()) {
    if (part < parts && any_run(part)) {
      after_run = ++part;
      run_end = read;
    } else if (part < parts && one(part, text[read])) {
      ++part;
      ++read;
    } else if (after_run != kNone) {
      part = after_run;
      read = ++run_end;
    } else {
      return false;
    }
  }
  while (part < parts && any_run(part)) ++part;
  return part == parts;
}

/// True when `pattern` matches the whole of `text`; every other character stands for itself.
[[nodiscard]] constexpr bool glob_match(std::string_view pattern, std::string_view text) noexcept {
  return glob_match(
      pattern.size(), text, [pattern](std::size_t at) { return pattern[at] == '*'; },
      [pattern](std::size_t at, char c) { return pattern[at] == '?' || pattern[at] == c; });
}

}  // namespace hoplab
