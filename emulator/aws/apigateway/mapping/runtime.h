// What one rendering has for all that takes part in it: its heap, its steps, and the first thing
// that went wrong. What has failed goes on with null, and loops ask failed().
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/apigateway/mapping/ast.h"
#include "aws/apigateway/mapping/java_regex.h"
#include "aws/apigateway/mapping/scanner.h"
#include "aws/apigateway/mapping/value.h"

namespace hoplab::aws::vtl {

class Runtime {
 public:
  Heap heap;
  Place place;  // of what is being evaluated

  Value text(std::string_view text) { return heap.text(std::string(text)); }

  void fail(std::string_view what) {
    if (!failure_) failure_ = at_place(place, what);
  }
  [[nodiscard]] bool failed() {
    if (!failure_ && heap.exhausted()) fail("the template makes too much data");
    return failure_.has_value();
  }
  [[nodiscard]] const std::optional<std::string>& failure() const noexcept { return failure_; }

  /// Counts one step; false: there is no going on.
  bool step() {
    if (++steps_ > kMaxSteps) fail("the template takes too many steps");
    return !failed();
  }

  /// The expression, made once; null: it is none, which fails.
  const JavaRegex* regex(std::string_view pattern) {
    constexpr std::size_t kCost = 20'000;  // as many bytes of data are made in the same time
    if (const auto known = regexes_.find(pattern); known != regexes_.end()) return &known->second;
    if (!heap.charge(kCost + 100 * pattern.size())) return nullptr;
    JavaRegex made(pattern);
    if (!made.wrong().empty()) return fail(made.wrong()), nullptr;
    return &regexes_.emplace(pattern, std::move(made)).first->second;
  }

 private:
  std::optional<std::string> failure_;
  std::size_t steps_ = 0;
  std::map<std::string, JavaRegex, std::less<>> regexes_;
};

}  // namespace hoplab::aws::vtl
