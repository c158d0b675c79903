#include "aws/apigateway/mapping/json_filter.h"

#include <algorithm>

#include "aws/apigateway/mapping/java_number.h"

namespace hoplab::aws::vtl {

/// One filter against one item.
class JsonFilterTest {
 public:
  JsonFilterTest(const Value& item, const Value& root, Heap& heap)
      : item_(item), root_(root), heap_(heap) {}

  bool holds(const JsonFilter& filter) {
    using Kind = JsonFilter::Kind;
    const auto part = [this](const auto& one) { return holds(*one); };
    switch (filter.kind) {
      case Kind::any_of: return std::ranges::any_of(filter.parts, part);
      case Kind::all_of: return std::ranges::all_of(filter.parts, part);
      case Kind::none_of: return std::ranges::none_of(filter.parts, part);
      case Kind::exists: return value(filter.left).has_value();
      case Kind::regex: return found(filter);
      default: return compares(filter);
    }
  }

 private:
  std::optional<Value> value(const JsonFilter::Operand& operand) {
    if (operand.path) {
      return operand.path->find_from(operand.from_root ? root_ : item_, root_, heap_);
    }
    if (const bool* const boolean = std::get_if<bool>(&operand.literal)) return *boolean;
    if (const double* const number = std::get_if<double>(&operand.literal)) return *number;
    if (const auto* const text = std::get_if<std::string>(&operand.literal)) {
      return heap_.text(*text);
    }
    return Value();
  }

  bool found(const JsonFilter& filter) {
    const auto left = value(filter.left);
    const std::string* const text = left ? as_text(*left) : nullptr;
    return text != nullptr && heap_.charge(text->size()) && filter.regex->matches_all(*text);
  }

  bool compares(const JsonFilter& filter) {
    const auto left = value(filter.left);
    const auto right = value(filter.right);
    using Kind = JsonFilter::Kind;
    const bool both = left && right;
    if (filter.kind == Kind::equal) return both && same(*left, *right);
    if (filter.kind == Kind::not_equal) return !both || !same(*left, *right);
    const auto order = both ? ordered(*left, *right) : std::nullopt;
    if (!order) return false;
    switch (filter.kind) {
      case Kind::less: return *order < 0;
      case Kind::less_or_equal: return *order <= 0;
      case Kind::greater: return *order > 0;
      default: return *order >= 0;
    }
  }

  bool same(const Value& left, const Value& right) {
    if (is_number(left) && is_number(right)) return compare_numbers(left, right) == 0;
    return equal(left, right, heap_);
  }

  /// Nothing: they have no order.
  static std::optional<int> ordered(const Value& left, const Value& right) {
    if (is_number(left) && is_number(right)) return compare_numbers(left, right);
    const std::string* const a = as_text(left);
    const std::string* const b = as_text(right);
    if (a == nullptr || b == nullptr) return std::nullopt;
    return a->compare(*b);
  }

  const Value& item_;
  const Value& root_;
  Heap& heap_;
};

bool passes(const JsonFilter& filter, const Value& item, const Value& root, Heap& heap) {
  return JsonFilterTest(item, root, heap).holds(filter);
}

}  // namespace hoplab::aws::vtl
