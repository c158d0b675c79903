#include "aws/apigateway/mapping/scanner.h"

#include <algorithm>

namespace hoplab::aws::vtl {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_word(char c) noexcept {
  return is_letter(c) || is_digit(c) || c == '_' || c == '@';
}

}  // namespace

std::string at_place(const Place& place, std::string_view what) {
  return "line " + std::to_string(place.line) + ", column " + std::to_string(place.column) + ": " +
         std::string(what);
}

Scanner::Scanner(std::string_view text, Place start) : text_(text), start_(start) {
  std::vector<std::size_t> lines{0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') lines.push_back(i + 1);
  }
  lines_ = std::make_shared<const std::vector<std::size_t>>(std::move(lines));
}

bool Scanner::take(std::string_view expected) noexcept {
  if (!rest().starts_with(expected)) return false;
  skip(expected.size());
  return true;
}

bool Scanner::take_word(std::string_view word) noexcept {
  if (!rest().starts_with(word) || is_word(peek(word.size()))) return false;
  skip(word.size());
  return true;
}

std::string_view Scanner::take_identifier() noexcept {
  const std::size_t begin = at_;
  if (is_identifier_start(peek())) {
    while (is_identifier(peek())) skip(1);
  }
  return since(begin);
}

std::string_view Scanner::take_directive_name() noexcept {
  const std::size_t begin = at_;
  if (is_identifier_start(peek()) || peek() == '@') {
    while (is_word(peek())) skip(1);
  }
  return since(begin);
}

void Scanner::skip_space() noexcept {
  move_to(std::min(text_.find_first_not_of(kSpace, at_), text_.size()));
}

void Scanner::skip_line_end() noexcept {
  const std::size_t end = std::min(text_.find_first_not_of(" \t", at_), text_.size());
  if (text_.substr(end).starts_with("\r\n")) {
    move_to(end + 2);
  } else if (end < text_.size() && (text_[end] == '\n' || text_[end] == '\r')) {
    move_to(end + 1);
  }
}

bool Scanner::parenthesis_on_line() const noexcept {
  return peek(std::min(rest().find_first_not_of(" \t"), rest().size())) == '(';
}

bool Scanner::parenthesis_ahead() const noexcept {
  return peek(std::min(rest().find_first_not_of(kSpace), rest().size())) == '(';
}

Place Scanner::place_at(std::size_t position) const noexcept {
  const auto after = std::ranges::upper_bound(*lines_, position);
  const auto line = static_cast<std::size_t>(after - lines_->begin()) - 1;
  const std::size_t column = position - (*lines_)[line] + (line == 0 ? start_.column : 1);
  return {static_cast<std::uint32_t>(start_.line + line), static_cast<std::uint32_t>(column)};
}

void Scanner::fail_at(const Place& place, std::string_view what) {
  if (!failure_) failure_ = at_place(place, what);
  at_ = text_.size();
}

void Scanner::fail_expecting(std::string_view expected) {
  std::string what = "expected " + std::string(expected);
  if (at_end()) {
    what += ", but the template ends";
  } else {
    const char c = peek();
    what += c == '\n'             ? ", but the line ends"
            : c > ' ' && c <= '~' ? std::string(", not '") + c + "'"
                                  : "";
  }
  fail(what);
}

void Scanner::take_failure(const Scanner& inner) {
  if (!failure_ && inner.failure_) failure_ = inner.failure_;
  if (failure_) at_ = text_.size();
}

}  // namespace hoplab::aws::vtl
