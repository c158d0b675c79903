// Patterns of listener rules: * is any run of characters, '/' included, ? is exactly one.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hoplab::aws {

/// A pattern that was taken apart once, to be matched often.
class WildcardPattern {
 public:
  enum class Letters : std::uint8_t { exact, any_case };  // of ASCII letters
  /// Only query-string conditions write a literal * or ? as \* and \?.
  enum class Backslash : std::uint8_t { literal, escapes };

  WildcardPattern(std::string_view text, Letters letters, Backslash backslash = Backslash::literal);

  /// True when the whole of `text` matches. Never exponential: at most one * is tried again.
  [[nodiscard]] bool matches(std::string_view text) const noexcept;

 private:
  [[nodiscard]] bool same(char16_t wanted, char got) const noexcept;

  std::u16string parts_;  // characters, and the two wildcards, which are no characters
  bool any_case_;
};

}  // namespace hoplab::aws
