#include "model/regex_dialect.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace hoplab::model {

namespace {

constexpr std::string_view kBackreference = "backreference";
constexpr std::string_view kSubroutine = "subroutine";

/// What begins a group, by the text behind "(?".
constexpr std::array<MissingFeature, 12> kGroups{{
    {"lookahead", "="},
    {"lookahead", "!"},
    {"lookbehind", "<="},
    {"lookbehind", "<!"},
    {"atomic group", ">"},
    {kBackreference, "P="},
    {kSubroutine, "P>"},
    {kSubroutine, "&"},
    {"recursion", "R)"},
    {"recursion", "0)"},
    {kSubroutine, "+"},
    {"conditional", "("},
}};

/// Walks through an expression once; `at_` is what comes next.
class Walk {
 public:
  explicit Walk(std::string_view regex) noexcept : regex_(regex) {}

  std::optional<MissingFeature> run() noexcept {
    while (at_ < regex_.size() && !missing_) {
      switch (regex_[at_]) {
        case '\\': escape(false); break;
        case '[': brackets(); break;
        case '(': group(); break;
        case '*':
        case '+':
        case '?': quantifier(1); break;
        case '{': quantifier(counted()); break;
        default: ++at_;
      }
    }
    return missing_;
  }

 private:
  [[nodiscard]] std::string_view rest() const noexcept { return regex_.substr(at_); }

  void miss(std::string_view name, std::size_t length) noexcept {
    missing_ = MissingFeature{name, rest().substr(0, length)};
  }

  void escape(bool in_brackets) noexcept {
    const char c = rest().size() > 1 ? rest()[1] : '\0';
    if (c == 'p' || c == 'P') return miss("Unicode class", 2);
    if (!in_brackets) {
      if ((is_digit(c) && c != '0') || c == 'k') return miss(kBackreference, 2);
      if (c == 'g') {
        const char next = rest().size() > 2 ? rest()[2] : '\0';
        return miss(next == '<' || next == '\'' ? kSubroutine : kBackreference, 2);
      }
      if (c == 'Q') return literal();
    }
    at_ += 2;
  }

  /// Between \Q and \E every character stands for itself.
  void literal() noexcept {
    const auto end = regex_.find("\\E", at_);
    at_ = end == std::string_view::npos ? regex_.size() : end + 2;
  }

  /// A character class, to behind its end.
  void brackets() noexcept {
    ++at_;
    if (rest().starts_with('^')) ++at_;
    if (rest().starts_with(']')) ++at_;  // at the first place it is a character
    while (at_ < regex_.size() && !missing_) {
      if (rest().starts_with('\\')) {
        escape(true);
      } else if (rest().starts_with("[:")) {
        const auto end = regex_.find(":]", at_ + 2);
        at_ = end == std::string_view::npos ? at_ + 2 : end + 2;
      } else if (regex_[at_++] == ']') {
        return;
      }
    }
  }

  void group() noexcept {
    if (!rest().starts_with("(?")) {
      ++at_;
      return;
    }
    const std::string_view inside = rest().substr(2);
    for (const auto& [name, begin] : kGroups) {
      if (inside.starts_with(begin)) return miss(name, 2 + begin.size());
    }
    const std::string_view number = inside.substr(inside.starts_with('-') ? 1 : 0);
    if (!number.empty() && is_digit(number[0]))
      return miss(kSubroutine, inside.starts_with('-') ? 4 : 3);
    at_ += 2;
  }

  /// The length of "{2}", "{2,}" or "{2,3}"; 0: it is none of them, so a character.
  [[nodiscard]] std::size_t counted() const noexcept {
    const auto end = rest().find('}');
    if (end == std::string_view::npos || end < 2) return 0;
    const std::string_view inside = rest().substr(1, end - 1);
    const bool good = is_digit(inside[0]) && std::ranges::count(inside, ',') <= 1 &&
                      std::ranges::all_of(inside, [](char c) { return is_digit(c) || c == ','; });
    return good ? end + 1 : 0;
  }

  void quantifier(std::size_t length) noexcept {
    if (length == 0) {
      ++at_;
    } else if (rest().substr(length).starts_with('+')) {
      miss("possessive quantifier", length + 1);
    } else {
      at_ += length + (rest().substr(length).starts_with('?') ? 1 : 0);
    }
  }

  std::string_view regex_;
  std::size_t at_ = 0;
  std::optional<MissingFeature> missing_;
};

}  // namespace

std::optional<MissingFeature> missing_feature(std::string_view regex) noexcept {
  return Walk(regex).run();
}

}  // namespace hoplab::model
