// Optimal string alignment distance, without regard to case: a list of words is short, so the
// quadratic table is fine.
#include "model/nearest.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"

namespace hoplab::model {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cells((a.size() + 1) * width);
  for (std::size_t j = 0; j < width; ++j) cells[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    cells[i * width] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const std::size_t change = lower_case(a[i - 1]) == lower_case(b[j - 1]) ? 0 : 1;
      std::size_t best = std::min({cells[(i - 1) * width + j] + 1, cells[i * width + j - 1] + 1,
                                   cells[(i - 1) * width + j - 1] + change});
      const bool swapped = i > 1 && j > 1 && lower_case(a[i - 1]) == lower_case(b[j - 2]) &&
                           lower_case(a[i - 2]) == lower_case(b[j - 1]);
      if (swapped) best = std::min(best, cells[(i - 2) * width + j - 2] + 1);
      cells[i * width + j] = best;
    }
  }
  return cells.back();
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t kLongest = 128;  // nobody mistypes that much
  if (word.size() > kLongest) return {};
  std::size_t best = std::max<std::size_t>(1, std::min<std::size_t>(4, word.size() / 3)) + 1;
  std::string_view found;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongest || candidate == word) continue;
    const std::size_t away = distance(word, candidate);
    if (away < best) {
      best = away;
      found = candidate;
    }
  }
  return std::string(found);
}

}  // namespace hoplab::model
