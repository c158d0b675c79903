// Base64 of RFC 4648 section 4: the alphabet with + and /, padded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hoplab {

std::string to_base64(std::string_view bytes);

/// Nothing: it is not base64. Padding may be left out; line ends are not passed over.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace hoplab
