// What the fuzz targets share: a check that ends the run, and a word with libFuzzer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace hoplab::fuzz {

inline void check(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%d: the check does not hold\n", file, line);
  std::abort();
}

/// Whether a log line or a header may hold it: ASCII without control characters.
inline bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// libFuzzer counts what is not zero here as coverage, and clears it before each input.
__attribute__((section("__libfuzzer_extra_counters"))) inline std::uint8_t seen_answers[4096];

/// OpenSSL is not instrumented, so libFuzzer is told which of its answers an input has got.
inline void saw(std::uint64_t answer) {
  seen_answers[(answer * 0x9E3779B97F4A7C15ULL) >> 52] = 1;
}

}  // namespace hoplab::fuzz
