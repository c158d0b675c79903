// JSON string escaping for answers that carry text of the request.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hoplab::aws {

/// Appends `text` to `out` as the inside of a JSON string (RFC 8259 section 7). Bytes that are not
/// UTF-8 are taken for Latin-1, so that the result is always valid JSON.
void append_json_text(std::string& out, std::string_view text);

/// The same with the quotes around it.
void append_json_string(std::string& out, std::string_view text);

/// Length in bytes of the character at the start of `text`, which is not empty; 0: it is no UTF-8
/// (RFC 3629).
std::size_t utf8_length(std::string_view text) noexcept;

/// Whether all of it is UTF-8 (RFC 3629).
bool is_utf8(std::string_view text) noexcept;

/// The text with U+FFFD in the place of each byte that is no UTF-8.
std::string valid_utf8(std::string_view text);

}  // namespace hoplab::aws
