// Many lines at once: a log, or what many clients printed, by what is behind them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/diagnosis.h"

namespace hoplab::diagnose {

/// Lines with the same likeliest cause. None is likely enough: `causes` is empty.
struct LineGroup {
  std::size_t lines = 0;
  std::string first;  // the first of them
  std::vector<Finding> causes;
};

/// The lines of `text` by cause, the largest group first, each line a question with what `known`
/// says beside it. Empty when the text is one story: a single line, or some that a client printed
/// one after the other.
[[nodiscard]] std::vector<LineGroup> grouped(const Diagnosis& diagnosis, const Question& known,
                                             std::string_view text);

}  // namespace hoplab::diagnose
