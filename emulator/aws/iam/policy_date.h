// Dates in policy conditions, parsed once.
#pragma once

#include <string_view>

#include "base/result.h"

namespace hoplab::aws {

/// `2020-04-01T00:00:00Z` (also with an offset, a fraction, or the date alone) or epoch seconds.
Result<double> parse_date(std::string_view text);

}  // namespace hoplab::aws
