// What the commands print: text for people, with colours on a terminal only, and errors.
#pragma once

#include <string>
#include <string_view>

#include "base/joined.h"

namespace hoplab::cli {

enum class Colour { plain, green, red, yellow, dim, bold };

/// `text` in `colour` when standard output is a terminal and NO_COLOR is not set.
std::string paint(Colour colour, std::string_view text);

/// `text` on standard output, at once.
void print(std::string_view text);

/// Whether something printed could not be written, which standard error is told once.
bool output_is_lost();

/// The first descriptors are never those of something else: who was started with standard output
/// closed must not print into a socket.
void keep_standard_descriptors();

/// `error` on standard error; the exit code of a command that could not run.
int fail(const std::string& error);

}  // namespace hoplab::cli
