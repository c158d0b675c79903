// The text of a mapping template under a cursor, for the parser.
//
// The first thing that is wrong is kept, with its place; the cursor then stands at the end, so that
// whatever reads on comes to an end by itself.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/apigateway/mapping/ast.h"
#include "base/ascii.h"

namespace hoplab::aws::vtl {

/// "line 3, column 7: what".
std::string at_place(const Place& place, std::string_view what);

inline bool is_identifier_start(char c) noexcept {
  return is_letter(c) || c == '_';
}
inline bool is_identifier(char c) noexcept {
  return is_identifier_start(c) || is_digit(c) || c == '-';
}

/// A copy looks ahead: it is cheap.
class Scanner {
 public:
  /// `start` is the place of the first character.
  explicit Scanner(std::string_view text, Place start = {});

  [[nodiscard]] bool at_end() const noexcept { return at_ >= text_.size(); }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }
  void move_to(std::size_t position) noexcept { at_ = failure_ ? text_.size() : position; }
  void skip(std::size_t count) noexcept { move_to(at_ + count); }
  /// The character `ahead` of the cursor; NUL: there is none.
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }
  [[nodiscard]] std::string_view since(std::size_t begin) const noexcept {
    return text_.substr(begin, at_ - begin);
  }
  bool take(std::string_view expected) noexcept;
  /// Takes a name of letters, digits and '_' that is `word`, and no longer one.
  bool take_word(std::string_view word) noexcept;
  std::string_view take_identifier() noexcept;
  std::string_view take_directive_name() noexcept;
  void skip_space() noexcept;
  /// Blanks up to a line's end, and that; nothing where there is more on the line.
  void skip_line_end() noexcept;
  /// Blanks, then an opening parenthesis: whether that is ahead.
  [[nodiscard]] bool parenthesis_on_line() const noexcept;
  /// The same, with line ends among the blanks.
  [[nodiscard]] bool parenthesis_ahead() const noexcept;

  [[nodiscard]] Place place() const noexcept { return place_at(at_); }
  [[nodiscard]] Place place_at(std::size_t position) const noexcept;

  void fail(std::string_view what) { fail_at(place(), what); }
  void fail_at(const Place& place, std::string_view what);
  /// Says what was expected and what is there.
  void fail_expecting(std::string_view expected);
  /// A failure of a scanner within this one.
  void take_failure(const Scanner& inner);
  [[nodiscard]] const std::optional<std::string>& failure() const noexcept { return failure_; }

 private:
  std::string_view text_;
  Place start_;
  std::shared_ptr<const std::vector<std::size_t>> lines_;  // where each begins
  std::size_t at_ = 0;
  std::optional<std::string> failure_;
};

}  // namespace hoplab::aws::vtl
