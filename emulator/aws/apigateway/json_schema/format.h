// The keyword `format`, as far as it is checked: date-time, email, ipv4 and ipv6.
//
// Whether API Gateway checks formats is not documented; the validator whose messages it shows does.
// Of the other formats that it knows nothing is known there, so they allow everything here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hoplab::aws::json_schema {

/// What is wrong with `text`; nothing: it is of the format, or the format is not checked.
[[nodiscard]] std::optional<std::string> format_problem(std::string_view format,
                                                        const std::string& text);

}  // namespace hoplab::aws::json_schema
