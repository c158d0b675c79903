// "Did you mean ...?": the known word that a mistaken one is closest to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hoplab::model {

/// The candidate with the smallest edit distance (letter case and neighbours swapped count little),
/// the first of equals; empty when none is near enough to be what was meant.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace hoplab::model
