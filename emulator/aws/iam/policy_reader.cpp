// Reads the JSON of a policy into its compiled form (IAM JSON policy grammar, restricted to
// apigateway.md 5). What is accepted of a resource policy has an effect; the rest is refused by
// name. The other kinds may also speak of other services.
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "aws/iam/policy.h"
#include "aws/iam/wildcard.h"
#include "base/ascii.h"
#include "base/glob.h"

namespace hoplab::aws {

using Json = nlohmann::ordered_json;

namespace {
/// A value for messages; what is no UTF-8 in it is replaced.
std::string shown(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}
}  // namespace

class PolicyReader {
 public:
  PolicyReader(const Policy::Use& use, Policy& policy)
      : use_(use), of_resource_(use.kind == Policy::Kind::resource), policy_(policy) {
    if (of_resource_) policy_.prefix_ = use.scope.resource_prefix();
    rules_.callers_sign = !of_resource_ || use.callers_sign;
  }
  /// False: error() says why.
  bool read(const Json& document);
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  bool fail(const std::string& what) {
    if (error_.empty()) error_ = where_ + what;
    return false;
  }
  bool read_elements(const Json& document);
  bool read_statement(const Json& statement);
  bool read_effect(const Json& statement, bool& deny);
  bool read_principal(const Json& statement, PolicyPrincipal& into);
  bool add_principals(const Json& names, const std::string& kind, PolicyPrincipal& into);
  bool read_action(const Json& statement, bool& invoke);
  bool read_resource(const Json& statement, Policy::Statement& into);
  bool add_resource(const std::string& text, Policy::Statement& into);
  bool expand_resource(const std::string& text, std::string& pattern);
  bool read_conditions(const Json& statement, std::vector<Condition>& into);
  bool exactly_one(const Json& statement, const char* one, const char* other);
  bool strings(const Json& value, const std::string& what, std::vector<std::string>& into);

  const Policy::Use& use_;
  const bool of_resource_;
  Policy& policy_;
  ConditionRules rules_;
  std::string where_;
  std::string error_;
};

bool PolicyReader::strings(const Json& value, const std::string& what,
                           std::vector<std::string>& into) {
  const auto take = [&](const Json& one) {
    if (one.is_string())
      into.push_back(one.get<std::string>());
    else if (one.is_boolean() || one.is_number())
      into.push_back(one.dump());  // IAM takes both
    else
      return fail(what + " must be a string or a list of strings");
    return true;
  };
  if (!value.is_array()) return take(value);
  if (value.empty()) return fail(what + " is an empty list");
  return std::all_of(value.begin(), value.end(), take);
}

bool PolicyReader::exactly_one(const Json& statement, const char* one, const char* other) {
  if (statement.contains(one) == statement.contains(other)) {
    return fail(std::string("needs exactly one of ") + one + " and " + other);
  }
  return true;
}

bool PolicyReader::read_elements(const Json& document) {
  for (const auto& [key, value] : document.items()) {
    if (key == "Version") {
      if (value != "2012-10-17" && value != "2008-10-17") {
        return fail("Version must be \"2012-10-17\" or \"2008-10-17\", not " + shown(value));
      }
      rules_.variables = value == "2012-10-17";
    } else if (key == "Id") {
      if (!value.is_string()) return fail("Id must be a string");
    } else if (key != "Statement") {
      return fail("unknown element " + key + "; a policy has Version, Id and Statement");
    }
  }
  return true;
}

bool PolicyReader::read(const Json& document) {
  where_ = "policy: ";
  if (!document.is_object()) return fail("must be a JSON object");
  if (!read_elements(document)) return false;
  const auto statements = document.find("Statement");
  if (statements == document.end()) return fail("has no Statement");
  if (!statements->is_array()) {
    where_ = "policy: Statement: ";
    return read_statement(*statements);
  }
  if (statements->empty()) return fail("Statement is an empty list");
  std::size_t number = 0;
  return std::all_of(statements->begin(), statements->end(), [&](const Json& statement) {
    where_ = "policy: Statement[" + std::to_string(number++) + "]: ";
    return read_statement(statement);
  });
}

bool PolicyReader::read_statement(const Json& statement) {
  if (!statement.is_object()) return fail("must be an object");
  static constexpr std::string_view kKnown[] = {"Sid",          "Effect",      "Principal",
                                                "NotPrincipal", "Action",      "NotAction",
                                                "Resource",     "NotResource", "Condition"};
  for (const auto& [key, value] : statement.items()) {
    if (std::find(std::begin(kKnown), std::end(kKnown), key) == std::end(kKnown)) {
      return fail("unknown element " + key);
    }
    if (key == "Sid" && !value.is_string()) return fail("Sid must be a string");
  }
  Policy::Statement compiled;
  bool invoke = false;
  if (!read_effect(statement, compiled.deny) || !read_principal(statement, compiled.principal) ||
      !read_action(statement, invoke) || !read_resource(statement, compiled) ||
      !read_conditions(statement, compiled.conditions)) {
    return false;
  }
  if (!invoke) return true;  // valid, and can never match here
  (compiled.deny ? policy_.denies_ : policy_.allows_).push_back(std::move(compiled));
  return true;
}

bool PolicyReader::read_effect(const Json& statement, bool& deny) {
  const auto effect = statement.find("Effect");
  if (effect == statement.end()) return fail("has no Effect");
  deny = *effect == "Deny";
  if (!deny && *effect != "Allow") {
    return fail("Effect must be \"Allow\" or \"Deny\", not " + shown(*effect));
  }
  return true;
}

bool PolicyReader::add_principals(const Json& names, const std::string& kind,
                                  PolicyPrincipal& into) {
  if (kind != "AWS" && kind != "Service" && kind != "Federated" && kind != "CanonicalUser") {
    return fail("Principal has the unknown kind " + kind);
  }
  std::vector<std::string> all;
  if (!strings(names, "Principal." + kind, all)) return false;
  if (kind != "AWS") return true;  // no such caller signs a request here
  for (const std::string& name : all) {
    if (const auto added = into.add(name); !added) return fail(added.error());
  }
  return true;
}

bool PolicyReader::read_principal(const Json& statement, PolicyPrincipal& into) {
  if (use_.kind == Policy::Kind::identity || use_.kind == Policy::Kind::authorizer) {
    for (const char* const element : {"Principal", "NotPrincipal"}) {
      if (statement.contains(element)) return fail(std::string("has a ") + element + " element");
    }
    return true;
  }
  if (!exactly_one(statement, "Principal", "NotPrincipal")) return false;
  const bool inverted = statement.contains("NotPrincipal");
  const Json& principal = statement.at(inverted ? "NotPrincipal" : "Principal");
  into = PolicyPrincipal(inverted);
  if (principal == "*") return into.add("*").ok();
  if (!principal.is_object() || principal.empty()) {
    return fail("Principal must be \"*\" or an object such as {\"AWS\": \"*\"}");
  }
  for (const auto& [kind, names] : principal.items()) {
    if (!add_principals(names, kind, into)) return false;
  }
  return true;
}

bool PolicyReader::read_action(const Json& statement, bool& invoke) {
  if (!exactly_one(statement, "Action", "NotAction")) return false;
  const bool inverted = statement.contains("NotAction");
  std::vector<std::string> actions;
  const char* const name = inverted ? "NotAction" : "Action";
  if (!strings(statement.at(name), name, actions)) return false;
  bool listed = false;
  for (const std::string& action : actions) {
    const std::string lower = lower_case(action);
    if (of_resource_ && lower != "*" && !lower.starts_with("execute-api:")) {
      return fail(std::string(name) + " \"" + action + "\" is not an execute-api action");
    }
    listed = listed || glob_match(lower, "execute-api:invoke");
  }
  invoke = listed != inverted;
  return true;
}

bool PolicyReader::expand_resource(const std::string& text, std::string& pattern) {
  // apigateway.md 5.1: execute-api:/stage/VERB/path is completed with the API's own ARN.
  constexpr std::string_view kShort = "execute-api:/";
  if (of_resource_ && text.starts_with(kShort)) {
    pattern = policy_.prefix_ + text.substr(kShort.size());
    return true;
  }
  if (text != "*" && !text.starts_with("arn:")) {
    return fail(
        "Resource \"" + text +
        "\" is neither \"*\", an execute-api ARN nor of the form execute-api:/stage/VERB/path");
  }
  pattern = text;
  return true;
}

bool PolicyReader::add_resource(const std::string& text, Policy::Statement& into) {
  constexpr std::size_t kLongestOfAuthorizer = 512;  // apigateway-features.md 2.2
  if (use_.kind == Policy::Kind::authorizer && text.size() > kLongestOfAuthorizer) {
    return fail("Resource has " + std::to_string(text.size()) + " characters; the limit is 512");
  }
  std::string pattern;
  if (!expand_resource(text, pattern)) return false;
  const auto matches_any = [&into](std::string_view what) {
    into.any_resource = into.any_resource || (what == "*" && !into.inverted_resource);
  };
  matches_any(pattern);
  const bool variable = pattern.find("${") != std::string::npos;
  if (variable && !rules_.variables && of_resource_) {
    return fail("Resource \"" + text + "\": a policy variable needs Version \"2012-10-17\"");
  }
  if (of_resource_ && !variable) {
    // The ARN up to the stage is the same for every request, so it is matched here, once.
    auto rests = wildcard_rests(pattern, policy_.prefix_);
    std::ranges::for_each(rests, matches_any);
    std::ranges::move(rests, std::back_inserter(into.resources));
    return true;
  }
  auto compiled = PolicyText::compile(pattern, rules_.variables, rules_.callers_sign);
  if (!compiled) return fail("Resource: " + compiled.error());
  into.arns.push_back(std::move(compiled).value());
  return true;
}

bool PolicyReader::read_resource(const Json& statement, Policy::Statement& into) {
  if (!exactly_one(statement, "Resource", "NotResource")) return false;
  into.inverted_resource = statement.contains("NotResource");
  const char* const name = into.inverted_resource ? "NotResource" : "Resource";
  std::vector<std::string> resources;
  if (!strings(statement.at(name), name, resources)) return false;
  return std::ranges::all_of(resources,
                             [&](const std::string& text) { return add_resource(text, into); });
}

bool PolicyReader::read_conditions(const Json& statement, std::vector<Condition>& into) {
  const auto block = statement.find("Condition");
  if (block == statement.end()) return true;
  if (!block->is_object()) return fail("Condition must be an object of operators");
  for (const auto& [operator_name, keys] : block->items()) {
    if (!keys.is_object() || keys.empty()) {
      return fail("Condition." + operator_name + " must be an object of condition keys");
    }
    for (const auto& [key, value] : keys.items()) {
      std::vector<std::string> values;
      const std::string what = "Condition." + operator_name + "." + key;
      if (!strings(value, what, values)) return false;
      auto condition = Condition::compile(operator_name, key, std::move(values), rules_);
      if (!condition) return fail(condition.error());
      into.push_back(std::move(condition).value());
    }
  }
  return true;
}

namespace {
/// Characters that a policy may have.
std::size_t longest(Policy::Kind kind) noexcept {
  switch (kind) {
    case Policy::Kind::resource: return 8192;   // apigateway.md 11
    case Policy::Kind::endpoint: return 20480;  // "Amazon VPC quotas"
    default: return 10240;  // "IAM and AWS STS quotas": a role's inline policies
  }
}

/// Watches the parser for a key that an object has twice; the library would drop the first.
struct RepeatedKeys {
  std::string found;
  std::vector<std::vector<std::string>> open;  // the keys of each object being read

  bool operator()(int /*depth*/, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key) {
      auto key = parsed.get<std::string>();
      if (std::find(open.back().begin(), open.back().end(), key) != open.back().end()) found = key;
      open.back().push_back(std::move(key));
    }
    return true;
  }
};
}  // namespace

Result<Policy> Policy::parse(std::string_view json, const Use& use) {
  const std::size_t most = longest(use.kind);
  if (json.size() > most) {
    return Error{"policy: has " + std::to_string(json.size()) + " characters; the limit is " +
                 std::to_string(most)};
  }
  RepeatedKeys repeated;
  const auto document = Json::parse(json, std::ref(repeated), /*allow_exceptions=*/false);
  if (document.is_discarded()) return Error{"policy: is not valid JSON"};
  if (!repeated.found.empty())
    return Error{"policy: the key " + repeated.found + " is there twice"};
  return read(document, use);
}

Result<Policy> Policy::read(const Json& document, const Use& use) {
  Policy policy;
  PolicyReader reader(use, policy);
  if (!reader.read(document)) return Error{reader.error()};
  return policy;
}

}  // namespace hoplab::aws
