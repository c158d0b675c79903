// Reads a JSONPath with its filters.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "aws/apigateway/mapping/json_filter.h"
#include "aws/apigateway/mapping/json_path.h"

namespace hoplab::aws::vtl {

class JsonPathParser {
 public:
  explicit JsonPathParser(std::string_view text) : rest_(text) {}

  /// Up to the end of the text; a path within a filter ends before that.
  JsonPath path(bool within_filter);
  /// The first thing that is wrong; empty: nothing is.
  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

 private:
  using Step = JsonPath::Step;

  void dotted(JsonPath& path, bool deep);
  void bracket(JsonPath& path, bool deep);
  void bracket_names(Step& step);
  void bracket_numbers(Step& step);
  void function(Step& step, std::string_view name);
  std::optional<std::int64_t> integer();
  std::string quoted();

  std::unique_ptr<const JsonFilter> any_of();
  std::unique_ptr<const JsonFilter> joined(bool any);
  std::unique_ptr<const JsonFilter> test();
  std::unique_ptr<const JsonFilter> comparison();
  JsonFilter::Operand operand();
  void regex(JsonFilter& filter);

  void skip_space();
  [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
  bool take(std::string_view expected);
  void expect(std::string_view expected);
  void fail(std::string_view what);

  std::string_view rest_;
  std::string wrong_;
  int depth_ = 0;
};

}  // namespace hoplab::aws::vtl
