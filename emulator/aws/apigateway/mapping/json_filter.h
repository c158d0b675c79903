// The filter of a JSONPath: what stands in [?(...)].
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "aws/apigateway/mapping/java_regex.h"
#include "aws/apigateway/mapping/json_path.h"

namespace hoplab::aws::vtl {

struct JsonFilter {
  enum class Kind : std::uint8_t {
    any_of,
    all_of,
    none_of,
    exists,
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    regex,
  };
  struct Operand {
    std::optional<JsonPath> path;
    bool from_root = false;
    std::variant<std::monostate, bool, double, std::string> literal;
  };

  Kind kind = Kind::exists;
  std::vector<std::unique_ptr<const JsonFilter>> parts;  // of the first three
  Operand left;
  Operand right;
  std::optional<JavaRegex> regex;
};

/// Whether `item` passes.
bool passes(const JsonFilter& filter, const Value& item, const Value& root, Heap& heap);

}  // namespace hoplab::aws::vtl
