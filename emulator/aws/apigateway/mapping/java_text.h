// Strings as Java counts them, in UTF-16 units, and the encodings of API Gateway's $util. Texts are
// UTF-8; each byte that is not is a unit of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab::aws::vtl {

std::int64_t java_length(std::string_view text) noexcept;

/// Where unit `index` begins; nothing: the text has no such one. Its end is there.
std::optional<std::size_t> byte_at(std::string_view text, std::int64_t index) noexcept;

/// As StringEscapeUtils.escapeJavaScript of commons-lang 2: quotes of both kinds, '\\' and '/' get
/// a backslash; what is not ASCII is \uXXXX.
std::string escape_javascript(std::string_view text);

/// As URLEncoder: application/x-www-form-urlencoded.
std::string form_encoded(std::string_view text);

/// As String.trim: without the control characters and blanks at both ends.
std::string_view trimmed(std::string_view text) noexcept;

}  // namespace hoplab::aws::vtl
