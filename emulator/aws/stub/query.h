// The query of a URL, part by part.
#pragma once

#include <algorithm>
#include <string_view>

namespace hoplab::aws {

/// Calls `each` with the name and the value of every parameter of `query`, which has no '?', as
/// they came: neither is decoded. Parts that are empty are none; the value of one without '=' is
/// empty.
template <class Each>
void each_query_parameter(std::string_view query, Each&& each) {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(one.size() + 1, query.size()));
    if (one.empty()) continue;
    const auto equals = std::min(one.find('='), one.size());
    each(one.substr(0, equals), one.substr(std::min(equals + 1, one.size())));
  }
}

}  // namespace hoplab::aws
