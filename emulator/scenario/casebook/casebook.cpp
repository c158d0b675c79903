#include "scenario/casebook/casebook.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "base/ascii.h"

namespace hoplab::scenario {

namespace {

using Words = std::set<std::string>;

/// Letters and digits, in small letters, a run at a time: "curl: (35) Recv failure" is curl, 35,
/// recv, failure.
template <class Each>
void each_word(std::string_view text, Each&& each) {
  const std::string lower = lower_case(text);
  const auto counts = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  for (auto at = lower.begin(); at != lower.end();) {
    const auto begin = std::find_if(at, lower.end(), counts);
    at = std::find_if_not(begin, lower.end(), counts);
    if (begin != at) each(std::string(begin, at));
  }
}

Words words_of(std::string_view text) {
  Words words;
  each_word(text, [&words](std::string word) { words.insert(std::move(word)); });
  return words;
}

std::string squeezed(std::string_view text) {
  std::string out;
  each_word(text, [&out](const std::string& word) { out += word; });
  return out;
}

/// How much a word tells: the fewer cases have it, the more.
class Weights {
 public:
  explicit Weights(const std::vector<Scenario>& cases) : cases_(static_cast<double>(cases.size())) {
    for (const Scenario& one : cases) {
      Words all;
      for (const std::string& line : one.reset_case->symptoms) all.merge(words_of(line));
      for (const std::string& word : all) ++count_[word];
    }
  }
  [[nodiscard]] double of(const std::string& word) const {
    const auto found = count_.find(word);
    if (found == count_.end()) return 0;
    return std::log(1 + cases_ / found->second);
  }

 private:
  double cases_;
  std::map<std::string, double> count_;
};

/// 0 to 1: the share of the words' weight that both have.
double likeness(const Words& a, const Words& b, const Weights& weights) {
  double common = 0, all_a = 0, all_b = 0;
  for (const std::string& word : a) {
    const double weight = weights.of(word);
    all_a += weight * weight;
    if (b.contains(word)) common += weight * weight;
  }
  for (const std::string& word : b) all_b += weights.of(word) * weights.of(word);
  return all_a == 0 || all_b == 0 ? 0 : common / std::sqrt(all_a * all_b);
}

double score_of_lines(const Case& one, const Question& question, const Weights& weights) {
  const Words asked = words_of(question.text);
  const std::string whole = squeezed(question.text);
  double best = 0;
  for (const std::string& line : one.symptoms) {
    double score = likeness(asked, words_of(line), weights);
    const std::string said = squeezed(line);
    if (said.size() > 8 && whole.find(said) != std::string::npos) score += 0.5;
    best = std::max(best, score);
  }
  return best;
}

template <class T>
double score_of_fact(const std::optional<T>& known, const std::vector<T>& fits) {
  if (!known || fits.empty()) return 0;
  return std::ranges::find(fits, *known) != fits.end() ? 0.15 : -0.4;
}

double score_of_facts(const Case& one, const Question& question) {
  double score =
      score_of_fact(question.tls, one.tls) + score_of_fact(question.mutual_tls, one.mutual_tls);
  if (question.after_s && one.after_s) {
    const double ratio = static_cast<double>(*question.after_s) / static_cast<double>(*one.after_s);
    score += ratio >= 0.95 && ratio <= 3 ? 0.2 : -0.3;
  }
  return score;
}

}  // namespace

Result<Casebook> Casebook::read(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  }
  if (error) return Error{"cannot read the folder " + folder + ": " + error.message()};
  std::ranges::sort(files);
  Casebook book;
  for (const std::string& file : files) {
    auto outcome = read_scenario({file});
    if (!outcome.ok()) return Error{to_text(outcome.diagnostics)};
    if (outcome.scenario->reset_case) book.cases_.push_back(std::move(*outcome.scenario));
  }
  return book;
}

std::vector<RankedCase> Casebook::rank(const Question& question) const {
  const Weights weights(cases_);
  std::vector<RankedCase> ranked;
  for (const Scenario& one : cases_) {
    const double lines = score_of_lines(*one.reset_case, question, weights);
    if (lines <= 0) continue;
    const double score = lines + score_of_facts(*one.reset_case, question);
    if (score > 0) ranked.push_back({&one, score});
  }
  std::ranges::stable_sort(ranked, std::greater(), &RankedCase::score);
  return ranked;
}

}  // namespace hoplab::scenario
