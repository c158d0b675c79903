// CookieSeal: makes what a load balancer wants to remember in a client's cookie a text that says
// nothing and that nobody else can make: sealed, in base64. On AWS it is encrypted, too, with a
// key that changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/rng.h"
#include "pki/seal.h"

namespace hoplab::aws {

class CookieSeal {
 public:
  /// What seals of equal secrets make, each of them opens: in every loop, and after a new start.
  explicit CookieSeal(std::string_view secret) : seal_(secret) {}

  /// Another text each time; as many characters as base64 has for 28 bytes more than `content`.
  [[nodiscard]] std::string seal(std::string_view content, Rng& rng) const;
  /// Nothing: this did not make it.
  [[nodiscard]] std::optional<std::string> open(std::string_view sealed) const;

 private:
  pki::Seal seal_;
};

}  // namespace hoplab::aws
