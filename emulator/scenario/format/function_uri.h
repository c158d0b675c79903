// The uri by which API Gateway invokes a function.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace hoplab::scenario {

struct FunctionUri {
  std::string function;  // its name, without a qualifier; empty: it is no such uri
  bool streams = false;  // it is invoked for an answer that passes as it comes
};

/// Of arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations, and of
/// arn:aws:apigateway:REGION:lambda:path/2021-11-15/functions/ARN/response-streaming-invocations.
inline FunctionUri parse_function_uri(std::string_view uri) {
  constexpr std::string_view kName = ":function:";
  for (const bool streams : {false, true}) {
    const std::string_view before = streams ? ":lambda:path/2021-11-15/functions/arn:"
                                            : ":lambda:path/2015-03-31/functions/arn:";
    const auto start = uri.find(before);
    const auto name = uri.rfind(kName);
    if (start == std::string_view::npos || name == std::string_view::npos || name < start ||
        !uri.ends_with(streams ? "/response-streaming-invocations" : "/invocations")) {
      continue;
    }
    const auto rest = uri.substr(name + kName.size());
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
