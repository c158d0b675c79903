#include "aws/alb/wildcard_pattern.h"

namespace hoplab::aws {

namespace {

constexpr char16_t kAnyRun = 0x100;
constexpr char16_t kAnyOne = 0x101;

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

constexpr char16_t part(char c) noexcept {
  return static_cast<unsigned char>(c);
}

}  // namespace

WildcardPattern::WildcardPattern(std::string_view text, Letters letters, Backslash backslash)
    : any_case_(letters == Letters::any_case) {
  const auto add_character = [this](char c) { parts_ += part(any_case_ ? lower(c) : c); };
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
  return wanted == kAnyOne || wanted == part(any_case_ ? lower(got) : got);
}

bool WildcardPattern::matches(std::string_view text) const noexcept {
  std::size_t at = 0, read = 0;
  std::size_t after_run = std::u16string::npos, run_end = 0;  // where to try again
  while (read < text.size()) {
    if (at < parts_.size() && parts_[at] == kAnyRun) {
      after_run = ++at;
      run_end = read;
    } else if (at < parts_.size() && same(parts_[at], text[read])) {
      ++at;
      ++read;
    } else if (after_run != std::u16string::npos) {
      at = after_run;
      read = ++run_end;
    } else {
      return false;
    }
  }
  if (at < parts_.size() && parts_[at] == kAnyRun) ++at;
  return at == parts_.size();
}

}  // namespace hoplab::aws
