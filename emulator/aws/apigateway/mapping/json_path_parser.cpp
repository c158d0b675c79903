#include "aws/apigateway/mapping/json_path_parser.h"

#include <algorithm>

#include "aws/apigateway/mapping/java_number.h"
#include "base/ascii.h"

namespace hoplab::aws::vtl {

namespace {

constexpr int kMaxDepth = 30;  // of filters

}  // namespace

void JsonPathParser::fail(std::string_view what) {
  if (wrong_.empty()) wrong_ = what;
  rest_ = {};
}

bool JsonPathParser::take(std::string_view expected) {
  if (!rest_.starts_with(expected)) return false;
  rest_.remove_prefix(expected.size());
  return true;
}

void JsonPathParser::expect(std::string_view expected) {
  if (take(expected)) return;
  fail("expected '" + std::string(expected) + "'" +
       (rest_.empty() ? " at its end" : " before '" + std::string(rest_.substr(0, 10)) + "'"));
}

void JsonPathParser::skip_space() {
  while (peek() == ' ' || peek() == '\t') rest_.remove_prefix(1);
}

JsonPath JsonPathParser::path(bool within_filter) {
  JsonPath path;
  const bool rooted = take("$") || (within_filter && take("@"));
  if (!rooted && !rest_.empty() && peek() != '[' && peek() != '.') dotted(path, false);
  while (!rest_.empty()) {
    const bool deep = take("..");
    if (peek() == '[') {
      bracket(path, deep);
    } else if (deep || take(".")) {
      dotted(path, deep);
    } else if (within_filter) {
      break;
    } else {
      fail("'" + std::string(rest_.substr(0, 10)) + "' stands where '.' or '[' should");
    }
  }
  return path;
}

/// Behind the dots.
void JsonPathParser::dotted(JsonPath& path, bool deep) {
  Step step;
  step.deep = deep;
  if (take("*")) {
    step.kind = Step::Kind::wildcard;
  } else {
    const std::size_t size = std::min(rest_.find_first_of(".[()=<>!&|, "), rest_.size());
    const std::string_view name = rest_.substr(0, size);
    if (name.empty()) return fail("a name is missing");
    rest_.remove_prefix(size);
    if (take("(")) {
      function(step, name);
    } else {
      step.names.emplace_back(name);
    }
  }
  path.steps_.push_back(std::move(step));
}

void JsonPathParser::function(Step& step, std::string_view name) {
  expect(")");
  if (name != "length" && name != "size") fail("there is no function " + std::string(name) + "()");
  step.kind = Step::Kind::length;
}

void JsonPathParser::bracket(JsonPath& path, bool deep) {
  Step step;
  step.deep = deep;
  expect("[");
  skip_space();
  if (take("*")) {
    step.kind = Step::Kind::wildcard;
  } else if (take("?")) {
    step.kind = Step::Kind::filter;
    skip_space();
    expect("(");
    step.filter = any_of();
    skip_space();
    expect(")");
  } else if (peek() == '\'' || peek() == '"') {
    bracket_names(step);
  } else {
    bracket_numbers(step);
  }
  skip_space();
  expect("]");
  path.steps_.push_back(std::move(step));
}

void JsonPathParser::bracket_names(Step& step) {
  do {
    skip_space();
    step.names.push_back(quoted());
    skip_space();
  } while (take(","));
}

/// Indexes, or a slice.
void JsonPathParser::bracket_numbers(Step& step) {
  const auto first = integer();
  skip_space();
  if (take(":")) {
    step.kind = Step::Kind::slice;
    skip_space();
    step.slice = {first, integer()};
    return;
  }
  step.kind = Step::Kind::indexes;
  if (!first) return fail("an index is missing");
  step.indexes.push_back(*first);
  while (take(",")) {
    skip_space();
    const auto next = integer();
    if (!next) return fail("an index is missing");
    step.indexes.push_back(*next);
    skip_space();
  }
}

std::optional<std::int64_t> JsonPathParser::integer() {
  std::size_t size = peek() == '-' ? 1 : 0;
  while (size < rest_.size() && is_digit(rest_[size])) ++size;
  const auto number = parse_integer(rest_.substr(0, size));
  if (number) rest_.remove_prefix(size);
  return number;
}

std::string JsonPathParser::quoted() {
  const char quote = peek();
  std::string text;
  if (quote != '\'' && quote != '"') return fail("a name in quotes is missing"), text;
  rest_.remove_prefix(1);
  while (!rest_.empty() && peek() != quote) {
    if (peek() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
    text += peek();
    rest_.remove_prefix(1);
  }
  expect(std::string_view(&quote, 1));
  return text;
}

std::unique_ptr<const JsonFilter> JsonPathParser::any_of() {
  return joined(true);
}

/// Tests with || between them; those with && bind more.
std::unique_ptr<const JsonFilter> JsonPathParser::joined(bool any) {
  auto filter = std::make_unique<JsonFilter>();
  filter->kind = any ? JsonFilter::Kind::any_of : JsonFilter::Kind::all_of;
  do {
    filter->parts.push_back(any ? joined(false) : test());
    skip_space();
  } while (take(any ? "||" : "&&"));
  return filter;
}

std::unique_ptr<const JsonFilter> JsonPathParser::test() {
  skip_space();
  if (++depth_ > kMaxDepth) fail("it is nested too deeply");
  std::unique_ptr<const JsonFilter> made;
  if (take("!")) {
    auto filter = std::make_unique<JsonFilter>();
    filter->kind = JsonFilter::Kind::none_of;
    filter->parts.push_back(test());
    made = std::move(filter);
  } else if (take("(")) {
    made = any_of();
    skip_space();
    expect(")");
  } else {
    made = comparison();
  }
  --depth_;
  return made;
}

std::unique_ptr<const JsonFilter> JsonPathParser::comparison() {
  using Kind = JsonFilter::Kind;
  auto filter = std::make_unique<JsonFilter>();
  filter->left = operand();
  skip_space();
  if (take("=~")) {
    regex(*filter);
    return filter;
  }
  if (take("==")) {
    filter->kind = Kind::equal;
  } else if (take("!=")) {
    filter->kind = Kind::not_equal;
  } else if (take("<=")) {
    filter->kind = Kind::less_or_equal;
  } else if (take(">=")) {
    filter->kind = Kind::greater_or_equal;
  } else if (take("<")) {
    filter->kind = Kind::less;
  } else if (take(">")) {
    filter->kind = Kind::greater;
  } else {
    if (!filter->left.path) fail("a comparison is missing");
    return filter;
  }
  skip_space();
  filter->right = operand();
  return filter;
}

JsonFilter::Operand JsonPathParser::operand() {
  JsonFilter::Operand operand;
  if (peek() == '@' || peek() == '$') {
    if (++depth_ > kMaxDepth) fail("it is nested too deeply");
    operand.from_root = peek() == '$';
    operand.path = path(true);
    --depth_;
  } else if (peek() == '\'' || peek() == '"') {
    operand.literal = quoted();
  } else if (take("true")) {
    operand.literal = true;
  } else if (take("false")) {
    operand.literal = false;
  } else if (!take("null")) {
    const std::size_t size = std::min(rest_.find_first_not_of("+-.0123456789eE"), rest_.size());
    const auto number = parse_double(rest_.substr(0, size));
    rest_.remove_prefix(size);
    operand.literal = number.value_or(0);
    if (!number) fail("a value is missing");
  }
  return operand;
}

/// /pattern/flags
void JsonPathParser::regex(JsonFilter& filter) {
  filter.kind = JsonFilter::Kind::regex;
  skip_space();
  expect("/");
  std::size_t end = 0;
  while (end < rest_.size() && rest_[end] != '/') end += rest_[end] == '\\' ? 2 : 1;
  if (end >= rest_.size()) return fail("a regular expression has no end");
  const std::string_view pattern = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  std::size_t flags = 0;
  while (flags < rest_.size() && is_letter(rest_[flags])) ++flags;
  filter.regex.emplace(pattern, rest_.substr(0, flags));
  rest_.remove_prefix(flags);
  if (!filter.regex->wrong().empty()) fail(filter.regex->wrong());
}

}  // namespace hoplab::aws::vtl
