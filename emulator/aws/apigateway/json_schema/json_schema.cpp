#include "aws/apigateway/json_schema/json_schema.h"

#include <utility>

#include "aws/apigateway/json_schema/schema_compiler.h"
#include "aws/apigateway/json_schema/schema_validation.h"

namespace hoplab::aws {

Result<JsonSchema> JsonSchema::compile(std::string_view schema, const Models& models) {
  const auto root = json_schema::parse(schema);
  if (!root) return Error{"#: it is not JSON, or too deep"};
  auto compiled = json_schema::Compiler(*root, models).compile();
  if (!compiled) return compiled.failure();
  return JsonSchema(std::make_shared<const json_schema::Schema>(std::move(compiled).value()));
}

std::vector<std::string> JsonSchema::validate(std::string_view json) const {
  const auto value = json_schema::parse(json);
  // Seen of an empty body; of one that is no JSON it is inferred.
  if (!value) return {"Unknown error parsing request body"};
  // Far more than a schema takes that does not ask the same again and again.
  constexpr std::uint64_t kSteps = 1'000'000, kStepsPerByte = 10;
  json_schema::Validation validation(*schema_, kMostMessages, kSteps + kStepsPerByte * json.size());
  validation.run(schema_->root, *value);
  return std::move(validation.messages());
}

std::string validation_error_string(const std::vector<std::string>& messages) {
  std::string joined = "[";
  for (const std::string& message : messages) {
    if (joined.size() > 1) joined += ", ";
    joined += message;
  }
  return joined + "]";
}

}  // namespace hoplab::aws
