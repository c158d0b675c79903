// Expressions and literals.
#include <array>
#include <charconv>
#include <span>

#include "aws/apigateway/mapping/parser.h"
#include "base/hex.h"

namespace hoplab::aws::vtl {

namespace {

struct Spelling {
  std::string_view text;
  Operator operation;
};

constexpr std::array kOr = {Spelling{"||", Operator::logical_or},
                            Spelling{"or", Operator::logical_or}};
constexpr std::array kAnd = {Spelling{"&&", Operator::logical_and},
                             Spelling{"and", Operator::logical_and}};
constexpr std::array kEquality = {Spelling{"==", Operator::equal}, Spelling{"eq", Operator::equal},
                                  Spelling{"!=", Operator::not_equal},
                                  Spelling{"ne", Operator::not_equal}};
constexpr std::array kRelational = {Spelling{"<=", Operator::less_or_equal},
                                    Spelling{"le", Operator::less_or_equal},
                                    Spelling{">=", Operator::greater_or_equal},
                                    Spelling{"ge", Operator::greater_or_equal},
                                    Spelling{"<", Operator::less},
                                    Spelling{"lt", Operator::less},
                                    Spelling{">", Operator::greater},
                                    Spelling{"gt", Operator::greater}};
constexpr std::array kAdditive = {Spelling{"+", Operator::add}, Spelling{"-", Operator::subtract}};
constexpr std::array kMultiplicative = {Spelling{"*", Operator::multiply},
                                        Spelling{"/", Operator::divide},
                                        Spelling{"%", Operator::modulo}};
/// From what binds least to what binds most.
constexpr std::array<std::span<const Spelling>, 6> kLevels = {
    kOr, kAnd, kEquality, kRelational, kAdditive, kMultiplicative};

/// Two quotes within a string are one.
std::string single_quotes(std::string_view text, char quote) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == quote && i + 1 < text.size() && text[i + 1] == quote) ++i;
  }
  return out;
}

void append_utf8(std::string& out, std::uint32_t unit) {
  if (unit < 0x80) {
    out += static_cast<char>(unit);
  } else if (unit < 0x800) {
    out += static_cast<char>(0xc0 | (unit >> 6));
    out += static_cast<char>(0x80 | (unit & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | (unit >> 12));
    out += static_cast<char>(0x80 | ((unit >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (unit & 0x3f));
  }
}

/// \u and four digits; Velocity knows no other escape. Nothing: there are no four digits.
std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t next = text.find("\\u");
    out += text.substr(0, next);
    if (next == std::string_view::npos) break;
    text.remove_prefix(next + 2);
    std::uint32_t unit = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const int digit = i < text.size() ? hex_value(text[i]) : -1;
      if (digit < 0) return std::nullopt;
      unit = unit * 16 + static_cast<std::uint32_t>(digit);
    }
    append_utf8(out, unit);
    text.remove_prefix(4);
  }
  return out;
}

}  // namespace

std::size_t deepest(std::span<const ExpressionPtr> expressions) {
  std::size_t depth = 0;
  for (const auto& one : expressions) depth = std::max(depth, one != nullptr ? one->depth : 0);
  return depth;
}

std::optional<Operator> Parser::take_operator(std::size_t level) {
  for (const Spelling& spelling : kLevels[level]) {
    const bool word = is_letter(spelling.text[0]);
    if (word ? !scanner_.take_word(spelling.text) : !scanner_.take(spelling.text)) continue;
    const bool signs =
        spelling.operation == Operator::subtract &&
        (is_digit(scanner_.peek()) || (scanner_.peek() == '.' && is_digit(scanner_.peek(1))));
    if (signs) scanner_.fail("'-' directly before a digit makes a negative number: put a blank");
    return spelling.operation;
  }
  return std::nullopt;
}

ExpressionPtr Parser::binary(std::size_t level) {
  if (level == kLevels.size()) return unary();
  scanner_.skip_space();
  const std::size_t begin = scanner_.position();
  const Place place = scanner_.place();
  ExpressionPtr left = binary(level + 1);
  scanner_.skip_space();
  while (const auto operation = take_operator(level)) {
    ExpressionPtr right = binary(level + 1);
    if (left == nullptr || right == nullptr) return nullptr;
    const std::size_t below = std::max(left->depth, right->depth);
    left = made(Binary{*operation, std::move(left), std::move(right)}, begin, place, below);
    scanner_.skip_space();
  }
  return left;
}

ExpressionPtr Parser::unary() {
  scanner_.skip_space();
  const std::size_t begin = scanner_.position();
  const Place place = scanner_.place();
  if (!scanner_.take("!") && !scanner_.take_word("not")) return primary();
  const Deeper deeper(*this);
  ExpressionPtr operand = deeper ? unary() : nullptr;
  if (operand == nullptr) return nullptr;
  const std::size_t below = operand->depth;
  return made(Not{std::move(operand)}, begin, place, below);
}

ExpressionPtr Parser::primary() {
  scanner_.skip_space();
  if (!scanner_.take("(")) return literal();
  const Deeper deeper(*this);
  ExpressionPtr inside = deeper ? expression() : nullptr;
  scanner_.skip_space();
  if (!scanner_.take(")")) scanner_.fail_expecting("')'");
  return inside;
}

/// With blanks around it.
ExpressionPtr Parser::parameter() {
  scanner_.skip_space();
  const Deeper deeper(*this);
  ExpressionPtr value = deeper ? literal() : nullptr;
  scanner_.skip_space();
  return value;
}

ExpressionPtr Parser::literal() {
  const std::size_t begin = scanner_.position();
  const Place place = scanner_.place();
  const char c = scanner_.peek();
  if (c == '$') return reference_value();
  if (c == '"' || c == '\'') return string();
  if (c == '[') return list_or_range();
  if (c == '{') return map();
  if (is_digit(c) || c == '-' || c == '.') return number();
  if (scanner_.take_word("true")) return made(true, begin, place);
  if (scanner_.take_word("false")) return made(false, begin, place);
  scanner_.fail_expecting("a value");
  return nullptr;
}

ExpressionPtr Parser::number() {
  const std::size_t begin = scanner_.position();
  const Place place = scanner_.place();
  const auto digits = [this] {
    const std::size_t first = scanner_.position();
    while (is_digit(scanner_.peek())) scanner_.skip(1);
    return scanner_.position() > first;
  };
  scanner_.take("-");
  bool some = digits();
  bool whole = true;
  if (scanner_.peek() == '.' && scanner_.peek(1) != '.') {  // two are a range's
    scanner_.skip(1);
    some = digits() || some;
    whole = false;
  }
  const std::size_t exponent = scanner_.peek(1) == '+' || scanner_.peek(1) == '-' ? 2 : 1;
  if ((scanner_.peek() == 'e' || scanner_.peek() == 'E') && is_digit(scanner_.peek(exponent))) {
    scanner_.skip(exponent);
    digits();
    whole = false;
  }
  const std::string_view text = scanner_.since(begin);
  const auto integer = whole ? parse_integer(text) : std::nullopt;
  if (integer) return made(*integer, begin, place);
  const auto floating = some && !whole ? parse_double(text) : std::nullopt;
  if (floating) return made(*floating, begin, place);
  scanner_.fail_at(place, "this is no number that fits");
  return nullptr;
}

/// The string that is longest: a quote ends it unless another follows, which makes two of them one.
ExpressionPtr Parser::string() {
  const Place place = scanner_.place();
  const char quote = scanner_.peek();
  const std::string_view rest = scanner_.rest();
  std::size_t end = std::string_view::npos;
  std::size_t next = rest.find(quote, 1);
  while (next != std::string_view::npos) {
    end = next;
    if (next + 1 >= rest.size() || rest[next + 1] != quote) break;
    next = rest.find(quote, next + 2);
  }
  if (end == std::string_view::npos) {
    scanner_.fail("this string has no end");
    return nullptr;
  }
  return quoted(rest.substr(1, end - 1), quote, place);
}

ExpressionPtr Parser::quoted(std::string_view inside, char quote, const Place& place) {
  const std::size_t begin = scanner_.position();
  std::string_view text = inside;
  if (quote == '"' && inside.find("\\u") != std::string_view::npos) {
    auto plain = unescaped(inside);
    if (!plain) {
      scanner_.fail("\\u takes four hexadecimal digits");
      return nullptr;
    }
    text = ast_.texts.emplace_back(std::move(*plain));
  }
  if (text.find(quote) != std::string_view::npos) {
    text = ast_.texts.emplace_back(single_quotes(text, quote));
  }
  if (quote == '\'' || text.find_first_of("$#") == std::string_view::npos) {
    scanner_.skip(inside.size() + 2);
    return made(text, begin, place);
  }
  Parser inner(ast_, text, {place.line, place.column + 1}, depth_);
  Interpolated interpolated{inner.everything()};
  scanner_.take_failure(inner.scanner_);
  scanner_.skip(inside.size() + 2);
  return made(std::move(interpolated), begin, place);
}

ExpressionPtr Parser::list_or_range() {
  const std::size_t begin = scanner_.position();
  const Place place = scanner_.place();
  scanner_.skip(1);
  scanner_.skip_space();
  ListLiteral list;
  while (!scanner_.at_end() && scanner_.peek() != ']') {
    list.items.push_back(parameter());
    if (list.items.size() == 1 && scanner_.take("..")) {
      return range(std::move(list.items[0]), begin, place);
    }
    if (!scanner_.take(",") && scanner_.peek() != ']') scanner_.fail_expecting("',' or ']'");
  }
  if (!scanner_.take("]")) scanner_.fail_expecting("']'");
  const std::size_t below = deepest(list.items);
  return made(std::move(list), begin, place, below);
}

ExpressionPtr Parser::range(ExpressionPtr first, std::size_t begin, const Place& place) {
  ExpressionPtr last = parameter();
  if (!scanner_.take("]")) scanner_.fail_expecting("']'");
  for (const Expression* const end : {first.get(), last.get()}) {
    if (end == nullptr) return nullptr;
    if (!std::holds_alternative<std::int64_t>(end->what) &&
        !std::holds_alternative<Reference>(end->what)) {
      scanner_.fail_at(end->place, "a range goes from an integer to an integer");
    }
  }
  const std::size_t below = std::max(first->depth, last->depth);
  return made(RangeLiteral{std::move(first), std::move(last)}, begin, place, below);
}

ExpressionPtr Parser::map() {
  const std::size_t begin = scanner_.position();
  const Place place = scanner_.place();
  scanner_.skip(1);
  scanner_.skip_space();
  MapLiteral map;
  std::size_t below = 0;
  while (!scanner_.at_end() && scanner_.peek() != '}') {
    ExpressionPtr key = parameter();
    if (!scanner_.take(":")) scanner_.fail_expecting("':'");
    ExpressionPtr value = parameter();
    if (key == nullptr || value == nullptr) return nullptr;
    below = std::max({below, key->depth, value->depth});
    map.entries.emplace_back(std::move(key), std::move(value));
    if (!scanner_.take(",") && scanner_.peek() != '}') scanner_.fail_expecting("',' or '}'");
  }
  if (!scanner_.take("}")) scanner_.fail_expecting("'}'");
  return made(std::move(map), begin, place, below);
}

}  // namespace hoplab::aws::vtl
