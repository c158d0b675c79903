// Seal: makes what somebody is to keep for us, and give back, bytes that say nothing and that
// nobody else can make: AES-256-GCM, the nonce in front.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/rng.h"

namespace hoplab::pki {

class Seal {
 public:
  /// What seals of equal secrets make, each of them opens: in every loop, and after a new start.
  explicit Seal(std::string_view secret);

  /// 28 bytes more than `content`, others each time.
  [[nodiscard]] std::string seal(std::string_view content, Rng& rng) const;
  /// Nothing: this did not make it.
  [[nodiscard]] std::optional<std::string> open(std::string_view sealed) const;

 private:
  std::array<unsigned char, 32> key_{};
};

}  // namespace hoplab::pki
