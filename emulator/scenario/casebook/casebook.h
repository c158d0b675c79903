// The casebook: scenarios that reproduce a symptom, each with what is behind it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/format/reader.h"

namespace hoplab::scenario {

class Casebook {
 public:
  /// All cases among the scenario files of `folder`. An error names the file that cannot be read.
  static Result<Casebook> read(const std::string& folder);

  [[nodiscard]] const std::vector<Scenario>& cases() const noexcept { return cases_; }

 private:
  std::vector<Scenario> cases_;  // by file name
};

}  // namespace hoplab::scenario
