// JSONPath as API Gateway's $input and its parameter mappings read it: the dialect of Jayway's
// JsonPath. Names by dot and in brackets, indexes from either end, unions, slices, wildcards, deep
// scans, filters with comparisons, =~, &&, || and !, and length() or size() at the end.
//
// A path that can meet one place only gives what is there, or nothing; any other gives the list of
// all that it meets. What a path visits is charged to the heap.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/apigateway/mapping/value.h"
#include "base/result.h"

namespace hoplab::aws::vtl {

struct JsonFilter;

class JsonPath {
 public:
  /// "$.a[0]"; what does not begin with '$' is a name below it. Errors are clauses for people.
  static Result<JsonPath> compile(std::string_view text);
  JsonPath(JsonPath&&) noexcept;
  JsonPath& operator=(JsonPath&&) noexcept;
  ~JsonPath();

  [[nodiscard]] std::optional<Value> find(const Value& root, Heap& heap) const;

 private:
  friend class JsonPathParser;
  friend class JsonFilterTest;

  struct Slice {
    std::optional<std::int64_t> begin;
    std::optional<std::int64_t> end;
  };
  struct Step {
    enum class Kind : std::uint8_t { names, indexes, slice, wildcard, filter, length };
    Kind kind = Kind::names;
    bool deep = false;  // of all that is below, too
    std::vector<std::string> names;
    std::vector<std::int64_t> indexes;
    Slice slice;
    std::shared_ptr<const JsonFilter> filter;

    [[nodiscard]] bool definite() const noexcept;
  };

  JsonPath() = default;
  [[nodiscard]] bool definite() const noexcept;
  /// `root` is what '$' within a filter is.
  [[nodiscard]] std::optional<Value> find_from(const Value& start, const Value& root,
                                               Heap& heap) const;

  class Walk;
  std::vector<Step> steps_;
};

}  // namespace hoplab::aws::vtl
