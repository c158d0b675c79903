#include "aws/iam/policy_condition.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/ascii.h"
#include "base/glob.h"

namespace hoplab::aws {

namespace {

struct KeyName {
  std::string_view name;
  ConditionKey key;
};
constexpr KeyName kKeys[] = {
    {"aws:CurrentTime", ConditionKey::current_time},
    {"aws:EpochTime", ConditionKey::epoch_time},
    {"aws:Referer", ConditionKey::referer},
    {"aws:SecureTransport", ConditionKey::secure_transport},
    {"aws:SourceArn", ConditionKey::source_arn},
    {"aws:SourceIp", ConditionKey::source_ip},
    {"aws:SourceVpc", ConditionKey::source_vpc},
    {"aws:SourceVpce", ConditionKey::source_vpce},
    {"aws:VpcSourceIp", ConditionKey::vpc_source_ip},
    {"aws:UserAgent", ConditionKey::user_agent},
};
// apigateway.md 5.2: these exist only for methods with AWS_IAM authorization.
constexpr std::string_view kIamOnlyKeys[] = {
    "aws:TokenIssueTime",    "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge",
    "aws:PrincipalAccount",  "aws:PrincipalArn",           "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths", "aws:PrincipalType",          "aws:userid",
    "aws:username",
};

}  // namespace

Result<ConditionKey> condition_key(std::string_view name) {
  for (const auto& known : kKeys) {
    if (iequals(known.name, name)) return known.key;
  }
  constexpr std::string_view kTag = "aws:PrincipalTag";
  const bool iam_only = iequals(name.substr(0, kTag.size()), kTag) ||
                        std::any_of(std::begin(kIamOnlyKeys), std::end(kIamOnlyKeys),
                                    [&](std::string_view known) { return iequals(known, name); });
  if (iam_only) {
    return Error{"condition key " + std::string(name) +
                 " exists only for methods with AWS_IAM authorization; the methods here have NONE"};
  }
  std::string all;
  for (const auto& known : kKeys) all.append(all.empty() ? "" : ", ").append(known.name);
  return Error{"condition key " + std::string(name) +
               " is not one that API Gateway resource policies support here; known are " + all};
}

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

  /// Which operators make sense on a key; text operators also on addresses and booleans, which have
  /// one spelling.
  [[nodiscard]] bool applies_to(ConditionKey key) const noexcept {
    switch (key) {
      case ConditionKey::current_time: return family == Family::date || family == Family::null;
      case ConditionKey::epoch_time:
        return family == Family::date || family == Family::numeric || family == Family::null;
      case ConditionKey::secure_transport:
        return family == Family::boolean || family == Family::string || family == Family::null;
      case ConditionKey::source_ip:
      case ConditionKey::vpc_source_ip:
        return family == Family::ip || family == Family::string || family == Family::null;
      case ConditionKey::source_arn:
        return family == Family::arn || family == Family::string || family == Family::null;
      default: return family == Family::string || family == Family::null;
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
                                     std::vector<std::string> values) {
  Condition condition;
  std::string_view bare = operator_name;
  const auto strip_front = [&](std::string_view prefix) {
    const bool found = bare.starts_with(prefix);
    if (found) bare.remove_prefix(prefix.size());
    return found;
  };
  if (strip_front("ForAnyValue:"))
    condition.quantifier_ = Quantifier::for_any_value;
  else if (strip_front("ForAllValues:"))
    condition.quantifier_ = Quantifier::for_all_values;
  constexpr std::string_view kIfExists = "IfExists";
  if (bare.ends_with(kIfExists)) {
    condition.if_exists_ = true;
    bare.remove_suffix(kIfExists.size());
  }

  const auto found = find_operator(bare);
  if (!found) return Error{found.error()};
  const auto key = condition_key(key_name);
  if (!key) return Error{key.error()};
  const Operator& op = found.value();
  if (op.family == Family::null &&
      (condition.if_exists_ || condition.quantifier_ != Quantifier::none)) {
    return Error{"condition operator Null takes neither IfExists nor a set prefix"};
  }
  if (!op.applies_to(key.value())) {
    return Error{"condition operator " + std::string(operator_name) + " does not apply to " +
                 std::string(key_name)};
  }
  condition.key_ = key.value();
  condition.test_ = op.test;
  condition.family_ = op.family;
  condition.negated_ = op.negated;
  if (auto taken = condition.take_values(operator_name, std::move(values)); !taken) {
    return Error{std::string(key_name) + ": " + taken.error()};
  }
  return condition;
}

Result<void> Condition::take_values(std::string_view operator_name,
                                    std::vector<std::string> values) {
  if (values.empty()) return Error{"has no value, so it could never hold"};
  for (std::string& value : values) {
    if (value.find("${") != std::string::npos) {
      return Error{"policy variable in \"" + value + "\" is not supported"};
    }
    switch (family_) {
      case Family::string: break;
      case Family::arn:
        if (!value.starts_with("arn:") || std::count(value.begin(), value.end(), ':') < 5) {
          return Error{"\"" + value + "\" is not an ARN"};
        }
        break;
      case Family::ip: {
        const auto range = parse_range(value);
        if (!range) return Error{range.error()};
        ranges_.push_back(range.value());
        break;
      }
      case Family::boolean:
      case Family::null:
        if (!iequals(value, "true") && !iequals(value, "false")) {
          return Error{std::string(operator_name) + " takes \"true\" or \"false\", not \"" + value +
                       "\""};
        }
        booleans_.push_back(iequals(value, "true"));
        break;
      case Family::numeric: {
        double number = 0;
        const auto end = value.data() + value.size();
        const auto [at, problem] = std::from_chars(value.data(), end, number);
        if (problem != std::errc{} || at != end || !std::isfinite(number)) {
          return Error{"\"" + value + "\" is not a number"};
        }
        numbers_.push_back(number);
        break;
      }
      case Family::date: {
        const auto date = parse_date(value);
        if (!date) return Error{date.error()};
        numbers_.push_back(date.value());
        break;
      }
    }
  }
  if (family_ == Family::string) texts_ = std::move(values);
  return {};
}

std::optional<std::string_view> Condition::text_of(const RequestContext& request) const noexcept {
  switch (key_) {
    case ConditionKey::referer: return request.referer;
    case ConditionKey::user_agent: return request.user_agent;
    case ConditionKey::source_vpc: return request.source_vpc;
    case ConditionKey::source_vpce: return request.source_vpce;
    case ConditionKey::vpc_source_ip: return request.vpc_source_ip;
    case ConditionKey::secure_transport: return request.secure_transport ? "true" : "false";
    // No AWS service calls through here, and behind an interface endpoint IAM has no aws:SourceIp
    // ("AWS global condition context keys", aws:SourceIp).
    default: return std::nullopt;
  }
}

bool Condition::present(const RequestContext& request) const noexcept {
  if (key_ == ConditionKey::current_time || key_ == ConditionKey::epoch_time) return true;
  return text_of(request).has_value();
}

bool Condition::any_text_matches(std::string_view text) const noexcept {
  return std::any_of(texts_.begin(), texts_.end(), [&](const std::string& value) {
    switch (test_) {
      case ConditionTest::string_like: return glob_match(value, text);
      case ConditionTest::string_equals_ignore_case: return iequals(value, text);
      default: return value == text;
    }
  });
}

bool Condition::any_number_matches(double number) const noexcept {
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

bool Condition::any_value_matches(const RequestContext& request) const noexcept {
  switch (family_) {
    case Family::ip: {
      const auto address = parse_ip(*text_of(request));
      if (!address) return false;
      return std::any_of(ranges_.begin(), ranges_.end(),
                         [&](const AddressRange& range) { return range.contains(*address); });
    }
    case Family::boolean:
      return std::find(booleans_.begin(), booleans_.end(), request.secure_transport) !=
             booleans_.end();
    case Family::numeric:
    case Family::date: return any_number_matches(static_cast<double>(epoch_seconds(request.now)));
    default: return any_text_matches(*text_of(request));
  }
}

bool Condition::holds(const RequestContext& request) const noexcept {
  const bool there = present(request);
  if (family_ == Family::null) {
    return std::find(booleans_.begin(), booleans_.end(), !there) != booleans_.end();
  }
  if (!there) {
    // IAM: a set prefix decides over an empty set (all: true, any: false) before the operator does.
    if (if_exists_ || quantifier_ == Quantifier::for_all_values) return true;
    return quantifier_ == Quantifier::none && negated_;
  }
  return any_value_matches(request) != negated_;
}

}  // namespace hoplab::aws
