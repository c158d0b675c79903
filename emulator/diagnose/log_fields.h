// Lines of logs, as they are pasted: cut at spaces, with quotes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hoplab::diagnose {

/// The line's fields. A text in double quotes, or in brackets, is one, without them.
[[nodiscard]] std::vector<std::string> log_fields(std::string_view line);

/// "name=value", "name: value", "\"name\":\"value\"", "name value": the value behind the first
/// place where `name` stands by itself, without regard to case.
[[nodiscard]] std::optional<std::string> named_value(std::string_view line, std::string_view name);

/// "0.5", "360": the shortest text of a number.
[[nodiscard]] std::string number_text(double number);
[[nodiscard]] bool is_number(std::string_view text) noexcept;
/// "10.0.0.1:443", "[2001:db8::1]:443"; "x.x.x.x:443", as people hide them.
[[nodiscard]] bool is_address_and_port(std::string_view text) noexcept;

}  // namespace hoplab::diagnose
