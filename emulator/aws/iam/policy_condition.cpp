#include "aws/iam/policy_condition.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "aws/iam/policy_date.h"
#include "base/ascii.h"

namespace hoplab::aws {

struct Condition::Operator {
  std::string_view name;
  Family family;
  ConditionTest test;
  bool negated;

  // IAM JSON policy elements: condition operators.
  static const std::vector<Operator>& all() {
    using F = Family;
    using T = ConditionTest;
    static const std::vector<Operator> operators{
        {"StringEquals", F::string, T::string_equals, false},
        {"StringNotEquals", F::string, T::string_equals, true},
        {"StringEqualsIgnoreCase", F::string, T::string_equals_ignore_case, false},
        {"StringNotEqualsIgnoreCase", F::string, T::string_equals_ignore_case, true},
        {"StringLike", F::string, T::string_like, false},
        {"StringNotLike", F::string, T::string_like, true},
        {"IpAddress", F::ip, T::ip_address, false},
        {"NotIpAddress", F::ip, T::ip_address, true},
        {"ArnEquals", F::arn, T::arn_like, false},
        {"ArnNotEquals", F::arn, T::arn_like, true},
        {"ArnLike", F::arn, T::arn_like, false},
        {"ArnNotLike", F::arn, T::arn_like, true},
        {"Bool", F::boolean, T::boolean, false},
        {"Null", F::null, T::null, false},
        {"NumericEquals", F::numeric, T::equals, false},
        {"NumericNotEquals", F::numeric, T::equals, true},
        {"NumericLessThan", F::numeric, T::less, false},
        {"NumericLessThanEquals", F::numeric, T::less_or_equal, false},
        {"NumericGreaterThan", F::numeric, T::greater, false},
        {"NumericGreaterThanEquals", F::numeric, T::greater_or_equal, false},
        {"DateEquals", F::date, T::equals, false},
        {"DateNotEquals", F::date, T::equals, true},
        {"DateLessThan", F::date, T::less, false},
        {"DateLessThanEquals", F::date, T::less_or_equal, false},
        {"DateGreaterThan", F::date, T::greater, false},
        {"DateGreaterThanEquals", F::date, T::greater_or_equal, false},
    };
    return operators;
  }

  /// Which operators make sense on a key; text operators also on addresses, ARNs and booleans,
  /// which have one spelling.
  [[nodiscard]] bool applies_to(KeyType key) const noexcept {
    if (family == Family::null) return true;
    switch (key) {
      case KeyType::date: return family == Family::date;
      case KeyType::date_number: return family == Family::date || family == Family::numeric;
      case KeyType::number: return family == Family::numeric;
      case KeyType::boolean: return family == Family::boolean || family == Family::string;
      case KeyType::address: return family == Family::ip || family == Family::string;
      case KeyType::arn: return family == Family::arn || family == Family::string;
      default: return family == Family::string;
    }
  }
};

Result<Condition::Operator> Condition::find_operator(std::string_view name) {
  const Operator* close = nullptr;
  for (const Operator& known : Operator::all()) {
    if (known.name == name) return known;
    if (iequals(known.name, name)) close = &known;
  }
  std::string message = "condition operator " + std::string(name) + " is not supported";
  if (close != nullptr) message.append("; did you mean ").append(close->name).append("?");
  return Error{message};
}

Result<Condition> Condition::compile(std::string_view operator_name, std::string_view key_name,
                                     std::vector<std::string> values, const ConditionRules& rules) {
  std::string_view bare = operator_name;
  const auto strip_front = [&](std::string_view prefix) {
    const bool found = bare.starts_with(prefix);
    if (found) bare.remove_prefix(prefix.size());
    return found;
  };
  Quantifier quantifier = Quantifier::none;
  if (strip_front("ForAnyValue:"))
    quantifier = Quantifier::for_any_value;
  else if (strip_front("ForAllValues:"))
    quantifier = Quantifier::for_all_values;
  constexpr std::string_view kIfExists = "IfExists";
  const bool if_exists = bare.ends_with(kIfExists);
  if (if_exists) bare.remove_suffix(kIfExists.size());

  const auto found = find_operator(bare);
  if (!found) return found.failure();
  const auto key = ConditionKey::find(key_name, rules.callers_sign);
  if (!key) return key.failure();
  const Operator& op = found.value();
  if (op.family == Family::null && (if_exists || quantifier != Quantifier::none)) {
    return Error{"condition operator Null takes neither IfExists nor a set prefix"};
  }
  if (!op.applies_to(key.value().type())) {
    return Error{"condition operator " + std::string(operator_name) + " does not apply to " +
                 std::string(key_name)};
  }
  Condition condition(key.value());
  condition.test_ = op.test;
  condition.family_ = op.family;
  condition.negated_ = op.negated;
  condition.quantifier_ = quantifier;
  condition.if_exists_ = if_exists;
  const auto about_key = [&](const std::string& what) {
    return Error{std::string(key_name) + ": " + what};
  };
  if (values.empty()) return about_key("has no value, so it could never hold");
  for (const std::string& value : values) {
    if (auto taken = condition.take_value(value, rules); !taken) return about_key(taken.error());
  }
  return condition;
}

Result<void> Condition::take_value(const std::string& value, const ConditionRules& rules) {
  const bool variable = value.find("${") != std::string::npos;
  if (variable && !rules.variables) {
    return Error{"policy variable in \"" + value + "\" needs Version \"2012-10-17\""};
  }
  switch (family_) {
    case Family::string: return take_text(value, rules);
    case Family::arn:
      if (!value.starts_with("arn:") || std::count(value.begin(), value.end(), ':') < 5) {
        return Error{"\"" + value + "\" is not an ARN"};
      }
      return take_text(value, rules);
    case Family::ip: {
      const auto range = parse_range(value);
      if (!range) return Error{range.error()};
      ranges_.push_back(range.value());
      return {};
    }
    case Family::boolean:
    case Family::null: return take_flag(value);
    case Family::numeric: return take_number(value);
    case Family::date: {
      const auto date = parse_date(value);
      if (!date) return Error{date.error()};
      numbers_.push_back(date.value());
      return {};
    }
  }
  return {};
}

Result<void> Condition::take_text(const std::string& value, const ConditionRules& rules) {
  auto text = PolicyText::compile(value, rules.variables, rules.callers_sign);
  if (!text) return text.failure();
  texts_.push_back(std::move(text).value());
  return {};
}

Result<void> Condition::take_flag(const std::string& value) {
  const bool is_true = iequals(value, "true");
  if (!is_true && !iequals(value, "false")) {
    return Error{"the operator takes \"true\" or \"false\", not \"" + value + "\""};
  }
  booleans_.push_back(is_true);
  return {};
}

Result<void> Condition::take_number(const std::string& value) {
  double number = 0;
  const auto end = value.data() + value.size();
  const auto [at, problem] = std::from_chars(value.data(), end, number);
  if (problem != std::errc{} || at != end || !std::isfinite(number)) {
    return Error{"\"" + value + "\" is not a number"};
  }
  numbers_.push_back(number);
  return {};
}

bool Condition::text_matches(std::string_view text, const RequestContext& request) const {
  return std::ranges::any_of(texts_, [&](const PolicyText& value) {
    switch (test_) {
      case ConditionTest::string_like: return value.like(text, request);
      case ConditionTest::string_equals_ignore_case:
        return value.equals_ignoring_case(text, request);
      case ConditionTest::arn_like: return value.arn_like(text, request);
      default: return value.equals(text, request);
    }
  });
}

bool Condition::number_matches(double number) const noexcept {
  return std::any_of(numbers_.begin(), numbers_.end(), [&](double value) {
    switch (test_) {
      case ConditionTest::less: return number < value;
      case ConditionTest::less_or_equal: return number <= value;
      case ConditionTest::greater: return number > value;
      case ConditionTest::greater_or_equal: return number >= value;
      default: return number == value;
    }
  });
}

bool Condition::holds_for_text(std::string_view text, const RequestContext& request) const {
  switch (family_) {
    case Family::ip: {
      const auto address = parse_ip(text);
      const bool within = address && std::ranges::any_of(ranges_, [&](const AddressRange& range) {
                            return range.contains(*address);
                          });
      return within != negated_;
    }
    case Family::boolean: return std::ranges::find(booleans_, text == "true") != booleans_.end();
    default: return text_matches(text, request) != negated_;
  }
}

/// Of a key with several values. Without a set prefix IAM leaves it open which of them counts: any.
bool Condition::holds_for_texts(const RequestContext& request) const {
  const auto holds = [&](const std::string& text) { return holds_for_text(text, request); };
  const auto& texts = key_.texts(request);
  return quantifier_ == Quantifier::for_all_values ? std::ranges::all_of(texts, holds)
                                                   : std::ranges::any_of(texts, holds);
}

bool Condition::holds(const RequestContext& request) const noexcept {
  const bool there = key_.present(request);
  if (family_ == Family::null) return std::ranges::find(booleans_, !there) != booleans_.end();
  if (!there) {
    // IAM: a set prefix decides over an empty set (all: true, any: false) before the operator does.
    if (if_exists_ || quantifier_ == Quantifier::for_all_values) return true;
    return quantifier_ == Quantifier::none && negated_;
  }
  if (key_.type() == KeyType::texts) return holds_for_texts(request);
  if (family_ == Family::numeric || family_ == Family::date) {
    return number_matches(*key_.number(request)) != negated_;
  }
  return holds_for_text(*key_.text(request), request);
}

}  // namespace hoplab::aws
