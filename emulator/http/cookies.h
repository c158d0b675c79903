// Cookies of a request (RFC 6265 4.2).
#pragma once

#include <optional>
#include <string_view>

#include "http/message.h"

namespace hoplab::http {

/// The value of the first cookie of that name, whose case counts; nothing when there is none.
std::optional<std::string_view> find_cookie(const Headers& headers, std::string_view name);

/// Whether a Set-Cookie field of an answer sets a cookie of that name.
bool sets_cookie(const Headers& headers, std::string_view name);

}  // namespace hoplab::http
