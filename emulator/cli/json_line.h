// JSON as commands print it with --json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace hoplab::cli {

/// On one line, with its end. Bytes that are not UTF-8 become the replacement character.
template <class Json>
std::string json_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hoplab::cli
