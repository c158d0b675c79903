// Hashes that are the same in every run, build and standard library: what is derived from names,
// and choices under a seed. std::hash promises none of that.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/rng.h"

namespace hoplab {

inline constexpr std::uint64_t kHashStart = 0xcbf29ce484222325ULL;

/// FNV-1a (public domain, by Fowler, Noll and Vo). `so_far` goes on where another text ended. Its
/// low bits depend on little: for ids and names, not for choices.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view text,
                                            std::uint64_t so_far = kHashStart) noexcept {
  for (const char c : text) so_far = (so_far ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return so_far;
}

/// Every bit depends on every character: for choices, also by remainder.
[[nodiscard]] inline std::uint64_t stirred_hash(std::string_view text) noexcept {
  return Rng(fnv1a(text)).next();
}

}  // namespace hoplab
