#include "aws/apigateway/authorizer_answer.h"

#include <nlohmann/json.hpp>

namespace hoplab::aws {

namespace {

using AnswerJson = nlohmann::ordered_json;

std::string in_json(const AnswerJson& json) {
  return json.dump(-1, ' ', false, AnswerJson::error_handler_t::replace);
}

/// A text as it is; a number or a boolean as JSON has it.
std::string scalar_text(const AnswerJson& scalar) {
  return scalar.is_string() ? scalar.get<std::string>() : in_json(scalar);
}

/// A member that is a text, or what becomes one; an error when it is neither that nor null.
Result<std::optional<std::string>> optional_text(const AnswerJson& answer, const char* name) {
  const auto member = answer.find(name);
  if (member == answer.end() || member->is_null()) return std::optional<std::string>();
  if (member->is_structured()) return Error{std::string(name) + " is no text"};
  return std::optional(scalar_text(*member));
}

/// A value that is null counts as none.
Result<std::vector<AuthorizerAnswer::Value>> read_context(const AnswerJson& answer) {
  std::vector<AuthorizerAnswer::Value> values;
  const auto context = answer.find("context");
  if (context == answer.end() || context->is_null()) return values;
  if (!context->is_object()) return Error{"context is no object"};
  for (const auto& [name, value] : context->items()) {
    if (value.is_structured()) {
      return Error{"context." + name + " is no text, number or boolean"};
    }
    if (!value.is_null()) values.push_back({name, scalar_text(value), in_json(value)});
  }
  return values;
}

std::optional<std::string> unknown_member(const AnswerJson& answer) {
  for (const auto& [name, value] : answer.items()) {
    if (name != "principalId" && name != "policyDocument" && name != "context" &&
        name != "usageIdentifierKey") {
      return name;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<AuthorizerAnswer> AuthorizerAnswer::read(std::string_view payload) {
  const AnswerJson answer = AnswerJson::parse(payload, nullptr, false);
  if (!answer.is_object()) return Error{"Invalid JSON in response: it is no object"};
  if (const auto unknown = unknown_member(answer)) {
    return Error{"Invalid JSON in response: Unrecognized field \"" + *unknown +
                 "\" , not marked as ignorable"};
  }
  auto principal = optional_text(answer, "principalId");
  if (!principal) return principal.failure();
  if (!principal.value()) return Error{"principalId is not there"};
  const auto document = answer.find("policyDocument");
  if (document == answer.end()) return Error{"policyDocument is not there"};
  auto policy = Policy::read(*document, {.kind = Policy::Kind::authorizer});
  if (!policy) return policy.failure();
  auto context = read_context(answer);
  if (!context) return context.failure();
  auto key = optional_text(answer, "usageIdentifierKey");
  if (!key) return key.failure();
  return AuthorizerAnswer{std::move(*principal.value()), std::move(policy).value(),
                          std::move(context).value(), std::move(key).value(), payload.size()};
}

bool says_unauthorized(std::string_view error_payload) {
  const AnswerJson error = AnswerJson::parse(error_payload, nullptr, false);
  if (!error.is_object()) return false;
  const auto message = error.find("errorMessage");
  return message != error.end() && *message == "Unauthorized";
}

}  // namespace hoplab::aws
