// Parameters of a method's request, as API Gateway names them: method.request.header.X,
// method.request.path.X and method.request.querystring.X.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab::aws {

/// In the order in which API Gateway lists what is missing (apigateway-features.md 5).
enum class ParameterPlace : std::uint8_t { header, path, querystring };

struct RequestParameter {
  ParameterPlace place;
  std::string name;

  bool operator==(const RequestParameter&) const = default;
};

/// Nothing: it names no such parameter.
[[nodiscard]] std::optional<RequestParameter> parse_request_parameter(std::string_view text);

/// What a request has for it; nothing: it has none. Header names have no case, and values of paths
/// and query strings are decoded.
using ParameterLookup =
    std::function<std::optional<std::string>(const RequestParameter& parameter)>;

}  // namespace hoplab::aws
