#include "aws/apigateway/request_parameter.h"

#include <utility>

namespace hoplab::aws {

std::optional<RequestParameter> parse_request_parameter(std::string_view text) {
  static constexpr std::pair<std::string_view, ParameterPlace> kPlaces[] = {
      {"method.request.header.", ParameterPlace::header},
      {"method.request.path.", ParameterPlace::path},
      {"method.request.querystring.", ParameterPlace::querystring}};
  for (const auto& [prefix, place] : kPlaces) {
    if (!text.starts_with(prefix) || text.size() == prefix.size()) continue;
    return RequestParameter{place, std::string(text.substr(prefix.size()))};
  }
  return std::nullopt;
}

}  // namespace hoplab::aws
