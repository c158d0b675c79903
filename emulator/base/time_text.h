// Times as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hoplab {

/// Seconds since the Unix epoch, of a decimal number of them or of an RFC 3339 time
/// ("2026-11-24T10:00:00Z", "2026-11-24T12:00:00.5+02:00"; fractions are cut off). Nothing for
/// other texts, and outside the years 1 to 9999, which certificates cannot express.
std::optional<std::int64_t> parse_time(std::string_view text);

/// What parse_time() takes, for messages.
inline constexpr const char* kTimeForms =
    "it takes seconds since 1970, or a time like 2026-11-24T10:00:00Z";

}  // namespace hoplab
