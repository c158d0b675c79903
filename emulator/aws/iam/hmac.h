// SHA-256 and HMAC-SHA-256 as Signature Version 4 uses them.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace hoplab::aws {

using Sha256Digest = std::array<char, 32>;

[[nodiscard]] Sha256Digest sha256_digest(std::string_view text);
[[nodiscard]] Sha256Digest hmac_sha256(std::string_view key, std::string_view text);

[[nodiscard]] inline std::string_view as_text(const Sha256Digest& digest) noexcept {
  return {digest.data(), digest.size()};
}
/// In lower case.
[[nodiscard]] std::string hex_text(const Sha256Digest& digest);

}  // namespace hoplab::aws
