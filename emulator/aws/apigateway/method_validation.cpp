#include "aws/apigateway/method_validation.h"

#include <algorithm>
#include <utility>

namespace hoplab::aws {

namespace {

/// Of each new API.
constexpr std::pair<std::string_view, std::string_view> kOfEachApi[] = {
    {"Empty", R"({"$schema":"http://json-schema.org/draft-04/schema#","title":"Empty Schema",)"
              R"("type":"object"})"},
    {"Error", R"({"$schema":"http://json-schema.org/draft-04/schema#","title":"Error Schema",)"
              R"("type":"object","properties":{"message":{"type":"string"}}})"},
};

std::optional<std::string> schema_of(const model::ApiDefinition& api, std::string_view name) {
  const auto own = std::ranges::find(api.models, name, &model::ApiModel::name);
  if (own != api.models.end()) return own->schema;
  for (const auto& [known, schema] : kOfEachApi) {
    if (known == name) return std::string(schema);
  }
  return std::nullopt;
}

}  // namespace

Result<JsonSchema> ApiModels::compile_one(const model::ApiDefinition& api,
                                          std::string_view schema) {
  return JsonSchema::compile(schema, [&](std::string_view name) { return schema_of(api, name); });
}

Result<ApiModels> ApiModels::compile(const model::ApiDefinition& api) {
  ApiModels models;
  const auto add = [&](std::string_view name, std::string_view text) -> Result<void> {
    auto schema = compile_one(api, text);
    if (!schema) return Error{"model " + std::string(name) + ": " + schema.error()};
    models.schemas_.emplace(name, std::move(schema).value());
    return {};
  };
  for (const model::ApiModel& one : api.models) {
    if (auto done = add(one.name, one.schema); !done) return done.failure();
  }
  for (const auto& [name, schema] : kOfEachApi) {
    if (auto done = add(name, schema); !done) return done.failure();
  }
  return models;
}

const JsonSchema* ApiModels::find(std::string_view name) const noexcept {
  const auto found = schemas_.find(name);
  return found == schemas_.end() ? nullptr : &found->second;
}

Result<std::optional<RequestValidation>> compile_validation(const model::ApiDefinition& api,
                                                            const ApiModels& models,
                                                            const model::Method& method) {
  RequestValidationSettings settings;
  settings.request_parameters = method.request_parameters;
  for (const auto& [media_type, name] : method.request_models) {
    const JsonSchema* const schema = models.find(name);
    if (schema == nullptr) return Error{"there is no model " + name};
    settings.request_models.emplace_back(media_type, *schema);
  }
  if (!method.request_validator.empty()) {
    const auto validator = std::ranges::find(api.request_validators, method.request_validator,
                                             &model::RequestValidator::name);
    if (validator == api.request_validators.end()) {
      return Error{"there is no request validator " + method.request_validator};
    }
    settings.validate_request_body = validator->validate_request_body;
    settings.validate_request_parameters = validator->validate_request_parameters;
  }
  auto validation = RequestValidation::compile(std::move(settings));
  if (!validation) return validation.failure();
  if (validation.value().checks_nothing()) return std::optional<RequestValidation>();
  return std::optional<RequestValidation>(std::move(validation).value());
}

}  // namespace hoplab::aws
