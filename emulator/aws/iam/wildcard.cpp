#include "aws/iam/wildcard.h"

#include <cstddef>

namespace hoplab::aws {

namespace {
/// Adds a position in the pattern, and those that are reached by letting a `*` match nothing.
void reach(std::string_view pattern, std::size_t at, std::vector<bool>& positions) {
  positions[at] = true;
  while (at < pattern.size() && pattern[at] == '*') positions[++at] = true;
}
}  // namespace

std::vector<std::string> wildcard_rests(std::string_view pattern, std::string_view prefix) {
  std::vector<bool> now(pattern.size() + 1);
  reach(pattern, 0, now);
  for (const char c : prefix) {
    std::vector<bool> next(pattern.size() + 1);
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      if (!now[at]) continue;
      if (pattern[at] == '*') {
        reach(pattern, at, next);
      } else if (pattern[at] == '?' || pattern[at] == c) {
        reach(pattern, at + 1, next);
      }
    }
    now = std::move(next);
  }
  std::vector<std::string> rests;
  for (std::size_t at = 0; at <= pattern.size(); ++at) {
    // What follows a live `*` is covered by the rest that begins with that `*`.
    if (now[at] && !(at > 0 && pattern[at - 1] == '*' && now[at - 1])) {
      rests.emplace_back(pattern.substr(at));
    }
  }
  return rests;
}

}  // namespace hoplab::aws
