#include "aws/apigateway/request_validation.h"

#include <algorithm>

#include "aws/apigateway/media_type.h"
#include "base/ascii.h"

namespace hoplab::aws {

namespace {

bool is_blank(const std::string& value) {
  return value.find_first_not_of(" \t") == std::string::npos;
}

}  // namespace

Result<RequestValidation> RequestValidation::compile(RequestValidationSettings settings) {
  RequestValidation validation;
  for (const auto& [text, required] : settings.request_parameters) {
    auto parameter = parse_request_parameter(text);
    if (!parameter) {
      return Error{"\"" + text +
                   "\" is no request parameter: it begins with method.request.header., "
                   "method.request.path. or method.request.querystring., and a name follows"};
    }
    if (required && settings.validate_request_parameters) {
      validation.required_.push_back(*std::move(parameter));
    }
  }
  std::ranges::stable_sort(validation.required_, {}, &RequestParameter::place);
  if (settings.validate_request_body) validation.models_ = std::move(settings.request_models);
  return validation;
}

RequestProblem RequestValidation::check(const ParameterLookup& lookup,
                                        std::optional<std::string_view> content_type,
                                        std::string_view body) const {
  RequestProblem problem;
  for (const RequestParameter& parameter : required_) {
    const auto value = lookup(parameter);
    if (value && !is_blank(*value)) continue;
    problem.kind = RequestProblem::Kind::missing_parameters;
    if (!problem.missing.empty()) problem.missing += ", ";
    problem.missing += parameter.name;
  }
  if (!problem.ok()) return problem;
  const JsonSchema* const model = model_for(content_type);
  if (model == nullptr) return problem;
  const auto messages = model->validate(body);
  if (!messages.empty()) {
    problem.kind = RequestProblem::Kind::invalid_body;
    problem.validation_error = validation_error_string(messages);
  }
  return problem;
}

const JsonSchema* RequestValidation::model_for(
    std::optional<std::string_view> content_type) const noexcept {
  const std::string_view type = first_media_type(content_type.value_or("application/json"));
  const JsonSchema* fallback = nullptr;
  for (const auto& [media_type, model] : models_) {
    if (iequals(media_type, type)) return &model;
    if (media_type == "$default") fallback = &model;
  }
  return fallback;
}

}  // namespace hoplab::aws
