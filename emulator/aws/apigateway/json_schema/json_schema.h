// JSON Schema draft 4, as far as the models of API Gateway are written in it
// (apigateway-features.md 5): compiled once, then asked about texts.
//
// What fails is said in the words of Java's json-schema-validator, which API Gateway shows in its
// execution log and as $context.error.validationErrorString. As there, what is inside of an object
// or array is looked at only once the object or array itself has passed, and keywords are looked at
// in the order of their names. A JsonSchema is immutable, copies share it, and any thread may ask.
// https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hoplab::aws {

namespace json_schema {
struct Schema;
}

class JsonSchema {
 public:
  /// The schema of the model of that name, as JSON; nothing: there is no such model.
  using Models = std::function<std::optional<std::string>(std::string_view name)>;

  /// A $ref is a JSON Pointer into its own document (#/definitions/X), or names another model:
  /// https://apigateway.amazonaws.com/restapis/{api}/models/{Name}, or, as in OpenAPI documents,
  /// #/definitions/{Name} and #/components/schemas/{Name} where the document itself has no such
  /// place. Errors say where, as a JSON Pointer, and what is wrong there.
  static Result<JsonSchema> compile(std::string_view schema, const Models& models = {});

  /// What is wrong with a text of JSON; empty: it is valid. The first kMostMessages at most. The
  /// work is bounded: a text that would take too much of it is not valid.
  [[nodiscard]] std::vector<std::string> validate(std::string_view json) const;

  static constexpr std::size_t kMostMessages = 50;

 private:
  explicit JsonSchema(std::shared_ptr<const json_schema::Schema> schema)
      : schema_(std::move(schema)) {}

  std::shared_ptr<const json_schema::Schema> schema_;
};

/// `[first, second]`: the value of $context.error.validationErrorString.
[[nodiscard]] std::string validation_error_string(const std::vector<std::string>& messages);

}  // namespace hoplab::aws
