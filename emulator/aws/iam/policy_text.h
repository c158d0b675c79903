// A text of a policy with IAM's wildcards (* any run, ? one character) and policy variables, such
// as ${aws:username}, that a request fills in. What a variable brings in stands for itself,
// whatever its characters ("IAM policy elements: variables and tags").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/iam/condition_key.h"
#include "base/result.h"

namespace hoplab::aws {

class PolicyText {
 public:
  /// Errors name the variable. Without `variables` "${" is text.
  static Result<PolicyText> compile(std::string_view text, bool variables, bool callers_sign);

  /// Against the whole of `value`. False when a variable has no value in the request and no
  /// default.
  [[nodiscard]] bool equals(std::string_view value, const RequestContext& request) const;
  [[nodiscard]] bool equals_ignoring_case(std::string_view value,
                                          const RequestContext& request) const;
  [[nodiscard]] bool like(std::string_view value, const RequestContext& request) const;
  /// As ArnLike: each of the six parts by itself ("IAM JSON policy elements: Condition operators").
  [[nodiscard]] bool arn_like(std::string_view value, const RequestContext& request) const;

  [[nodiscard]] bool has_variables() const noexcept { return !variables_.empty(); }

 private:
  enum class Kind : std::uint8_t { literal, any_run, any_one };
  struct Part {
    char character;
    Kind kind;
  };
  using Parts = std::vector<Part>;
  struct Variable {
    std::size_t at;  // before this one of parts_
    ConditionKey key;
    std::optional<std::string> otherwise;  // ${key, 'otherwise'}
  };

  [[nodiscard]] Result<void> take_variable(std::string_view inside, bool callers_sign);
  void append(std::string_view text, bool wildcards);
  /// parts_ with the variables filled in, in `filled` if there are some; null: one has no value.
  [[nodiscard]] const Parts* filled_in(const RequestContext& request, Parts& filled) const;
  [[nodiscard]] static bool match(const Part* from, const Part* to,
                                  std::string_view value) noexcept;

  Parts parts_;
  std::string characters_;  // of parts_, which all texts without variables are compared with
  std::vector<Variable> variables_;
};

}  // namespace hoplab::aws
