#include "diagnose/likeness.h"

#include <cmath>

#include "base/ascii.h"

namespace hoplab::diagnose {

namespace {

bool is_small(char c) noexcept {
  return c >= 'a' && c <= 'z';
}

/// Whether a word goes on from one character to the next.
bool joins(char before, char c) noexcept {
  if (is_digit(before) || is_digit(c)) return is_digit(before) && is_digit(c);
  return is_letter(before) && is_letter(c) && !(is_small(before) && !is_small(c));
}

}  // namespace

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (!word.empty() && !joins(text[at - 1], c)) {
      words.insert(std::move(word));
      word.clear();
    }
    if (is_letter(c) || is_digit(c)) word += lower_case(c);
  }
  if (!word.empty()) words.insert(std::move(word));
  return words;
}

Likeness::Likeness(const std::vector<std::set<std::string>>& texts)
    : texts_(static_cast<double>(texts.size())) {
  for (const auto& text : texts) {
    for (const std::string& word : text) ++count_[word];
  }
}

double Likeness::weight(const std::string& word) const {
  const auto found = count_.find(word);
  const double count = found == count_.end() ? 1 : found->second;
  const double weight = std::log(1 + texts_ / count);
  return weight * weight;
}

double Likeness::operator()(const std::set<std::string>& a, const std::set<std::string>& b) const {
  double common = 0, all_a = 0, all_b = 0;
  for (const std::string& word : a) {
    all_a += weight(word);
    if (b.contains(word)) common += weight(word);
  }
  for (const std::string& word : b) all_b += weight(word);
  return all_a == 0 || all_b == 0 ? 0 : common / std::sqrt(all_a * all_b);
}

}  // namespace hoplab::diagnose
