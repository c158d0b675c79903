// The uri by which API Gateway invokes a function.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace hoplab::scenario {

/// Of arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations, as AWS has it:
/// the function's name, without a qualifier. Empty: it is no such ARN.
inline std::string function_of_uri(std::string_view uri) {
  constexpr std::string_view kBefore = ":lambda:path/2015-03-31/functions/arn:";
  constexpr std::string_view kName = ":function:", kAfter = "/invocations";
  const auto before = uri.find(kBefore);
  const auto name = uri.rfind(kName);
  if (before == std::string_view::npos || name == std::string_view::npos || name < before ||
      !uri.ends_with(kAfter)) {
    return {};
  }
  const auto rest = uri.substr(name + kName.size());
  return std::string(rest.substr(0, std::min(rest.find(':'), rest.find('/'))));
}

}  // namespace hoplab::scenario
