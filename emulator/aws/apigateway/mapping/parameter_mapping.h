// A parameter mapping: where the value of an integration request's or a method response's parameter
// comes from, such as "method.request.querystring.q" or "'static'".
//
// AWS's guide: rest-api-parameter-mapping-sources.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/apigateway/mapping/mapping_input.h"
#include "base/result.h"

namespace hoplab::aws {

namespace vtl {
class JsonPath;
}

/// Immutable: may be shared between threads.
class ParameterMapping {
 public:
  /// What is mapped: to a request of an integration, or to a response of a method. They have
  /// different sources.
  enum class Side : std::uint8_t { request, response };

  /// Errors name the expression and what it may be.
  static Result<ParameterMapping> compile(std::string_view expression, Side side);

  /// One value; of a multi-value source all; none: the call has no such parameter, and what is
  /// mapped is left out. An error: the body is no JSON.
  [[nodiscard]] Result<std::vector<std::string>> values(const MappingInput& input) const;

 private:
  enum class Source : std::uint8_t {
    fixed,
    path,
    querystring,
    header,
    multi_querystring,
    multi_header,
    body,
    body_path,
    context,
    stage_variable,
  };
  struct Prefix;

  ParameterMapping() = default;
  static Result<ParameterMapping> named(std::string_view expression, Side side);
  [[nodiscard]] Result<std::vector<std::string>> from_body(const MappingInput& input) const;

  Source source_ = Source::fixed;
  Side side_ = Side::request;
  std::string name_;  // or the fixed value
  std::shared_ptr<const vtl::JsonPath> json_path_;
};

}  // namespace hoplab::aws
