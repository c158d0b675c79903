// References with what follows their names.
#include <algorithm>

#include "aws/apigateway/mapping/parser.h"

namespace hoplab::aws::vtl {

ExpressionPtr Parser::reference_value() {
  const std::size_t begin = scanner_.position();
  const Place place = scanner_.place();
  auto found = reference();
  if (!found) {
    scanner_.fail_expecting("the name of a reference after '$'");
    return nullptr;
  }
  std::size_t below = 0;
  for (const Segment& segment : found->segments) {
    below = std::max(below, deepest(segment.arguments));
  }
  return made(std::move(*found), begin, place, below);
}

/// At a '$'. Nothing: it is only text; the cursor stays.
std::optional<Reference> Parser::reference() {
  const std::size_t begin = scanner_.position();
  Reference found;
  found.place = scanner_.place();
  if (!scanner_.take("$")) return std::nullopt;
  found.quiet = scanner_.take("!");
  const bool formal = scanner_.take("{");
  found.name = scanner_.take_identifier();
  if (found.name.empty()) {
    scanner_.move_to(begin);
    return std::nullopt;
  }
  segments(found);
  if (formal && !scanner_.take("}")) scanner_.fail_expecting("'}'");
  found.source = scanner_.since(begin);
  return found;
}

void Parser::segments(Reference& reference) {
  while (!scanner_.at_end()) {
    if (scanner_.peek() == '[') {
      index(reference);
    } else if (scanner_.peek() == '.' && is_letter(scanner_.peek(1))) {
      member(reference);
    } else {
      return;
    }
  }
}

void Parser::index(Reference& reference) {
  Segment segment;
  segment.kind = Segment::Kind::index;
  segment.place = scanner_.place();
  scanner_.skip(1);
  segment.arguments.push_back(parameter());
  if (!scanner_.take("]")) scanner_.fail_expecting("']'");
  reference.segments.push_back(std::move(segment));
}

void Parser::member(Reference& reference) {
  Segment segment;
  scanner_.skip(1);
  segment.place = scanner_.place();
  segment.name = scanner_.take_identifier();
  if (scanner_.peek() == '(') {
    segment.kind = Segment::Kind::method;
    segment.arguments = method_arguments();
  }
  reference.segments.push_back(std::move(segment));
}

std::vector<ExpressionPtr> Parser::method_arguments() {
  std::vector<ExpressionPtr> arguments;
  scanner_.skip(1);
  scanner_.skip_space();
  while (!scanner_.at_end() && scanner_.peek() != ')') {
    arguments.push_back(parameter());
    if (!scanner_.take(",") && scanner_.peek() != ')') scanner_.fail_expecting("',' or ')'");
  }
  if (!scanner_.take(")")) scanner_.fail_expecting("')'");
  return arguments;
}

}  // namespace hoplab::aws::vtl
