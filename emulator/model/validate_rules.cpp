// Rules: AWS "Condition types for listener rules" and the quotas of a rule.
#include <algorithm>
#include <map>

#include "base/address_range.h"
#include "base/ascii.h"
#include "model/regex.h"
#include "model/text_rule.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

using Field = RuleCondition::Field;
constexpr std::size_t kLongestValue = 128;

std::string_view word(Field field) {
  switch (field) {
    case Field::host_header: return "host-header";
    case Field::path_pattern: return "path-pattern";
    case Field::http_header: return "http-header";
    case Field::http_request_method: return "http-request-method";
    case Field::query_string: return "query-string";
    case Field::source_ip: return "source-ip";
  }
  return "";
}

/// Empty: the value is good.
std::string_view wrong_host(std::string_view value) {
  const auto dot = value.rfind('.');
  if (dot == std::string_view::npos) return "a host-header value has at least one dot";
  const std::string_view last = value.substr(dot + 1);
  const auto good = [](char c) { return is_letter(c) || c == '*' || c == '?'; };
  return std::all_of(last.begin(), last.end(), good) ? "" : "only letters may follow the last dot";
}

std::string_view wrong_path(std::string_view value) {
  constexpr std::string_view kOthers = "_-.$/~\"'@:+&*?";
  const auto good = [&](char c) {
    return is_letter(c) || is_digit(c) || kOthers.find(c) != std::string_view::npos;
  };
  return std::all_of(value.begin(), value.end(), good)
             ? ""
             : "a path-pattern takes letters, digits and _-.$/~\"'@:+&*?";
}

std::string_view wrong_method(std::string_view value) {
  return rules::kHttpMethod.matches(value) ? "" : rules::kHttpMethod.says;
}

std::string_view wrong_range(std::string_view value) {
  if (value == "255.255.255.255/32") return "AWS refuses this range";
  const bool has_prefix = value.find('/') != std::string_view::npos;
  return has_prefix && parse_range(value).ok()
             ? ""
             : "it takes an address range (CIDR) such as 10.0.0.0/8";
}

std::string_view wrong_value(Field field, std::string_view value) {
  if (value.size() > kLongestValue) return "a value has at most 128 characters";
  switch (field) {
    case Field::host_header: return wrong_host(value);
    case Field::path_pattern: return wrong_path(value);
    case Field::http_request_method: return wrong_method(value);
    case Field::source_ip: return wrong_range(value);
    case Field::http_header:
    case Field::query_string: return "";
  }
  return "";
}

std::size_t wildcards(std::string_view value) {
  return static_cast<std::size_t>(
      std::count_if(value.begin(), value.end(), [](char c) { return c == '*' || c == '?'; }));
}

bool is_host(std::string_view name) {
  constexpr std::string_view kHost = "host";
  return iequals(name, kHost);
}

struct Totals {
  std::size_t values = 0;
  std::size_t wildcards = 0;
  std::map<Field, int> fields;
};

void validate_regex_values(const RuleCondition& one, const std::string& path, Findings& findings) {
  if (one.regex_values.empty()) return;
  const bool has_some = one.field == Field::host_header || one.field == Field::path_pattern ||
                        one.field == Field::http_header;
  if (!has_some) {
    findings.add(path, "RegexValues",
                 "a condition on " + std::string(word(one.field)) + " has no regular expressions");
  }
  if (!one.values.empty()) {
    findings.add(path, "Values and RegexValues", "a condition has one of the two");
  }
  for (const std::string& value : one.regex_values) {
    const std::string wrong = value.size() > kLongestValue
                                  ? "a regular expression has at most 128 characters"
                                  : Regex(value).wrong();
    if (!wrong.empty()) findings.add(path, in_quotes(value), wrong);
  }
}

void validate_condition(const RuleCondition& one, const std::string& path, Totals& totals,
                        Findings& findings) {
  constexpr std::size_t kMostValues = 3;  // match evaluations of a condition
  constexpr std::size_t kMostRanges = 5;  // of a source-ip condition
  const std::size_t most = one.field == Field::source_ip ? kMostRanges : kMostValues;
  const std::size_t count = one.values.size() + one.regex_values.size() + one.query.size();
  if (count > most) {
    findings.add(path, std::to_string(count) + " values",
                 "a condition on " + std::string(word(one.field)) + " takes at most " +
                     std::to_string(most));
  }
  totals.values += count;
  for (const std::string& value : one.values) {
    if (one.field != Field::http_request_method) totals.wildcards += wildcards(value);
    const std::string_view wrong = wrong_value(one.field, value);
    if (!wrong.empty()) findings.add(path, in_quotes(value), std::string(wrong));
  }
  validate_regex_values(one, path, findings);
  for (const auto& [key, value] : one.query) {
    totals.wildcards += wildcards(key) + wildcards(value);
    if (key.size() > kLongestValue || value.size() > kLongestValue) {
      findings.add(path, in_quotes(key + "=" + value), "a value has at most 128 characters");
    }
  }
  if (one.field == Field::http_header &&
      (one.http_header_name.size() > 40 || is_host(one.http_header_name))) {
    findings.add(path, in_quotes(one.http_header_name),
                 "a header's name has at most 40 characters and is not Host; there is host-header");
  }
}

void validate_rule(const Rule& rule, const std::string& path, Findings& findings) {
  constexpr std::size_t kMostValues = 5;
  constexpr std::size_t kMostWildcards = 6;  // the quota's page; the guide says 5
  Totals totals;
  for (std::size_t i = 0; i < rule.conditions.size(); ++i) {
    const RuleCondition& one = rule.conditions[i];
    const std::string here = at(at(path, "Conditions"), i);
    validate_condition(one, here, totals, findings);
    const bool many = one.field == Field::http_header || one.field == Field::query_string;
    if (++totals.fields[one.field] > 1 && !many) {
      findings.add(here, "a second condition on " + std::string(word(one.field)),
                   "a rule has at most one of this kind");
    }
  }
  if (totals.values > kMostValues) {
    findings.add(path, std::to_string(totals.values) + " values in its conditions",
                 "a rule takes at most 5");
  }
  if (totals.wildcards > kMostWildcards) {
    findings.add(path, std::to_string(totals.wildcards) + " wildcards", "a rule takes at most 6");
  }
}

}  // namespace

void validate_rules(const Listener& listener, const std::string& path, Findings& findings) {
  std::map<int, std::string> priorities;
  for (std::size_t i = 0; i < listener.rules.size(); ++i) {
    const std::string here = at(at(path, "Rules"), i);
    const Rule& rule = listener.rules[i];
    const auto [it, fresh] = priorities.emplace(rule.priority, here);
    if (!fresh) {
      findings.add(at(here, "Priority"), std::to_string(rule.priority),
                   it->second + " has this priority already");
    }
    validate_rule(rule, here, findings);
    validate_transforms(rule, here, findings);
  }
}

}  // namespace hoplab::model
