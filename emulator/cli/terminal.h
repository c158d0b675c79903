// Text for people: colours on a terminal only.
#pragma once

#include <string>
#include <string_view>

namespace hoplab::cli {

enum class Colour { plain, green, red, yellow, dim, bold };

/// `text` in `colour` when standard output is a terminal and NO_COLOR is not set.
std::string paint(Colour colour, std::string_view text);

/// `text` quoted for a POSIX shell, if it needs quotes.
std::string shell_quoted(const std::string& text);

}  // namespace hoplab::cli
