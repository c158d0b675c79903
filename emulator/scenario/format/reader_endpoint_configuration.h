// The kind of endpoint of an API or a domain name, of which one is emulated.
#pragma once

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {

/// Takes the one kind that is emulated; `why` no other.
template <class T>
Define<T> endpoint_configuration(std::string_view name, std::string_view word,
                                 std::string_view why) {
  std::vector<std::pair<std::string_view, std::string_view>> others;
  for (const std::string_view one : {"EDGE", "REGIONAL", "PRIVATE"}) {
    if (one != word) others.emplace_back(one, why);
  }
  Define<T> define(name, "The kind of endpoint.");
  define.fixed("Types", list_of(choice({word}, std::move(others)), 1, 1), word)
      .written([word](const T&, bool) { return list_node({node_of(std::string(word))}); })
      .required()
      .refuse("IpAddressType", "endpoints are IPv4");
  return define;
}

}  // namespace hoplab::scenario
