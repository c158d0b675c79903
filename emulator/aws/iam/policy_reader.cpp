// Reads the JSON of a resource policy into its compiled form (IAM JSON policy grammar, restricted
// to apigateway.md 5). Everything that is accepted has an effect; the rest is refused by name.
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "aws/iam/resource_policy.h"
#include "aws/iam/wildcard.h"
#include "base/ascii.h"
#include "base/glob.h"

namespace hoplab::aws {

using Json = nlohmann::ordered_json;

class PolicyReader {
 public:
  PolicyReader(const PolicyScope& scope, ResourcePolicy& policy) : scope_(scope), policy_(policy) {}
  /// False: error() says why.
  bool read(const Json& document);
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  bool fail(const std::string& what) {
    if (error_.empty()) error_ = where_ + what;
    return false;
  }
  bool read_statement(const Json& statement);
  bool read_effect(const Json& statement, bool& deny);
  bool read_principal(const Json& statement, bool& anonymous);
  bool principal_lists_anyone(const Json& principal, bool& anyone);
  bool read_action(const Json& statement, bool& invoke);
  bool read_resource(const Json& statement, ResourcePolicy::Statement& into);
  bool expand_resource(const std::string& text, std::string& pattern);
  bool read_conditions(const Json& statement, std::vector<Condition>& into);
  bool exactly_one(const Json& statement, const char* one, const char* other);
  bool strings(const Json& value, const std::string& what, std::vector<std::string>& into);

  const PolicyScope& scope_;
  ResourcePolicy& policy_;
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

bool PolicyReader::read(const Json& document) {
  where_ = "policy: ";
  if (!document.is_object()) return fail("must be a JSON object");
  for (const auto& [key, value] : document.items()) {
    if (key == "Version") {
      if (value != "2012-10-17" && value != "2008-10-17") {
        return fail("Version must be \"2012-10-17\" or \"2008-10-17\", not " + value.dump());
      }
    } else if (key == "Id") {
      if (!value.is_string()) return fail("Id must be a string");
    } else if (key != "Statement") {
      return fail("unknown element " + key + "; a policy has Version, Id and Statement");
    }
  }
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
  ResourcePolicy::Statement compiled;
  bool anonymous = false;
  bool invoke = false;
  if (!read_effect(statement, compiled.deny) || !read_principal(statement, anonymous) ||
      !read_action(statement, invoke) || !read_resource(statement, compiled) ||
      !read_conditions(statement, compiled.conditions)) {
    return false;
  }
  if (!anonymous || !invoke) return true;  // valid, and can never match here
  (compiled.deny ? policy_.denies_ : policy_.allows_).push_back(std::move(compiled));
  return true;
}

bool PolicyReader::read_effect(const Json& statement, bool& deny) {
  const auto effect = statement.find("Effect");
  if (effect == statement.end()) return fail("has no Effect");
  deny = *effect == "Deny";
  if (!deny && *effect != "Allow") {
    return fail("Effect must be \"Allow\" or \"Deny\", not " + effect->dump());
  }
  return true;
}

bool PolicyReader::principal_lists_anyone(const Json& principal, bool& anyone) {
  if (principal == "*") {
    anyone = true;
    return true;
  }
  if (!principal.is_object() || principal.empty()) {
    return fail("Principal must be \"*\" or an object such as {\"AWS\": \"*\"}");
  }
  for (const auto& [kind, value] : principal.items()) {
    if (kind != "AWS" && kind != "Service" && kind != "Federated" && kind != "CanonicalUser") {
      return fail("Principal has the unknown kind " + kind);
    }
    std::vector<std::string> names;
    if (!strings(value, "Principal." + kind, names)) return false;
    // Only "*" covers a caller without credentials (apigateway.md 5.1).
    anyone = anyone || (kind == "AWS" && std::find(names.begin(), names.end(), "*") != names.end());
  }
  return true;
}

bool PolicyReader::read_principal(const Json& statement, bool& anonymous) {
  if (!exactly_one(statement, "Principal", "NotPrincipal")) return false;
  const bool inverted = statement.contains("NotPrincipal");
  bool anyone = false;
  if (!principal_lists_anyone(statement.at(inverted ? "NotPrincipal" : "Principal"), anyone)) {
    return false;
  }
  anonymous = anyone != inverted;
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
    if (lower != "*" && !lower.starts_with("execute-api:")) {
      return fail(std::string(name) + " \"" + action + "\" is not an execute-api action");
    }
    listed = listed || glob_match(lower, "execute-api:invoke");
  }
  invoke = listed != inverted;
  return true;
}

bool PolicyReader::expand_resource(const std::string& text, std::string& pattern) {
  if (text.find("${") != std::string::npos) {
    return fail("Resource \"" + text + "\" uses a policy variable; these are not supported");
  }
  // apigateway.md 5.1: execute-api:/stage/VERB/path is completed with the API's own ARN.
  constexpr std::string_view kShort = "execute-api:/";
  if (text.starts_with(kShort)) {
    pattern = scope_.resource_prefix() + text.substr(kShort.size());
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

bool PolicyReader::read_resource(const Json& statement, ResourcePolicy::Statement& into) {
  if (!exactly_one(statement, "Resource", "NotResource")) return false;
  into.inverted_resource = statement.contains("NotResource");
  const char* const name = into.inverted_resource ? "NotResource" : "Resource";
  std::vector<std::string> resources;
  if (!strings(statement.at(name), name, resources)) return false;
  for (const std::string& text : resources) {
    std::string pattern;
    if (!expand_resource(text, pattern)) return false;
    // The ARN up to the stage is the same for every request, so it is matched here, once.
    auto rests = wildcard_rests(pattern, scope_.resource_prefix());
    std::move(rests.begin(), rests.end(), std::back_inserter(into.resources));
  }
  into.any_resource =
      !into.inverted_resource &&
      std::find(into.resources.begin(), into.resources.end(), "*") != into.resources.end();
  return true;
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
      auto condition = Condition::compile(operator_name, key, std::move(values));
      if (!condition) return fail(condition.error());
      into.push_back(std::move(condition).value());
    }
  }
  return true;
}

namespace {
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

Result<ResourcePolicy> ResourcePolicy::parse(std::string_view json, const PolicyScope& scope) {
  constexpr std::size_t kMaxSize = 8192;  // apigateway.md 11
  if (json.size() > kMaxSize) {
    return Error{"policy: has " + std::to_string(json.size()) + " characters; the limit is 8192"};
  }
  RepeatedKeys repeated;
  const auto document = Json::parse(json, std::ref(repeated), /*allow_exceptions=*/false);
  if (document.is_discarded()) return Error{"policy: is not valid JSON"};
  if (!repeated.found.empty())
    return Error{"policy: the key " + repeated.found + " is there twice"};
  ResourcePolicy policy;
  PolicyReader reader(scope, policy);
  if (!reader.read(document)) return Error{reader.error()};
  return policy;
}

}  // namespace hoplab::aws
