// The directives with their arguments and bodies.
#include <utility>

#include "aws/apigateway/mapping/parser.h"

namespace hoplab::aws::vtl {

/// '(' and blanks around it.
void Parser::open(std::string_view directive) {
  scanner_.skip_space();
  if (!scanner_.take("(")) scanner_.fail_expecting("'(' after #" + std::string(directive));
  scanner_.skip_space();
}

/// ')' with the line's end that it takes.
void Parser::close() {
  scanner_.skip_space();
  if (!scanner_.take(")")) return scanner_.fail_expecting("')'");
  scanner_.skip_line_end();
}

void Parser::set(Block& block, const Place& place) {
  open("set");
  auto target = reference();
  if (!target) return scanner_.fail_expecting("a reference to set");
  scanner_.skip_space();
  if (!scanner_.take("=")) return scanner_.fail_expecting("'='");
  ExpressionPtr value = expression();
  close();
  block.statements.push_back({Set{std::move(*target), std::move(value)}, place});
}

void Parser::condition(Block& block, const Place& place) {
  If made;
  End end = End::otherwise_if;
  while (end == End::otherwise_if) {
    open(made.branches.empty() ? "if" : "elseif");
    ExpressionPtr test = expression();
    close();
    Block body = this->block(end);
    made.branches.push_back({std::move(test), std::move(body)});
  }
  if (end == End::otherwise) made.otherwise = this->block(end);
  if (end != End::end) scanner_.fail_at(place, "this #if has no #end");
  block.statements.push_back({std::move(made), place});
}

void Parser::foreach_loop(Block& block, const Place& place) {
  open("foreach");
  const auto variable = reference();
  if (!variable) return scanner_.fail_expecting("a reference for each item");
  scanner_.skip_space();
  if (!scanner_.take_word("in")) return scanner_.fail_expecting("in");
  ExpressionPtr values = parameter();
  close();
  block.statements.push_back(
      {Foreach{variable->name, std::move(values), block_to_end("foreach")}, place});
}

void Parser::define(Block& block, const Place& place) {
  open("define");
  const auto name = reference();
  if (!name) return scanner_.fail_expecting("a reference to define");
  close();
  block.statements.push_back({Define{name->name, block_to_end("define")}, place});
}

/// A macro is known in all of the template, wherever it is.
void Parser::macro() {
  open("macro");
  const std::string_view name = scanner_.take_directive_name();
  if (name.empty()) return scanner_.fail_expecting("the name of the macro");
  Macro made;
  for (scanner_.skip_space(); !scanner_.at_end() && scanner_.peek() != ')'; scanner_.skip_space()) {
    if (scanner_.take(",")) scanner_.skip_space();
    const auto parameter = reference();
    if (!parameter) return scanner_.fail_expecting("a reference for each parameter");
    made.parameters.push_back(parameter->name);
  }
  close();
  made.body = block_to_end("macro");
  ast_.macros.emplace(name, std::move(made));
}

void Parser::evaluate(Block& block, const Place& place) {
  open("evaluate");
  ExpressionPtr source = parameter();
  close();
  block.statements.push_back({Evaluate{std::move(source)}, place});
}

/// #stop and #break; what Velocity takes in parentheses says nothing here.
void Parser::stop(Block& block, const Place& place, bool all) {
  if (scanner_.parenthesis_ahead()) static_cast<void>(directive_arguments());
  if (all) {
    block.statements.push_back({Stop{}, place});
  } else {
    block.statements.push_back({Break{}, place});
  }
}

void Parser::macro_call(Block& block, const Place& place, std::string_view name,
                        std::size_t begin) {
  MacroCall call;
  call.name = name;
  if (scanner_.parenthesis_ahead()) call.arguments = directive_arguments();
  call.source = scanner_.since(begin);
  block.statements.push_back({std::move(call), place});
}

/// Arguments between parentheses, with or without commas. Words are taken too: what looks like a
/// macro may be text.
std::vector<ExpressionPtr> Parser::directive_arguments() {
  std::vector<ExpressionPtr> arguments;
  scanner_.skip_space();
  scanner_.skip(1);
  for (scanner_.skip_space(); !scanner_.at_end() && scanner_.peek() != ')'; scanner_.skip_space()) {
    if (scanner_.take(",")) scanner_.skip_space();
    ExpressionPtr word = word_argument();
    arguments.push_back(word != nullptr ? std::move(word) : parameter());
  }
  close();
  return arguments;
}

/// Nothing: it is no word, or one that means a value.
ExpressionPtr Parser::word_argument() {
  const std::size_t begin = scanner_.position();
  const Place place = scanner_.place();
  const std::string_view word = scanner_.take_directive_name();
  if (!word.empty() && word != "true" && word != "false") return made(word, begin, place);
  scanner_.move_to(begin);
  return nullptr;
}

}  // namespace hoplab::aws::vtl
