// Parameters of a query or a form, decoded.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/stub/query.h"
#include "base/percent.h"

namespace hoplab::awsapi {

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// In their order; those that are empty are none.
inline Parameters parameters_of(std::string_view query) {
  Parameters all;
  aws::each_query_parameter(query, [&](std::string_view name, std::string_view value) {
    all.emplace_back(form_decoded(name), form_decoded(value));
  });
  return all;
}

}  // namespace hoplab::awsapi
