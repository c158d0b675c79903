#include "aws/apigateway/context_text.h"

#include <algorithm>

#include "aws/stub/json_text.h"
#include "base/ascii.h"

namespace hoplab::aws {

namespace {

constexpr bool is_name(char c) noexcept {
  return is_letter(c) || is_digit(c) || c == '_';
}

/// The name of the variable that `text` begins with, and how long all of it is; 0: it begins with
/// none.
struct Variable {
  std::string_view name;
  std::size_t length = 0;
};

Variable variable_at(std::string_view text) noexcept {
  const bool braces = text.starts_with("${");
  const std::string_view rest = text.substr(braces ? 2 : 1);
  const std::size_t length = variable_name_length(rest);
  const std::string_view name = rest.substr(0, length);
  if (!name.starts_with("context.") && !name.starts_with("stageVariables.")) return {};
  if (!braces) return {name, length + 1};
  if (!rest.substr(length).starts_with('}')) return {};
  return {name, length + 3};
}

/// Its value is JSON as it is: a string with its quotes, or null.
constexpr std::string_view kMessageString = "context.error.messageString";

}  // namespace

std::size_t variable_name_length(std::string_view text) noexcept {
  std::size_t length = 0;
  while (length < text.size()) {
    const bool inner = length > 0 && (text[length] == '.' || text[length] == '-');
    const std::size_t next = inner ? length + 1 : length;
    if (next == text.size() || !is_name(text[next])) break;
    length = next + 1;
  }
  return length;
}

ContextText::ContextText(std::string_view text) {
  while (!text.empty()) {
    const auto dollar = std::min(text.find('$'), text.size());
    add_literal(text.substr(0, dollar));
    text.remove_prefix(dollar);
    if (text.empty()) break;
    const Variable variable = variable_at(text);
    if (variable.length == 0) {
      add_literal(text.substr(0, 1));
      text.remove_prefix(1);
    } else {
      pieces_.push_back({std::string(variable.name), true});
      text.remove_prefix(variable.length);
    }
  }
}

void ContextText::add_literal(std::string_view text) {
  if (text.empty()) return;
  if (pieces_.empty() || pieces_.back().variable) pieces_.emplace_back();
  pieces_.back().text += text;
}

std::string ContextText::render(const ContextLookup& lookup, std::string_view placeholder,
                                Escape escape) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (!piece.variable) {
      out += piece.text;
      continue;
    }
    const auto value = lookup(piece.text);
    if (!value) {
      out += placeholder;
    } else if (escape == Escape::json && piece.text != kMessageString) {
      append_json_text(out, *value);
    } else {
      out += *value;
    }
  }
  return out;
}

std::vector<std::string_view> ContextText::variables() const {
  std::vector<std::string_view> names;
  for (const Piece& piece : pieces_) {
    if (piece.variable) names.emplace_back(piece.text);
  }
  return names;
}

}  // namespace hoplab::aws
