#include "aws/alb/cookie_seal.h"

#include "base/base64.h"

namespace hoplab::aws {

std::string CookieSeal::seal(std::string_view content, Rng& rng) const {
  return to_base64(seal_.seal(content, rng));
}

std::optional<std::string> CookieSeal::open(std::string_view sealed) const {
  constexpr std::size_t kLongest = 4 * 4096;  // of four cookies
  const auto bytes = sealed.size() <= kLongest ? from_base64(sealed) : std::nullopt;
  return bytes ? seal_.open(*bytes) : std::nullopt;
}

}  // namespace hoplab::aws
