// A mapping template, parsed. Views point into the template's text and into Ast::texts; an Ast is
// not changed once it is there, and may be shared between threads.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "aws/apigateway/mapping/java_number.h"

namespace hoplab::aws::vtl {

/// From 1; columns count bytes.
struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

/// What follows the name of a reference: .property, .method(arguments), [index].
struct Segment {
  enum class Kind : std::uint8_t { property, method, index };
  Kind kind = Kind::property;
  std::string_view name;                 // of a property or method
  std::vector<ExpressionPtr> arguments;  // of a method; the one of an index
  Place place;
};

struct Reference {
  std::string_view name;
  std::vector<Segment> segments;
  bool quiet = false;
  std::string_view source;  // from the '$' on
  Place place;
};

struct Statement;

struct Block {
  std::vector<Statement> statements;
};

enum class Operator : std::uint8_t {
  logical_or,
  logical_and,
  equal,
  not_equal,
  less,
  greater,
  less_or_equal,
  greater_or_equal,
  add,
  subtract,
  multiply,
  divide,
  modulo,
};

struct Interpolated {
  Block content;
};
struct ListLiteral {
  std::vector<ExpressionPtr> items;
};
struct RangeLiteral {
  ExpressionPtr first;
  ExpressionPtr last;
};
struct MapLiteral {
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> entries;
};
struct Not {
  ExpressionPtr operand;
};
struct Binary {
  Operator operation;
  ExpressionPtr left;
  ExpressionPtr right;
};

struct Expression {
  std::variant<bool, std::int64_t, double, std::string_view, Interpolated, ListLiteral,
               RangeLiteral, MapLiteral, Reference, Not, Binary>
      what;
  std::string_view source;
  std::size_t depth = 1;  // of the tree below it
  Place place;
};

struct Output {
  Reference reference;
  std::size_t backslashes = 0;  // before the '$'
};
struct Set {
  Reference target;
  ExpressionPtr value;
};
struct Branch {
  ExpressionPtr test;
  Block body;
};
struct If {
  std::vector<Branch> branches;
  Block otherwise;
};
struct Foreach {
  std::string_view variable;
  ExpressionPtr values;
  Block body;
};
struct Define {
  std::string_view name;
  Block body;
};
struct MacroCall {
  std::string_view name;
  std::vector<ExpressionPtr> arguments;
  std::string_view source;  // what is written where there is no such macro
};
struct Evaluate {
  ExpressionPtr source;
};
struct Stop {};
struct Break {};

struct Statement {
  std::variant<std::string_view, Output, Set, If, Foreach, Define, MacroCall, Evaluate, Stop, Break>
      what;
  Place place;
};

struct Macro {
  std::vector<std::string_view> parameters;
  Block body;
};

struct Ast {
  std::string text;
  std::deque<std::string> texts;  // of interpolated strings
  Block body;
  std::map<std::string_view, Macro> macros;
};

}  // namespace hoplab::aws::vtl
