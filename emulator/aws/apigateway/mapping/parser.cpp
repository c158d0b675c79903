#include "aws/apigateway/mapping/parser.h"

#include <algorithm>
#include <array>

namespace hoplab::aws::vtl {

namespace {

bool is_directive(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 14> kNames = {
      "if",    "else", "elseif", "end",      "set",     "foreach", "define",
      "macro", "stop", "break",  "evaluate", "include", "parse",   "literal"};
  return std::ranges::find(kNames, name) != kNames.end();
}

/// Without the braces of {name}.
std::string_view bare(std::string_view name) noexcept {
  return name.starts_with('{') ? name.substr(1, name.size() - 2) : name;
}

void add_text(Block& block, std::string_view text, const Place& place) {
  if (!text.empty()) block.statements.push_back({text, place});
}

/// The name after a '#', with its braces if it has some; empty: it is none.
std::string_view name_ahead(Scanner scanner) {
  const std::size_t begin = scanner.position();
  if (!scanner.take("{")) return scanner.take_directive_name();
  if (scanner.peek() == '@' || scanner.take_directive_name().empty() || !scanner.take("}")) {
    return {};
  }
  return scanner.since(begin);
}

/// Whether a #set with its parenthesis is `ahead` of the cursor.
bool is_set(Scanner scanner, std::size_t ahead) {
  scanner.skip(ahead);
  return (scanner.take("#set") || scanner.take("#{set}")) && scanner.parenthesis_on_line();
}

}  // namespace

Result<std::shared_ptr<const Ast>> parse_template(std::string_view text, Place start) {
  auto ast = std::make_shared<Ast>();
  ast->text = text;
  Parser parser(*ast, ast->text, start, 0);
  ast->body = parser.everything();
  if (const auto& failure = parser.scanner().failure()) return Error{*failure};
  return std::shared_ptr<const Ast>(std::move(ast));
}

Block Parser::everything() {
  End end = End::text;
  Block all = block(end);
  if (end != End::text) scanner_.fail("there is nothing that this ends");
  return all;
}

Block Parser::block(End& end) {
  Block block;
  const Deeper deeper(*this);
  end = End::text;
  while (!scanner_.at_end() && end == End::text) {
    const std::size_t next = scanner_.rest().find_first_of("$#\\");
    if (next != 0) {
      text_before(block, std::min(next, scanner_.rest().size()));
    } else if (scanner_.peek() == '$') {
      dollar(block, 0);
    } else if (scanner_.peek() == '#') {
      end = hash(block);
    } else {
      backslashes(block);
    }
  }
  return block;
}

Block Parser::block_to_end(std::string_view directive) {
  const Place place = scanner_.place();
  End end = End::text;
  Block body = block(end);
  if (end != End::end) {
    scanner_.fail_at(place, "#" + std::string(directive) + " has no #end");
  }
  return body;
}

/// Text of `size` bytes; blanks alone go with the #set behind them.
void Parser::text_before(Block& block, std::size_t size) {
  const std::string_view text = scanner_.rest().substr(0, size);
  const bool blank = text.find_first_not_of(" \t") == std::string_view::npos;
  if (!blank || !is_set(scanner_, size)) add_text(block, text, scanner_.place());
  scanner_.skip(size);
}

void Parser::backslashes(Block& block) {
  const std::size_t begin = scanner_.position();
  while (scanner_.peek() == '\\') scanner_.skip(1);
  const std::size_t count = scanner_.position() - begin;
  if (scanner_.peek() == '$') return dollar(block, count);
  if (scanner_.peek() == '#') return escaped_directive(block, begin, count);
  add_text(block, scanner_.since(begin), scanner_.place_at(begin));
}

/// At a '$' with `count` backslashes before it.
void Parser::dollar(Block& block, std::size_t count) {
  const std::size_t begin = scanner_.position() - count;
  const Place place = scanner_.place_at(begin);
  // $\!name is what is written for the text $!name.
  const std::string_view after = scanner_.rest().substr(1);
  const std::size_t slashes = std::min(after.find_first_not_of('\\'), after.size());
  if (count == 0 && slashes > 0 && after.substr(slashes).starts_with('!')) {
    add_text(block, scanner_.rest().substr(0, slashes), place);
    add_text(block, "!", place);
    return scanner_.skip(slashes + 2);
  }
  if (auto found = reference()) {
    block.statements.push_back({Output{std::move(*found), count}, place});
  } else {
    scanner_.skip(1);
    add_text(block, scanner_.since(begin), place);
  }
}

/// At the '#' behind `count` backslashes that begin at `begin`.
void Parser::escaped_directive(Block& block, std::size_t begin, std::size_t count) {
  Scanner ahead = scanner_;
  ahead.skip(1);
  const std::string_view name = name_ahead(ahead);
  const bool known = is_directive(bare(name)) || ast_.macros.contains(bare(name));
  const Place place = scanner_.place_at(begin);
  if (count % 2 == 1 && !name.empty()) {
    scanner_.skip(1 + name.size());
    const std::string_view all = scanner_.since(begin);
    return add_text(block, known ? all.substr(count - count / 2) : all, place);
  }
  const bool halved = known && count % 2 == 0 && bare(name) != "set";
  add_text(block, scanner_.since(begin).substr(halved ? count / 2 : 0), place);
}

Parser::End Parser::hash(Block& block) {
  const std::size_t begin = scanner_.position();
  const Place place = scanner_.place();
  const auto skip_to = [&](std::string_view closing) {
    const std::size_t found = scanner_.rest().find(closing, 2);
    if (found == std::string_view::npos) {
      scanner_.fail_at(place, "this has no " + std::string(closing));
    } else {
      scanner_.skip(found + closing.size());
    }
  };
  if (scanner_.take("##")) {
    scanner_.skip(std::min(scanner_.rest().find_first_of("\r\n"), scanner_.rest().size()));
    scanner_.skip_line_end();
  } else if (scanner_.rest().starts_with("#*")) {
    skip_to("*#");
  } else if (scanner_.rest().starts_with("#[[")) {
    skip_to("]]#");
    const std::string_view all = scanner_.since(begin);
    if (all.size() >= 6) add_text(block, all.substr(3, all.size() - 6), place);
  } else {
    scanner_.skip(1);
    const std::string_view name = name_ahead(scanner_);
    scanner_.skip(name.size());
    if (!name.empty() && !name.starts_with('@')) return directive(block, bare(name), begin);
    add_text(block, scanner_.since(begin), place);
  }
  return End::text;
}

/// Behind the name of a directive that begins at `begin`.
Parser::End Parser::directive(Block& block, std::string_view name, std::size_t begin) {
  const Place place = scanner_.place_at(begin);
  if (name == "end" || name == "else") {
    scanner_.skip_line_end();
    return name == "end" ? End::end : End::otherwise;
  }
  if (name == "elseif") return End::otherwise_if;
  const Deeper deeper(*this);
  if (name == "if") {
    condition(block, place);
  } else if (name == "set" && scanner_.parenthesis_on_line()) {
    set(block, place);
  } else if (name == "foreach") {
    foreach_loop(block, place);
  } else if (name == "define") {
    define(block, place);
  } else if (name == "macro") {
    macro();
  } else if (name == "evaluate") {
    evaluate(block, place);
  } else if (name == "stop" || name == "break") {
    stop(block, place, name == "stop");
  } else if (name == "include" || name == "parse") {
    scanner_.fail_at(place, "API Gateway has no #" + std::string(name));
  } else {
    macro_call(block, place, name, begin);
  }
  return End::text;
}

}  // namespace hoplab::aws::vtl
