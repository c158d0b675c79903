// The path of a request target in the form that path-pattern conditions see.
#pragma once

#include <string>
#include <string_view>

namespace hoplab::aws {

/// The path without its query, after URI normalisation. AWS evaluates rules after it and does not
/// say which: taken are RFC 3986 6.2.2's, which change no meaning: unreserved characters decoded,
/// other %xx in upper case, dot segments removed. `room` holds the result when it differs from what
/// came.
std::string_view normalised_path(std::string_view target, std::string& room);

}  // namespace hoplab::aws
