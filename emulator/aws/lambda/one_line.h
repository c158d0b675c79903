// Text of a function, for people: as one line of a log or a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hoplab::aws::lambda {

/// At most `most` bytes of `text`, whole characters. Control characters become spaces, what is no
/// UTF-8 question marks.
std::string one_line(std::string_view text, std::size_t most);

}  // namespace hoplab::aws::lambda
