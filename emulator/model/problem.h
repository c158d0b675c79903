// One mistake in a model: where, what was found, what is allowed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hoplab::model {

struct Problem {
  std::string path;        // RFC 6901, in the words of the scenario format
  std::string found;       // "\"HTPS\"", "70000", "nothing": follows "found"; may be empty
  std::string rule;        // what is allowed, or what is wrong: one clause, no full stop
  std::string suggestion;  // a word for "did you mean"; may be empty
  std::string about;       // another resource's path that this judgement rests on; may be empty
};

/// `/LoadBalancers/alb/Listeners/0/Protocol: found "HTPS"; it takes HTTP or HTTPS; did you mean
/// "HTTPS"?`
std::string to_text(const Problem& problem);

/// Collects problems; paths are joined with at().
class Findings {
 public:
  void add(Problem problem) { problems_.push_back(std::move(problem)); }
  void add(std::string path, std::string found, std::string rule, std::string suggestion = {}) {
    problems_.push_back(
        {std::move(path), std::move(found), std::move(rule), std::move(suggestion), {}});
  }
  std::vector<Problem> take() { return std::move(problems_); }

 private:
  std::vector<Problem> problems_;
};

/// `base`/`token`, the token escaped (RFC 6901 section 3).
std::string at(std::string_view base, std::string_view token);
std::string at(std::string_view base, std::size_t index);

/// In double quotes, shortened when long, control characters shown as '?'.
std::string in_quotes(std::string_view text);

/// "a", "a or b", "a, b or c".
std::string one_of(const std::vector<std::string_view>& words);

}  // namespace hoplab::model
