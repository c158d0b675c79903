// One condition of a policy, compiled: operator, key and parsed values.
//
// Keys are those of apigateway.md 5.2. Missing keys follow IAM: a negated operator is then true,
// any other false, and ...IfExists is true.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/iam/condition_key.h"
#include "aws/iam/policy_text.h"
#include "base/address_range.h"
#include "base/result.h"

namespace hoplab::aws {

enum class ConditionTest : std::uint8_t {
  string_equals,
  string_equals_ignore_case,
  string_like,
  ip_address,
  arn_like,
  boolean,
  null,
  equals,
  less,
  less_or_equal,
  greater,
  greater_or_equal,  // numbers and dates
};

/// What the policy around a condition lets it use.
struct ConditionRules {
  bool variables = false;     // policy variables, of Version 2012-10-17
  bool callers_sign = false;  // the keys that only callers of AWS_IAM methods have
};

class Condition {
 public:
  /// `operator_name` is IAM's, such as "ForAnyValue:StringNotEqualsIfExists". Errors name what is
  /// wrong.
  static Result<Condition> compile(std::string_view operator_name, std::string_view key_name,
                                   std::vector<std::string> values, const ConditionRules& rules);

  [[nodiscard]] bool holds(const RequestContext& request) const noexcept;

 private:
  enum class Quantifier : std::uint8_t { none, for_any_value, for_all_values };
  enum class Family : std::uint8_t { string, ip, arn, boolean, null, numeric, date };
  struct Operator;
  static Result<Operator> find_operator(std::string_view name);

  explicit Condition(ConditionKey key) : key_(std::move(key)) {}
  [[nodiscard]] Result<void> take_value(const std::string& value, const ConditionRules& rules);
  [[nodiscard]] Result<void> take_text(const std::string& value, const ConditionRules& rules);
  [[nodiscard]] Result<void> take_flag(const std::string& value);
  [[nodiscard]] Result<void> take_number(const std::string& value);
  [[nodiscard]] bool holds_for_text(std::string_view text, const RequestContext& request) const;
  [[nodiscard]] bool holds_for_texts(const RequestContext& request) const;
  [[nodiscard]] bool text_matches(std::string_view text, const RequestContext& request) const;
  [[nodiscard]] bool number_matches(double number) const noexcept;

  ConditionKey key_;
  ConditionTest test_ = ConditionTest::string_equals;
  Family family_ = Family::string;
  Quantifier quantifier_ = Quantifier::none;
  bool negated_ = false;
  bool if_exists_ = false;
  std::vector<PolicyText> texts_;
  std::vector<AddressRange> ranges_;
  std::vector<double> numbers_;
  std::vector<bool> booleans_;
};

}  // namespace hoplab::aws
