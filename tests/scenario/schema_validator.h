// A validator for the part of JSON Schema that the published schema uses. Any other keyword is a
// failed test, so the part cannot grow unnoticed.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace hoplab::scenario {

/// Empty when `value` is valid; otherwise the first reason, with a pointer.
std::string violates(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace hoplab::scenario
