// What must not stand in the report of a check: the values of Authorization, Cookie and the like,
// wherever they come up again, such as in an answer that says what was asked.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenario/checks/check.h"

namespace hoplab::scenario {

class CheckSecrets {
 public:
  /// Those that the check itself has. `shown`: nothing is masked.
  CheckSecrets(const Check& check, bool shown);

  /// Those of fields that were seen, too.
  void learn(const std::vector<std::pair<std::string, std::string>>& headers);
  [[nodiscard]] std::string masked(std::string text) const;

 private:
  void learn(const CheckRequest& request);
  void learn(const std::vector<HeaderExpectation>& headers);
  void learn(const Expectation& expect);
  void learn(const std::string& name, const std::string& value);

  bool shown_;
  std::vector<std::string> secrets_;
};

}  // namespace hoplab::scenario
