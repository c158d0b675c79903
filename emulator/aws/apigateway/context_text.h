// Texts with variables, $context.requestId and $stageVariables.url or ${context.requestId}, as
// templates of gateway responses (apigateway.md 9.1) and formats of access logs (apigateway.md 14)
// have them. There is nothing else in them: no other part of the template language.
//
// A name has letters, digits and '_', and between them '.' and '-'.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hoplab::aws {

/// The value of "context.requestId" or "stageVariables.url"; nothing: it is not set.
using ContextLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Compiled once; immutable, so any thread may render it.
class ContextText {
 public:
  enum class Escape : std::uint8_t {
    none,
    json,  // values become insides of JSON strings, but for texts that are JSON already
  };

  ContextText() = default;
  /// Every text is one: what is no variable stands for itself.
  explicit ContextText(std::string_view text);

  [[nodiscard]] std::string render(const ContextLookup& lookup, std::string_view placeholder,
                                   Escape escape = Escape::none) const;
  /// In their order, with "context." or "stageVariables." in front.
  [[nodiscard]] std::vector<std::string_view> variables() const;

 private:
  struct Piece {
    std::string text;  // or the variable's name
    bool variable = false;
  };
  void add_literal(std::string_view text);

  std::vector<Piece> pieces_;
};

/// The length of the name at the start of `text`.
[[nodiscard]] std::size_t variable_name_length(std::string_view text) noexcept;

}  // namespace hoplab::aws
