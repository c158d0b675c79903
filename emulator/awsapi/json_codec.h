// Requests and answers in JSON: the JSON protocols' bodies, and REST services', whose members begin
// in lower case where the table says nothing else. aws-api.md 3.
#pragma once

#include <string>
#include <string_view>

#include "awsapi/service.h"

namespace hoplab::awsapi {

struct JsonLimits {
  int depth = 64;
};

/// An object; an empty body is an empty one.
ApiResult<Json> read_json(const Service& service, std::string_view body, const JsonLimits& limits);

/// The members that `object` gives by their wire names. Null is as good as none. What the table
/// does not know, and values of another kind, are refused by their names.
ApiResult<Json> bind_json(const Service& service, const Json& object, Members members);

/// The members of `value` that the table knows and that are in the body.
Json json_members(const Service& service, const Json& value, Members members);

/// What is not UTF-8 becomes U+FFFD.
std::string json_text(const Json& value);

}  // namespace hoplab::awsapi
