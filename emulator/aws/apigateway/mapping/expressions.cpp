// Values of expressions and references.
#include <cstdlib>
#include <utility>

#include "aws/apigateway/mapping/java_number.h"
#include "aws/apigateway/mapping/renderer.h"
#include "aws/apigateway/mapping/value_text.h"

namespace hoplab::aws::vtl {

namespace {

constexpr int kMaxSelfUse = 2;  // of a block of #define: Velocity's own

bool is_comparison(Operator operation) noexcept {
  return operation != Operator::add && operation < Operator::add;
}

Arithmetic arithmetic_of(Operator operation) noexcept {
  switch (operation) {
    case Operator::subtract: return Arithmetic::subtract;
    case Operator::multiply: return Arithmetic::multiply;
    case Operator::divide: return Arithmetic::divide;
    case Operator::modulo: return Arithmetic::modulo;
    default: return Arithmetic::add;
  }
}

/// -1 is the last item: of lists and of no other.
Value from_start(const Value& holder, Value index) {
  const List* const list = as_list(holder);
  auto* const number = std::get_if<std::int64_t>(&index);
  if (list != nullptr && number != nullptr && *number < 0) {
    *number += static_cast<std::int64_t>(list->items.size());
  }
  return index;
}

}  // namespace

Value Renderer::value_of(const Expression& expression) {
  const Call call(*this);
  if (!call || !runtime_.step()) return {};
  const auto& what = expression.what;
  if (const bool* const boolean = std::get_if<bool>(&what)) return *boolean;
  if (const auto* const integer = std::get_if<std::int64_t>(&what)) return *integer;
  if (const double* const number = std::get_if<double>(&what)) return *number;
  if (const auto* const text = std::get_if<std::string_view>(&what)) return runtime_.text(*text);
  if (const auto* const string = std::get_if<Interpolated>(&what)) {
    return runtime_.heap.text(interpolated(string->content));
  }
  if (const auto* const list = std::get_if<ListLiteral>(&what)) return list_of(*list);
  if (const auto* const range = std::get_if<RangeLiteral>(&what)) return range_of(*range);
  if (const auto* const map = std::get_if<MapLiteral>(&what)) return map_of(*map);
  if (const auto* const reference = std::get_if<Reference>(&what)) return value_of(*reference);
  if (const auto* const inverted = std::get_if<Not>(&what)) return !is_true(*inverted->operand);
  return binary(std::get<Binary>(what));
}

/// Texts, numbers, lists and sums are not true by themselves.
bool Renderer::is_true(const Expression& expression) {
  const Value value = value_of(expression);
  if (const bool* const boolean = std::get_if<bool>(&value)) return *boolean;
  return std::holds_alternative<Reference>(expression.what) && !is_null(value);
}

Value Renderer::value_of(const Reference& reference) {
  const Value* const root = variable(reference.name);
  return root != nullptr ? follow(*root, reference.segments) : Value();
}

Value Renderer::follow(Value value, std::span<const Segment> segments) {
  while (!segments.empty() && !is_null(value) && runtime_.step()) {
    const Host* const host = std::get_if<Host>(&value);
    std::size_t taken = 1;
    if (host != nullptr && *host == Host::context && segments[0].kind == Segment::Kind::property) {
      std::tie(value, taken) = hosts_.context(segments);
    } else {
      value = apply(value, segments[0]);
    }
    segments = segments.subspan(taken);
  }
  return value;
}

Value Renderer::apply(const Value& value, const Segment& segment) {
  const std::vector<Value> arguments = arguments_of(segment);
  runtime_.place = segment.place;
  if (runtime_.failed()) return {};
  if (const Host* const host = std::get_if<Host>(&value)) {
    if (segment.kind == Segment::Kind::method) return hosts_.call(*host, segment.name, arguments);
    return segment.kind == Segment::Kind::property ? hosts_.property(*host, segment.name) : Value();
  }
  switch (segment.kind) {
    case Segment::Kind::property: return get_property(runtime_, value, segment.name);
    case Segment::Kind::method: return call_method(runtime_, value, segment.name, arguments);
    case Segment::Kind::index: return get_item(runtime_, value, from_start(value, arguments[0]));
  }
  return {};
}

/// A block of #define is a text to those who take it.
std::vector<Value> Renderer::arguments_of(const Segment& segment) {
  std::vector<Value> arguments;
  for (const ExpressionPtr& expression : segment.arguments) {
    Value value = value_of(*expression);
    if (std::holds_alternative<const Block*>(value)) {
      value = runtime_.heap.text(text_of(value).value_or(""));
    }
    arguments.push_back(std::move(value));
  }
  return arguments;
}

Value Renderer::list_of(const ListLiteral& literal) {
  List* const list = runtime_.heap.list();
  for (const ExpressionPtr& item : literal.items) {
    if (!runtime_.heap.charge(sizeof(Value))) break;
    list->items.push_back(value_of(*item));
  }
  return list;
}

Value Renderer::range_of(const RangeLiteral& literal) {
  const Value first = value_of(*literal.first);
  const Value last = value_of(*literal.last);
  const auto* const begin = std::get_if<std::int64_t>(&first);
  const auto* const end = std::get_if<std::int64_t>(&last);
  if (begin == nullptr || end == nullptr) return {};
  constexpr std::int64_t kFurthest = INT32_MAX;
  if (std::abs(*begin / 2) > kFurthest || std::abs(*end / 2) > kFurthest) return {};
  const auto count = static_cast<std::size_t>(std::abs(*begin - *end)) + 1;
  if (!runtime_.heap.charge(count * sizeof(Value))) return {};
  List* const list = runtime_.heap.list();
  list->items.reserve(count);
  const std::int64_t step = *begin >= *end ? -1 : 1;
  for (std::size_t i = 0; i < count; ++i) {
    list->items.push_back(*begin + step * static_cast<std::int64_t>(i));
  }
  return list;
}

Value Renderer::map_of(const MapLiteral& literal) {
  Map* const map = runtime_.heap.map();
  for (const auto& [key, value] : literal.entries) {
    const Value name = value_of(*key);
    put(runtime_, *map, java_text(name, runtime_.heap), value_of(*value));
  }
  return map;
}

Value Renderer::binary(const Binary& binary) {
  if (binary.operation == Operator::logical_or) {
    return is_true(*binary.left) || is_true(*binary.right);
  }
  if (binary.operation == Operator::logical_and) {
    return is_true(*binary.left) && is_true(*binary.right);
  }
  const Value left = value_of(*binary.left);
  const Value right = value_of(*binary.right);
  if (binary.operation == Operator::equal) return same(left, right);
  if (binary.operation == Operator::not_equal) return !same(left, right);
  const bool numbers = is_number(left) && is_number(right);
  if (!is_comparison(binary.operation)) return arithmetic(binary, left, right);
  if (!numbers) return false;
  const int order = compare_numbers(left, right);
  switch (binary.operation) {
    case Operator::less: return order < 0;
    case Operator::greater: return order > 0;
    case Operator::less_or_equal: return order <= 0;
    default: return order >= 0;
  }
}

/// A sum with a text is a text, in which null is what is written in the template.
Value Renderer::arithmetic(const Binary& binary, const Value& left, const Value& right) {
  const bool sum = binary.operation == Operator::add;
  if (sum && (as_text(left) != nullptr || as_text(right) != nullptr)) {
    const auto text = [&](const Value& value, const Expression& expression) {
      return is_null(value) ? std::string(expression.source) : text_of(value).value_or("");
    };
    return runtime_.heap.text(text(left, *binary.left) + text(right, *binary.right));
  }
  if (!is_number(left) || !is_number(right)) return {};
  return calculate(arithmetic_of(binary.operation), left, right);
}

/// Of different classes, the texts are compared.
bool Renderer::same(const Value& left, const Value& right) {
  if (is_number(left) && is_number(right)) return compare_numbers(left, right) == 0;
  if (is_null(left) || is_null(right)) return is_null(left) && is_null(right);
  if (left.index() == right.index()) return equal(left, right, runtime_.heap);
  return text_of(left) == text_of(right);
}

std::string Renderer::interpolated(const Block& content) {
  std::string text;
  std::string* const outer = std::exchange(out_, &text);
  block(content);
  out_ = outer;
  return text;
}

std::optional<std::string> Renderer::text_of(const Value& value) {
  const Block* const* const content = std::get_if<const Block*>(&value);
  if (content == nullptr) return java_text(value, runtime_.heap);
  int& uses = defined_[*content];
  if (uses >= kMaxSelfUse) return std::nullopt;
  ++uses;
  std::string text = interpolated(**content);
  --uses;
  return text;
}

}  // namespace hoplab::aws::vtl
