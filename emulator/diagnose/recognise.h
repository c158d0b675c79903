// From a text that somebody pasted to facts: all recognisers, in their order.
#pragma once

#include <string_view>

#include "scenario/casebook/sign.h"

namespace hoplab::diagnose {

/// What the text says. Its lines are one story: what an earlier line says stays.
[[nodiscard]] scenario::Facts recognise(std::string_view text);

/// Whether a line is of a log that has a line for each event.
[[nodiscard]] bool is_log_line(std::string_view line);

}  // namespace hoplab::diagnose
