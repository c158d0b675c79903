#include "diagnose/diagnosis.h"

#include <algorithm>
#include <set>

#include "diagnose/known_codes.h"
#include "diagnose/likeness.h"
#include "diagnose/log_fields.h"
#include "diagnose/recognise.h"

namespace hoplab::diagnose {

namespace {

using scenario::Case;
using scenario::Fact;
using scenario::Facts;
using scenario::Sign;
using WordSet = std::set<std::string>;

// How far words alone go, and how far beside facts. They are what other people said.
constexpr double kWordsAlone = 0.9, kWordsBeside = 0.5, kWordsAgainstFacts = 0.35,
                 kSameWordsAgainstFacts = 0.62;
constexpr double kLeastByWords = 0.36;
// So alike are texts that say the same.
constexpr double kSameWords = 0.65;
// Only what is measured makes certain.
constexpr double kCertain = 0.85;
// A fact that somebody adds: that fits, and that does not.
constexpr double kFits = 0.15, kDoesNotFit = 0.4;
// Codes without a case are certain, as far as they go.
constexpr double kCode = 0.8, kInexactCode = 0.55;
// A reason that hoplab recorded, and that the checks of a case expect: of few cases, and of many.
constexpr double kExpectedReason = 0.8, kCommonReason = 0.3;
constexpr std::size_t kFewCases = 3;

Facts facts_of(const Question& question) {
  Facts facts;
  if (question.tls)
    facts.learn(Fact::tls, *question.tls == scenario::TlsVersion::tls12 ? "1.2" : "1.3");
  if (question.after_s) facts.learn(Fact::after, number_text(*question.after_s));
  facts.learn(question.facts);
  facts.learn(recognise(question.text));
  return facts;
}

std::string text_of(const Sign& sign, const Facts& facts) {
  std::string text;
  for (const auto& [fact, pattern] : sign.facts) {
    text.append(text.empty() ? "" : ", ")
        .append(scenario::kFactTexts[static_cast<std::size_t>(fact)].name)
        .append(" ")
        .append(facts[fact]);
  }
  return text;
}

/// The parts of the path that a case is about, by the words for its hop.
bool is_on_path(const Case& one, const std::vector<std::string>& through) {
  static constexpr std::pair<std::string_view, std::string_view> kHops[] = {
      {"endpoint", "consumer's endpoint"}, {"nlb", "nlb"}, {"alb", "alb"}, {"api", "API Gateway"}};
  return std::ranges::all_of(kHops, [&](const auto& hop) {
    return one.hop.find(hop.second) == std::string::npos ||
           std::ranges::find(through, hop.first) != through.end();
  });
}

template <class T>
double factor(const std::optional<T>& known, const std::vector<T>& fit) {
  if (!known || fit.empty()) return 0;
  return std::ranges::find(fit, *known) != fit.end() ? kFits : -kDoesNotFit;
}

double weighed_by_options(double likelihood, const Case& one, const Question& question) {
  double change = factor(question.tls, one.tls) + factor(question.mutual_tls, one.mutual_tls);
  if (question.after_s && one.after_s) {
    const double ratio = *question.after_s / static_cast<double>(*one.after_s);
    change += ratio < 0.95 ? -kDoesNotFit : ratio <= 6 ? kFits : 0;
  }
  if (!question.through.empty() && !is_on_path(one, question.through)) return 0;
  const double weighed =
      change >= 0 ? likelihood + (1 - likelihood) * change * 2 : likelihood * (1 + change);
  return std::clamp(weighed, 0.0, 1.0);
}

}  // namespace

std::string_view how_sure(double likelihood) noexcept {
  return likelihood >= kCertain ? "certain" : likelihood >= 0.6 ? "likely" : "possible";
}

struct Diagnosis::Known {
  struct One {
    const scenario::Scenario* scenario;
    std::vector<WordSet> symptoms;
    std::set<std::string, std::less<>> reasons;  // of ends and failures, that its checks expect
  };

  explicit Known(const scenario::Casebook& book) : likeness(texts_of(book)) {
    for (const scenario::Scenario& scenario : book.cases()) {
      One& one = cases.emplace_back(One{&scenario, {}, expected_reasons(scenario)});
      for (const std::string& line : scenario.reset_case->symptoms)
        one.symptoms.push_back(words_of(line));
    }
  }

  static std::set<std::string, std::less<>> expected_reasons(const scenario::Scenario& scenario) {
    std::set<std::string, std::less<>> reasons;
    const auto add = [&reasons](const scenario::Expectation& expect) {
      for (const auto& reason : {expect.cause, expect.failure}) {
        if (reason && !is_ordinary(*reason)) reasons.emplace(to_text(*reason));
      }
    };
    for (const scenario::Check& check : scenario.checks) {
      add(check.expect);
      for (const scenario::CheckStep& step : check.then) add(step.expect);
    }
    return reasons;
  }

  static std::vector<WordSet> texts_of(const scenario::Casebook& book) {
    std::vector<WordSet> texts;
    for (const scenario::Scenario& scenario : book.cases()) {
      WordSet& all = texts.emplace_back();
      for (const std::string& line : scenario.reset_case->symptoms) all.merge(words_of(line));
    }
    return texts;
  }

  [[nodiscard]] double words(const One& one, const WordSet& asked) const {
    double best = 0;
    for (const WordSet& symptom : one.symptoms) best = std::max(best, likeness(asked, symptom));
    return best;
  }

  std::vector<One> cases;
  Likeness likeness;
};

Diagnosis::Diagnosis(const scenario::Casebook& book) : known_(std::make_unique<Known>(book)) {}
Diagnosis::~Diagnosis() = default;

namespace {

const Sign* best_sign(const Case& one, const Facts& facts) {
  const Sign* best = nullptr;
  for (const Sign& sign : one.signs) {
    if (sign.fits(facts) && (!best || sign.likelihood > best->likelihood)) best = &sign;
  }
  return best;
}

}  // namespace

std::vector<Finding> Diagnosis::of(const Question& question) const {
  const Facts facts = facts_of(question);
  const WordSet asked = words_of(question.text);
  std::vector<const Sign*> signs;
  for (const auto& one : known_->cases)
    signs.push_back(best_sign(*one.scenario->reset_case, facts));
  // Whether the text says something by itself, so that words that it has in common say less.
  const bool measured =
      std::ranges::any_of(signs, [](const Sign* sign) { return sign != nullptr; }) ||
      !facts[Fact::log].empty() || !facts[Fact::metric].empty() || facts[Fact::end] == "none";
  const auto expecting = std::ranges::count_if(known_->cases, [&facts](const Known::One& one) {
    return one.reasons.contains(facts[Fact::reason]);
  });
  const double by_reason =
      static_cast<std::size_t>(expecting) <= kFewCases ? kExpectedReason : kCommonReason;
  std::vector<Finding> causes;
  double best_of_signs = 0;
  for (std::size_t i = 0; i < signs.size(); ++i) {
    const auto& one = known_->cases[i];
    const double alike = known_->words(one, asked);
    const bool expected = one.reasons.contains(facts[Fact::reason]);
    const double by_sign = signs[i] ? signs[i]->likelihood : 0;
    const double by_facts = expected ? by_sign + (1 - by_sign) * by_reason : by_sign;
    const double by_words = alike * (signs[i] || expected  ? kWordsBeside
                                     : !measured           ? kWordsAlone
                                     : alike >= kSameWords ? kSameWordsAgainstFacts
                                                           : kWordsAgainstFacts);
    double likelihood = weighed_by_options(by_facts + (1 - by_facts) * by_words,
                                           *one.scenario->reset_case, question);
    if (by_facts < kCertain) likelihood = std::min(likelihood, kCertain - 0.01);
    if (by_facts == 0 && likelihood < kLeastByWords) likelihood *= 0.5;
    if (likelihood <= 0) continue;
    best_of_signs = std::max(best_of_signs, by_facts);
    causes.push_back({one.scenario, std::nullopt, likelihood,
                      expected   ? "the reason " + facts[Fact::reason] + ", as in its checks"
                      : signs[i] ? text_of(*signs[i], facts)
                                 : "words that it has in common"});
  }
  if (auto code = meaning_of(facts); code && best_of_signs < (code->exact ? kCode : kInexactCode)) {
    const double likelihood = code->exact ? kCode : kInexactCode;
    std::string because = "the code " + code->code;
    causes.push_back({nullptr, std::move(code), likelihood, std::move(because)});
  }
  std::ranges::stable_sort(causes, std::greater(), &Finding::likelihood);
  return causes;
}

}  // namespace hoplab::diagnose
