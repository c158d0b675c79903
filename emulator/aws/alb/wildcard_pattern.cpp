#include "aws/alb/wildcard_pattern.h"

#include "base/ascii.h"
#include "base/glob.h"

namespace hoplab::aws {

namespace {

constexpr char16_t kAnyRun = 0x100;
constexpr char16_t kAnyOne = 0x101;

constexpr char16_t part(char c) noexcept {
  return static_cast<unsigned char>(c);
}

}  // namespace

WildcardPattern::WildcardPattern(std::string_view text, Letters letters, Backslash backslash)
    : any_case_(letters == Letters::any_case) {
  const auto add_character = [this](char c) { parts_ += part(any_case_ ? lower_case(c) : c); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool escape = backslash == Backslash::escapes && text[i] == '\\' &&
                        (next == '*' || next == '?' || next == '\\');
    if (escape) {
      add_character(text[++i]);
    } else if (text[i] == '*') {
      if (!parts_.ends_with(kAnyRun)) parts_ += kAnyRun;
    } else if (text[i] == '?') {
      parts_ += kAnyOne;
    } else {
      add_character(text[i]);
    }
  }
}

bool WildcardPattern::same(char16_t wanted, char got) const noexcept {
  return wanted == kAnyOne || wanted == part(any_case_ ? lower_case(got) : got);
}

bool WildcardPattern::matches(std::string_view text) const noexcept {
  return glob_match(
      parts_.size(), text, [this](std::size_t at) { return parts_[at] == kAnyRun; },
      [this](std::size_t at, char got) { return same(parts_[at], got); });
}

}  // namespace hoplab::aws
