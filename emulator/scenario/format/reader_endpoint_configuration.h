// The kind of endpoint of an API or a domain name, of which one is emulated.
#pragma once

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {

template <class T>
const ObjectType& endpoint_configuration_type(std::string_view name, std::string_view word,
                                              std::string_view why) {
  static const ObjectType type = [&] {
    std::vector<std::pair<std::string_view, std::string_view>> others;
    for (const std::string_view one : {"EDGE", "REGIONAL", "PRIVATE"}) {
      if (one != word) others.emplace_back(one, why);
    }
    return Define<T>(name, "The kind of endpoint.")
        .fixed("Types", list_of(choice({word}, std::move(others)), 1, 1), word)
        .written([word](const T&, bool) { return list_node({node_of(std::string(word))}); })
        .required()
        .refuse({"VpcEndpointIds", "IpAddressType"}, "names are resolved by Host and policy alone")
        .type();
  }();
  return type;
}

}  // namespace hoplab::scenario
