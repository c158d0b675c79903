// A word among few.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace hoplab::scenario {

inline bool is_any_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace hoplab::scenario
