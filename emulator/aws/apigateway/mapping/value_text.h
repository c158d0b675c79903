// Values as text: as Java's toString gives them and as JSON; and JSON as values.
//
// A list of a JSON document prints as JSON, one that a template has made as [a, b]; a map prints as
// {a=1, b=[{"c":2}]}: so API Gateway prints what $input.path gives (observed by others).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "aws/apigateway/mapping/value.h"

namespace hoplab::aws::vtl {

/// As String.valueOf gives it; null is "null". A Block has no text of its own: it is empty here.
std::string java_text(const Value& value, Heap& heap);

/// Compact; null is null, and numbers are as Java writes them.
std::string json_text(const Value& value, Heap& heap);

/// Nothing: it is no JSON, or nested or large beyond kMaxJsonDepth and kMaxJsonValues.
std::optional<Value> parse_json(std::string_view text, Heap& heap);

Value value_of(const nlohmann::ordered_json& json, Heap& heap, std::size_t depth = 0);

}  // namespace hoplab::aws::vtl
