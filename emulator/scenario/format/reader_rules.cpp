// Rules of an application load balancer's listener and their conditions.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::Rule;
using model::RuleCondition;
using Field = RuleCondition::Field;
namespace rules = model::rules;

constexpr std::string_view kNoRegex =
    "AWS has regular expressions for host-header, path-pattern and http-header";
constexpr std::string_view kRegexHelp =
    "regular expressions in place of Values, any of which is found";

Type values() {
  return list_of(text(rules::kNotEmpty), 1, 5);
}

/// That both are there is the model's to judge.
void finish_values(RuleCondition&, const Node& node, ReadContext& context) {
  if (node.find("Values") == nullptr && node.find("RegexValues") == nullptr) {
    context.report(node, {}, "it needs Values or RegexValues");
  }
}

/// { "Values": [...] }, the form of two of the condition's Config members.
const ObjectType& values_type() {
  static const ObjectType type =
      Define<RuleCondition>("ConditionValues", "Values, any of which matches.")
          .value("Values", values(), &RuleCondition::values, "any of them matches")
          .required()
          .refuse("RegexValues", kNoRegex)
          .type();
  return type;
}

/// { "Values": [...] } or { "RegexValues": [...] }, the form of two more.
const ObjectType& patterns_type() {
  static const ObjectType type =
      Define<RuleCondition>("ConditionPatterns", "Values or RegexValues, any of which matches.")
          .value("Values", values(), &RuleCondition::values,
                 "any of them matches; wildcards * and ?")
          .value("RegexValues", values(), &RuleCondition::regex_values, kRegexHelp)
          .after(finish_values)
          .type();
  return type;
}

const ObjectType& http_header_type() {
  static const ObjectType type =
      Define<RuleCondition>("HttpHeaderConfig", "A header and its values.")
          .value("HttpHeaderName", text(rules::kHeaderName), &RuleCondition::http_header_name,
                 "the header's name, without regard to case")
          .required()
          .value("Values", values(), &RuleCondition::values,
                 "any of them matches; wildcards * and ?")
          .value("RegexValues", values(), &RuleCondition::regex_values, kRegexHelp)
          .after(finish_values)
          .type();
  return type;
}

using Query = std::pair<std::string, std::string>;

const ObjectType& query_type() {
  static const ObjectType type =
      Define<Query>("QueryStringKeyValue", "A key and a value of the query.")
          .value("Key", text(), &Query::first, "the key; left out, any key matches")
          .value("Value", text(rules::kNotEmpty), &Query::second, "the value; wildcards * and ?")
          .required()
          .type();
  return type;
}

const ObjectType& query_string_type() {
  static const ObjectType type =
      Define<RuleCondition>("QueryStringConfig", "Keys and values of the query.")
          .list("Values", query_type, &RuleCondition::query, "any of them matches", 1, 5)
          .required()
          .type();
  return type;
}

struct FieldWord {
  std::string_view field;
  Field value;
  std::string_view config;  // its member with a form of its own
  bool plain_values;        // whether Values or RegexValues says it too
};
constexpr FieldWord kFields[] = {
    {"path-pattern", Field::path_pattern, "PathPatternConfig", true},
    {"host-header", Field::host_header, "HostHeaderConfig", true},
    {"http-header", Field::http_header, "HttpHeaderConfig", false},
    {"http-request-method", Field::http_request_method, "HttpRequestMethodConfig", true},
    {"query-string", Field::query_string, "QueryStringConfig", false},
    {"source-ip", Field::source_ip, "SourceIpConfig", true},
};

/// The one member that says the values must be the one that Field asks for.
void finish_condition(RuleCondition& into, const Node& node, ReadContext& context) {
  const Node* field = node.find("Field");
  if (field == nullptr || field->kind != Node::Kind::text) return;
  for (const FieldWord& word : kFields) {
    const Node* config = node.find(word.config);
    if (word.value != into.field) {
      if (config != nullptr) {
        context.report(*config, {}, "it does not go with Field " + field->text);
      }
      continue;
    }
    const Node* values = node.find("Values");
    if (values == nullptr) values = node.find("RegexValues");
    if (values != nullptr && !word.plain_values) {
      context.report(
          *values, {},
          "a condition on " + field->text + " has its values in " + std::string(word.config));
    } else if ((values != nullptr) == (config != nullptr)) {
      context.report(node, {},
                     "a condition on " + field->text + " needs " +
                         (word.plain_values ? "Values or " : "") + std::string(word.config) +
                         (word.plain_values ? ", and one of them only" : ""));
    }
  }
}

/// Adds one of the Config members, whose values belong to the condition itself.
Define<RuleCondition>& config(Define<RuleCondition>& define, std::string_view name,
                              const ObjectType& of, std::string_view help) {
  return define.own(name, object(of), help,
                    [&of](RuleCondition& into, const Node& node, ReadContext& context) {
                      read_object(of, node, &into, context);
                    });
}

const ObjectType& condition_type() {
  static const ObjectType type = [] {
    std::vector<std::pair<std::string_view, Field>> words;
    for (const FieldWord& word : kFields) words.emplace_back(word.field, word.value);
    Define<RuleCondition> define("RuleCondition", "What a request must be for the rule to match.");
    define.word<Field>("Field", std::move(words), &RuleCondition::field, "what is looked at")
        .required()
        .value("Values", values(), &RuleCondition::values,
               "any of them matches; for path-pattern, host-header, http-request-method, source-ip")
        .when([](const RuleCondition& from) {
          return from.field != Field::http_header && from.field != Field::query_string;
        })
        .value("RegexValues", values(), &RuleCondition::regex_values,
               "path-pattern, host-header: regular expressions in place of Values")
        .when([](const RuleCondition& from) { return from.field != Field::http_header; });
    config(define, "PathPatternConfig", patterns_type(), "path-pattern: the longer form of Values");
    config(define, "HostHeaderConfig", patterns_type(), "host-header: the longer form of Values");
    config(define, "HttpRequestMethodConfig", values_type(), "http-request-method: the methods");
    config(define, "SourceIpConfig", values_type(), "source-ip: address ranges (CIDR)");
    config(define, "HttpHeaderConfig", http_header_type(), "http-header: the header and its values")
        .written(
            [](const RuleCondition& from, bool) { return write_object(http_header_type(), &from); })
        .when([](const RuleCondition& from) { return from.field == Field::http_header; });
    config(define, "QueryStringConfig", query_string_type(), "query-string: keys and values")
        .written([](const RuleCondition& from, bool) {
          return write_object(query_string_type(), &from);
        })
        .when([](const RuleCondition& from) { return from.field == Field::query_string; });
    return define.after(finish_condition).type();
  }();
  return type;
}

}  // namespace

const ObjectType& rule_type() {
  static const ObjectType type =
      Define<Rule>("ListenerRule", "An action for the requests that match all conditions.")
          .value("Priority", integer(1, 50000), &Rule::priority,
                 "rules are tried from the lowest number up")
          .required()
          .list("Conditions", condition_type, &Rule::conditions, "all of them must match", 1, 10)
          .required()
          .own("Actions", actions_type(), "what authenticates, then what answers",
               [](Rule& into, const Node& node, ReadContext& context) {
                 read_actions(into.action, node, context);
               })
          .written([](const Rule& from, bool) { return write_actions(from.action); })
          .required()
          .list("Transforms", transform_type, &Rule::transforms,
                "forward: what to change of a request before its target gets it, one of each type",
                0, 2)
          .refuse("ListenerArn", "a rule stands in its listener")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

}  // namespace hoplab::scenario
