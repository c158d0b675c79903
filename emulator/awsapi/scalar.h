// Scalars as the protocols write them as text, and the constraints of a shape's table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "awsapi/service.h"

namespace hoplab::awsapi {

/// "boolean", for messages.
std::string_view word(Kind kind) noexcept;

std::optional<std::int64_t> integer_from_text(std::string_view text) noexcept;

/// Nothing: it is no such scalar. Blobs are in base64.
std::optional<Json> scalar_from_text(std::string_view text, Kind kind);

/// As XML has it: times by ISO 8601, blobs in base64.
std::string text_from_scalar(const Json& value, Kind kind);

/// What `value` lacks that its table needs, or has that it does not allow.
Refusal check(const Service& service, const Json& value, Members members);

}  // namespace hoplab::awsapi
