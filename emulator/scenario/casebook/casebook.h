// The casebook: scenarios that reproduce a symptom, each with what is behind it, found by what a
// client printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/format/reader.h"

namespace hoplab::scenario {

/// What somebody saw, and what they know beside it.
struct Question {
  std::string text;  // as a client, a log or a monitor printed it
  std::optional<TlsVersion> tls;
  std::optional<std::int64_t> after_s;  // seconds of quiet, or of waiting, before it
  std::optional<model::MutualAuthenticationMode> mutual_tls;
};

struct RankedCase {
  const Scenario* scenario = nullptr;  // has a `reset_case`
  double score = 0;                    // above 0; 1 and more: as good as certain
};

class Casebook {
 public:
  /// All cases among the scenario files of `folder`. An error names the file that cannot be read.
  static Result<Casebook> read(const std::string& folder);

  /// Those with something in common with the question, the likeliest first.
  [[nodiscard]] std::vector<RankedCase> rank(const Question& question) const;
  [[nodiscard]] const std::vector<Scenario>& cases() const noexcept { return cases_; }

 private:
  std::vector<Scenario> cases_;  // by file name
};

}  // namespace hoplab::scenario
