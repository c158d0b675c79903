// The grammar of Velocity 1.7 as API Gateway uses it, by recursive descent.
//
// Kept from Velocity, down to what surprises: a directive takes the line's end that follows it;
// #set takes the blanks before it too, where no text stands before them; a backslash escapes only
// what would be a reference or a directive; a '-' directly before a digit belongs to the number;
// arguments, items and keys are no expressions but literals and references.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "aws/apigateway/mapping/ast.h"
#include "aws/apigateway/mapping/scanner.h"
#include "base/result.h"

namespace hoplab::aws::vtl {

/// Errors say line and column. `start` is where the text begins, for what #evaluate is given.
Result<std::shared_ptr<const Ast>> parse_template(std::string_view text, Place start = {});

/// The depth of the deepest of them; some may be null.
std::size_t deepest(std::span<const ExpressionPtr> expressions);

class Parser {
 public:
  /// `depth`: in how many constructs the text stands already.
  Parser(Ast& ast, std::string_view text, Place start, std::size_t depth)
      : ast_(ast), scanner_(text, start), depth_(depth) {}

  /// All of the text.
  Block everything();
  [[nodiscard]] const Scanner& scanner() const noexcept { return scanner_; }

 private:
  enum class End : std::uint8_t { text, end, otherwise, otherwise_if };

  // Statements: parser.cpp.
  Block block(End& end);
  Block block_to_end(std::string_view directive);
  void text_before(Block& block, std::size_t next);
  void backslashes(Block& block);
  void dollar(Block& block, std::size_t count);
  void escaped_directive(Block& block, std::size_t begin, std::size_t count);
  End hash(Block& block);
  End directive(Block& block, std::string_view name, std::size_t begin);

  // Directives: parser_directives.cpp.
  void set(Block& block, const Place& place);
  void condition(Block& block, const Place& place);
  void foreach_loop(Block& block, const Place& place);
  void define(Block& block, const Place& place);
  void macro();
  void evaluate(Block& block, const Place& place);
  void stop(Block& block, const Place& place, bool all);
  void macro_call(Block& block, const Place& place, std::string_view name, std::size_t begin);
  std::vector<ExpressionPtr> directive_arguments();
  ExpressionPtr word_argument();
  void open(std::string_view directive);
  void close();

  // Expressions: parser_expressions.cpp.
  ExpressionPtr expression() { return binary(0); }
  ExpressionPtr binary(std::size_t level);
  std::optional<Operator> take_operator(std::size_t level);
  ExpressionPtr unary();
  ExpressionPtr primary();
  ExpressionPtr parameter();
  ExpressionPtr literal();
  ExpressionPtr number();
  ExpressionPtr string();
  ExpressionPtr quoted(std::string_view inside, char quote, const Place& place);
  ExpressionPtr list_or_range();
  ExpressionPtr range(ExpressionPtr first, std::size_t begin, const Place& place);
  ExpressionPtr map();

  // References: parser_references.cpp.
  ExpressionPtr reference_value();
  std::optional<Reference> reference();
  void segments(Reference& reference);
  void member(Reference& reference);
  void index(Reference& reference);
  std::vector<ExpressionPtr> method_arguments();

  template <class What>
  ExpressionPtr made(What what, std::size_t begin, const Place& place, std::size_t below = 0);
  /// Goes one construct deeper for as long as it lives; false: that is too deep, which fails.
  class Deeper;

  Ast& ast_;
  Scanner scanner_;
  std::size_t depth_;
};

class Parser::Deeper {
 public:
  explicit Deeper(Parser& parser) : parser_(parser) {
    if (++parser_.depth_ > kMaxNesting) parser_.scanner_.fail("this is nested too deeply");
  }
  ~Deeper() { --parser_.depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  explicit operator bool() const noexcept { return parser_.depth_ <= kMaxNesting; }

 private:
  Parser& parser_;
};

template <class What>
ExpressionPtr Parser::made(What what, std::size_t begin, const Place& place, std::size_t below) {
  if (below + 1 > kMaxNesting) scanner_.fail_at(place, "this is nested too deeply");
  auto expression = std::make_unique<Expression>();
  expression->what = std::move(what);
  expression->source = scanner_.since(begin);
  expression->depth = below + 1;
  expression->place = place;
  return expression;
}

}  // namespace hoplab::aws::vtl
