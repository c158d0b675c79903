#include "aws/apigateway/mapped_integration.h"

#include <algorithm>
#include <array>

#include "aws/apigateway/media_type.h"
#include "base/ascii.h"

namespace hoplab::aws {

namespace {

/// Mapping one of these is an error of the configuration (apigateway.md 10.3).
bool is_api_gateways_own(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kOwn = {
      "Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "X-Amzn-Apigateway-Api-Id"};
  return std::ranges::any_of(kOwn, [&](std::string_view own) { return iequals(own, name); });
}

/// Of templates by media type the one for `type`; null: there is none.
const MappingTemplate* find(const std::vector<std::pair<std::string, MappingTemplate>>& all,
                            std::string_view type) {
  for (const auto& [name, one] : all) {
    if (iequals(name, type)) return &one;
  }
  return nullptr;
}

/// What a template says in the place of what is mapped.
void override_values(MappedValues& values, const MappingOverrides::Values& overrides,
                     bool (*same)(std::string_view, std::string_view)) {
  for (const auto& one : overrides) {
    std::erase_if(values, [&](const auto& value) { return same(value.first, one.first); });
    for (const std::string& value : one.second) values.emplace_back(one.first, value);
  }
}

/// A template makes a text of a text (apigateway-features.md 8: of OPTIONS with */*).
Result<Rendered> rendered_by(const MappingTemplate& chosen, const MappingInput& input,
                             Conversion conversion) {
  if (conversion == Conversion::none) {
    return Error{
        "a template takes no bytes, which BinaryMediaTypes make of the body; it needs "
        "ContentHandling CONVERT_TO_TEXT"};
  }
  return chosen.render(input);
}

Result<void> finish_body(Conversion conversion, std::string& body) {
  if (convert_behind_template(conversion, body)) return {};
  return Error{"the body is to become bytes, and is no base64"};
}

bool equal(std::string_view a, std::string_view b) {
  return a == b;
}
bool equal_names(std::string_view a, std::string_view b) {
  return iequals(a, b);
}

}  // namespace

class IntegrationCompiler {
 public:
  IntegrationCompiler(const model::Integration& from, MappedIntegration& to)
      : from_(from), to_(to) {}

  Result<void> compile() {
    for (const auto& [name, source] : from_.request_parameters) {
      if (auto done = add_request_parameter(name, source); !done) return done;
    }
    if (auto done = add_templates(from_.request_templates, to_.templates_); !done) return done;
    for (const model::IntegrationResponse& one : from_.responses) {
      if (auto done = add_response(one); !done) return done;
    }
    return {};
  }

 private:
  using Place = MappedIntegration::Place;

  Result<void> add_request_parameter(const std::string& name, const std::string& source) {
    static constexpr std::array<std::pair<std::string_view, Place>, 3> kPlaces = {
        {{"integration.request.path.", Place::path},
         {"integration.request.querystring.", Place::querystring},
         {"integration.request.header.", Place::header}}};
    for (const auto& [prefix, place] : kPlaces) {
      if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
      auto value = ParameterMapping::compile(source, ParameterMapping::Side::request);
      if (!value) return Error{name + ": " + value.error()};
      to_.parameters_.push_back({place, name.substr(prefix.size()), std::move(value).value()});
      return {};
    }
    return Error{name +
                 ": it takes integration.request.path.NAME, integration.request.querystring.NAME "
                 "or integration.request.header.NAME"};
  }

  static Result<void> add_templates(const model::Texts& from, MappedIntegration::Templates& to) {
    for (const auto& [type, text] : from) {
      auto made = MappingTemplate::compile(text);
      if (!made) return Error{"template for " + type + ": " + made.error()};
      to.emplace_back(type, std::move(made).value());
    }
    return {};
  }

  Result<void> add_response(const model::IntegrationResponse& from) {
    MappedIntegration::Response& to = to_.responses_.emplace_back();
    to.status_ = from.status_code;
    to.content_handling_ = from.content_handling;
    const std::string where = "response " + std::to_string(from.status_code) + ": ";
    if (!from.selection_pattern.empty()) {
      to.pattern_.emplace(from.selection_pattern);
      if (!to.pattern_->wrong().empty()) {
        return Error{where + "SelectionPattern: " + to.pattern_->wrong()};
      }
    }
    for (const auto& [name, source] : from.response_parameters) {
      constexpr std::string_view kPrefix = "method.response.header.";
      if (!name.starts_with(kPrefix) || name.size() == kPrefix.size()) {
        return Error{where + name + ": it takes method.response.header.NAME"};
      }
      auto value = ParameterMapping::compile(source, ParameterMapping::Side::response);
      if (!value) return Error{where + name + ": " + value.error()};
      to.headers_.push_back({Place::header, name.substr(kPrefix.size()), std::move(value).value()});
    }
    if (auto done = add_templates(from.response_templates, to.templates_); !done) {
      return Error{where + done.error()};
    }
    return {};
  }

  const model::Integration& from_;
  MappedIntegration& to_;
};

Result<std::shared_ptr<const MappedIntegration>> MappedIntegration::compile(
    const model::Integration& from) {
  using enum model::IntegrationType;
  const bool templated =
      from.type == aws || from.type == http || (from.type == mock && !from.responses.empty());
  if (!templated && from.request_parameters.empty()) {
    return std::shared_ptr<const MappedIntegration>();
  }
  auto made = std::make_shared<MappedIntegration>();
  made->body_passes_ = from.type == http_proxy;
  made->passthrough_ = from.passthrough_behavior;
  if (auto done = IntegrationCompiler(from, *made).compile(); !done) return done.failure();
  return std::shared_ptr<const MappedIntegration>(std::move(made));
}

Result<MappedRequest> MappedIntegration::request(const MappingInput& input,
                                                 std::string_view content_type,
                                                 Conversion conversion) const {
  MappedRequest made;
  for (const Parameter& one : parameters_) {
    if (one.place == Place::header && is_api_gateways_own(one.name)) {
      return Error{"a header " + one.name + " cannot be mapped"};
    }
    auto values = one.value.values(input);
    if (!values) return values.failure();
    MappedValues& into = one.place == Place::path          ? made.path
                         : one.place == Place::querystring ? made.querystring
                                                           : made.header;
    for (std::string& value : values.value()) into.emplace_back(one.name, std::move(value));
  }
  const std::string_view type =
      content_type.empty() ? "application/json" : first_media_type(content_type);
  const MappingTemplate* const chosen = body_passes_ ? nullptr : find(templates_, type);
  if (!chosen) {
    using enum model::PassthroughBehavior;
    made.unsupported_media_type =
        !body_passes_ &&
        (passthrough_ == never || (passthrough_ == when_no_templates && !templates_.empty()));
    made.body = input.body->text();
    if (body_passes_ || made.unsupported_media_type) return made;
    auto done = finish_body(conversion, made.body);
    if (!done) return done.failure();
    return made;
  }
  auto rendered = rendered_by(*chosen, input, conversion);
  if (!rendered) return rendered.failure();
  made.body = std::move(rendered.value().text);
  if (auto done = finish_body(conversion, made.body); !done) return done.failure();
  const MappingOverrides& overrides = rendered.value().overrides;
  override_values(made.path, overrides.request_path, equal);
  override_values(made.querystring, overrides.request_querystring, equal);
  override_values(made.header, overrides.request_header, equal_names);
  made.response_status = overrides.response_status;
  return made;
}

const MappedIntegration::Response* MappedIntegration::usual() const {
  for (const Response& one : responses_) {
    if (!one.pattern_) return &one;
  }
  return nullptr;
}

const MappedIntegration::Response* MappedIntegration::choose(std::string_view text) const {
  for (const Response& one : responses_) {
    if (one.pattern_ && one.pattern_->matches_all(text)) return &one;
  }
  return usual();
}

Result<MappedResponse> MappedIntegration::response(const Response& chosen,
                                                   const MappingInput& input,
                                                   std::string_view accept, Conversion conversion) {
  MappedResponse made;
  made.status = chosen.status_;
  for (const Parameter& one : chosen.headers_) {
    auto values = one.value.values(input);
    if (!values) return values.failure();
    for (std::string& value : values.value()) made.headers.emplace_back(one.name, std::move(value));
  }
  made.content_type = "application/json";
  made.body = input.body->text();
  const MappingTemplate* best = find(chosen.templates_, first_media_type(accept));
  if (best) made.content_type = first_media_type(accept);
  if (!best) best = find(chosen.templates_, "application/json");
  if (!best && !chosen.templates_.empty()) {
    made.content_type = chosen.templates_.front().first;
    best = &chosen.templates_.front().second;
  }
  if (!best) {
    auto done = finish_body(conversion, made.body);
    if (!done) return done.failure();
    return made;
  }
  auto rendered = rendered_by(*best, input, conversion);
  if (!rendered) return rendered.failure();
  made.body = std::move(rendered.value().text);
  if (auto done = finish_body(conversion, made.body); !done) return done.failure();
  const MappingOverrides& overrides = rendered.value().overrides;
  override_values(made.headers, overrides.response_header, equal_names);
  made.status = overrides.response_status.value_or(made.status);
  return made;
}

}  // namespace hoplab::aws
