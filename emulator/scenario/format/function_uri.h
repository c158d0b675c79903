// The uri by which API Gateway invokes a function.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace hoplab::scenario {

struct FunctionUri {
  /// Its name, without a qualifier; of an ARN that is a stage's variable, that. Empty: it is no
  /// such uri.
  std::string function;
  bool streams = false;  // it is invoked for an answer that passes as it comes
};

/// Of arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations, and of
/// arn:aws:apigateway:REGION:lambda:path/2021-11-15/functions/ARN/response-streaming-invocations.
inline FunctionUri parse_function_uri(std::string_view uri) {
  constexpr std::string_view kName = ":function:";
  for (const bool streams : {false, true}) {
    const std::string_view before =
        streams ? ":lambda:path/2021-11-15/functions/" : ":lambda:path/2015-03-31/functions/";
    const std::string_view behind = streams ? "/response-streaming-invocations" : "/invocations";
    const auto start = uri.find(before);
    if (start == std::string_view::npos || !uri.ends_with(behind)) continue;
    auto arn = uri.substr(start + before.size());
    arn.remove_suffix(std::min(behind.size(), arn.size()));
    if (arn.starts_with("${stageVariables.") && arn.ends_with('}')) {
      return {std::string(arn), streams};
    }
    const auto name = arn.rfind(kName);
    if (!arn.starts_with("arn:") || name == std::string_view::npos) continue;
    const auto rest = arn.substr(name + kName.size());
    return {std::string(rest.substr(0, std::min(rest.find(':'), rest.find('/')))), streams};
  }
  return {};
}

/// Of one whose answer is read whole; empty: it is none.
inline std::string function_of_uri(std::string_view uri) {
  auto parsed = parse_function_uri(uri);
  return parsed.streams ? std::string() : std::move(parsed.function);
}

}  // namespace hoplab::scenario
