// From a line to its causes: facts are compared with the signs of the casebook's cases, words with
// what people said of them, and what no case has is told from the tables of codes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/known_codes.h"
#include "scenario/casebook/casebook.h"

namespace hoplab::diagnose {

/// What somebody saw, and what they know beside it.
struct Question {
  std::string
      text;  // as a client, a log or a monitor printed it: one line, or one story of several
  scenario::Facts facts;  // beside the text, such as a capture's
  std::optional<scenario::TlsVersion> tls;
  std::optional<double> after_s;  // seconds of quiet, or of waiting, before it
  std::optional<model::MutualAuthenticationMode> mutual_tls;
  /// Of "endpoint", "nlb", "alb" and "api": the hops that there are. Empty: not known.
  std::vector<std::string> through;
};

/// A possible cause: a case of the book, or what a code means.
struct Finding {
  const scenario::Scenario* known_case = nullptr;  // has a `reset_case`
  std::optional<CodeMeaning> code;                 // when there is no case
  double likelihood = 0;                           // 0 to 1
  std::string because;                             // what speaks for it
};

/// Below it a cause is not worth naming.
inline constexpr double kLeastLikelihood = 0.3;
/// "certain", "likely", "possible".
[[nodiscard]] std::string_view how_sure(double likelihood) noexcept;

class Diagnosis {
 public:
  /// `book` outlives it.
  explicit Diagnosis(const scenario::Casebook& book);
  ~Diagnosis();
  Diagnosis(const Diagnosis&) = delete;
  Diagnosis& operator=(const Diagnosis&) = delete;

  /// The likeliest first; those under kLeastLikelihood, too.
  [[nodiscard]] std::vector<Finding> of(const Question& question) const;

 private:
  struct Known;
  std::unique_ptr<Known> known_;
};

}  // namespace hoplab::diagnose
