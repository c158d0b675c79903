// What an integration makes of a request before somebody is asked, and of what comes back: mapped
// parameters, templates by media type, and answers chosen by a pattern (apigateway.md 8).
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-integration-settings.html
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/binary_media_types.h"
#include "aws/apigateway/mapping/java_regex.h"
#include "aws/apigateway/mapping/mapping_template.h"
#include "aws/apigateway/mapping/parameter_mapping.h"
#include "base/result.h"
#include "model/rest_api.h"

namespace hoplab::aws {

/// Names and their values, in order; a name may be there several times.
using MappedValues = std::vector<std::pair<std::string, std::string>>;

struct MappedRequest {
  bool unsupported_media_type = false;  // no template for it: 415, and nothing else counts
  std::string body;
  MappedValues path, querystring, header;
  std::optional<int> response_status;  // $context.responseOverride.status of a request's template
};

struct MappedResponse {
  int status = 200;
  std::string content_type;
  MappedValues headers;
  std::string body;
};

/// Immutable: all loops share one.
class MappedIntegration {
 public:
  /// Null: there is nothing to make. Errors name the parameter, the template or the pattern.
  static Result<std::shared_ptr<const MappedIntegration>> compile(const model::Integration& from);

  /// `content_type`: the client's field; empty: it has none. `conversion`: of the body, which is as
  /// convert_before_template() has left it. An error is one of API Gateway's own configuration, for
  /// people.
  [[nodiscard]] Result<MappedRequest> request(const MappingInput& input,
                                              std::string_view content_type,
                                              Conversion conversion) const;

  class Response;
  /// By a status or an error's message; where none fits, usual(). Null: there is none.
  [[nodiscard]] const Response* choose(std::string_view text) const;
  /// The one without a pattern; null: there is none.
  [[nodiscard]] const Response* usual() const;
  /// `input` has what came back as its body, which is as convert_before_template() has left it, and
  /// as its integration_header; `accept`: the client's field.
  [[nodiscard]] static Result<MappedResponse> response(const Response& chosen,
                                                       const MappingInput& input,
                                                       std::string_view accept,
                                                       Conversion conversion);

 private:
  friend class IntegrationCompiler;
  enum class Place : std::uint8_t { path, querystring, header };
  struct Parameter {
    Place place = Place::header;
    std::string name;
    ParameterMapping value;
  };
  using Templates = std::vector<std::pair<std::string, MappingTemplate>>;  // by media type

  bool body_passes_ = false;  // of HTTP_PROXY
  std::vector<Parameter> parameters_;
  Templates templates_;
  model::PassthroughBehavior passthrough_ = model::PassthroughBehavior::when_no_match;
  std::vector<Response> responses_;
};

class MappedIntegration::Response {
 public:
  [[nodiscard]] ContentHandling content_handling() const noexcept { return content_handling_; }

 private:
  friend class IntegrationCompiler;
  friend class MappedIntegration;
  int status_ = 200;
  ContentHandling content_handling_ = ContentHandling::passthrough;
  std::optional<vtl::JavaRegex> pattern_;  // none: where no other one fits
  std::vector<Parameter> headers_;
  Templates templates_;
};

}  // namespace hoplab::aws
