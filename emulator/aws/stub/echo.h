// The body of an echoing integration: the request as the API received it, as JSON.
//
// {"method", "path", "queryString", "query", "headers", "bodyBytes", "resourcePath", "stage",
//  "sourceIp", "vpcId", "vpceId"}. `path` is as received; `query` is decoded and the last value of
//  a
// name counts, as in Lambda's queryStringParameters (apigateway.md 8.4); values of a repeated
// header are joined with ", " (RFC 9110 5.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace hoplab::aws {

struct EchoContext {
  const http::Request& request;
  std::string_view path;
  std::string_view query;  // raw, without '?'
  std::uint64_t body_bytes = 0;
  std::string_view resource_path;  // the template, "/widgets/{id}"
  std::string_view stage;
  std::string_view source_ip;
  std::string_view vpc_id;
  std::string_view vpce_id;
};

[[nodiscard]] std::string echo_body(const EchoContext& context);

}  // namespace hoplab::aws
