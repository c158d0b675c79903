// One condition of a resource policy, compiled: operator, key and parsed values.
//
// Keys are those of apigateway.md 5.2 that exist without IAM authentication. Missing keys follow
// IAM: a negated operator is then true, any other false, and ...IfExists is true.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/iam/policy_date.h"
#include "base/address_range.h"
#include "base/clock.h"
#include "base/result.h"

namespace hoplab::aws {

/// What a policy can see of a request. Views outlive the evaluation; empty optional: key missing.
struct RequestContext {
  std::string_view resource;       // "{stage}/{VERB}/{path without leading slash}"
  std::string_view vpc_source_ip;  // the TCP peer at the endpoint; aws:SourceIp is missing there
  std::optional<std::string_view> source_vpc;
  std::optional<std::string_view> source_vpce;
  std::optional<std::string_view> referer;
  std::optional<std::string_view> user_agent;
  bool secure_transport = true;  // the endpoint speaks only TLS
  Time now;
};

enum class ConditionKey : std::uint8_t {
  current_time,
  epoch_time,
  referer,
  secure_transport,
  source_arn,
  source_ip,
  source_vpc,
  source_vpce,
  vpc_source_ip,
  user_agent,
};

/// The key of that name, without regard to case; an error that says why there is none.
Result<ConditionKey> condition_key(std::string_view name);

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

class Condition {
 public:
  /// `name` is IAM's, such as "ForAnyValue:StringNotEqualsIfExists". Errors name what is wrong.
  static Result<Condition> compile(std::string_view operator_name, std::string_view key_name,
                                   std::vector<std::string> values);

  [[nodiscard]] bool holds(const RequestContext& request) const noexcept;

 private:
  enum class Quantifier : std::uint8_t { none, for_any_value, for_all_values };
  enum class Family : std::uint8_t { string, ip, arn, boolean, null, numeric, date };
  struct Operator;
  static Result<Operator> find_operator(std::string_view name);

  [[nodiscard]] Result<void> take_values(std::string_view operator_name,
                                         std::vector<std::string> values);
  [[nodiscard]] std::optional<std::string_view> text_of(
      const RequestContext& request) const noexcept;
  [[nodiscard]] bool present(const RequestContext& request) const noexcept;
  [[nodiscard]] bool any_value_matches(const RequestContext& request) const noexcept;
  [[nodiscard]] bool any_text_matches(std::string_view text) const noexcept;
  [[nodiscard]] bool any_number_matches(double number) const noexcept;

  ConditionKey key_ = ConditionKey::source_vpce;
  ConditionTest test_ = ConditionTest::string_equals;
  Family family_ = Family::string;
  Quantifier quantifier_ = Quantifier::none;
  bool negated_ = false;
  bool if_exists_ = false;
  std::vector<std::string> texts_;
  std::vector<AddressRange> ranges_;
  std::vector<double> numbers_;
  std::vector<bool> booleans_;
};

}  // namespace hoplab::aws
