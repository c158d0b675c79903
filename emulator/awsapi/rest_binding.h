// REST services: which operation a method and a path are, and the members that path, query and body
// carry. aws-api.md 3 and 4.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "awsapi/service.h"

namespace hoplab::awsapi {

struct RestMatch {
  const Operation* operation = nullptr;  // null: there is none
  std::map<std::string, std::string> labels;
};

/// A path is split before it is decoded, since ARNs in it come encoded. "{label}" is one segment,
/// "{label+}" all that are left; behind a '?' stands a parameter that the query has to have.
RestMatch match_place(const Service& service, std::string_view method, std::string_view path,
                      std::string_view query);

/// Adds to `in` what path and query carry; parameters that the table does not know are left alone,
/// as AWS does, since SDKs decorate ("x-id"), unless it has a map for them.
Refusal bind_place(const Service& service, const RestMatch& match, std::string_view query,
                   Json& in);

}  // namespace hoplab::awsapi
