// Rng: chance as a parameter. SplitMix64 (public domain algorithm by Sebastiano Vigna): small,
// fast, and the same sequence on every machine for one seed. Not for keys: those come from OpenSSL.
#pragma once

#include <cstdint>

namespace hoplab {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound); bound is not zero. (The bias of the modulus is below 2^-32 here.)
  std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>((next() >> 32) % bound);
  }

 private:
  std::uint64_t state_;
};

}  // namespace hoplab
