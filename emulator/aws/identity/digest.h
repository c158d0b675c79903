// Hashes and ids of tokens.
#pragma once

#include <string>
#include <string_view>

#include "base/rng.h"

namespace hoplab::aws {

/// 32 bytes.
std::string sha256(std::string_view text);

/// A UUID (RFC 9562) of the first 16 bytes.
std::string uuid_of(std::string_view bytes);
/// Another one each time.
std::string fresh_uuid(Rng& rng);

}  // namespace hoplab::aws
