// What API Gateway looks at in a request's head, collected in one pass over its fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace hoplab::aws {

/// Views into the request. Of repeated fields the first counts.
struct RequestFacts {
  std::size_t header_bytes = 0;  // names, values, ": " and line ends, as the limit counts them
  std::string_view path;         // of the target, without the query
  std::string_view query;        // without '?'
  std::optional<std::string_view> api_id;  // x-apigw-api-id
  std::optional<std::string_view> authorization;
  std::optional<std::string_view> method_override;  // X-HTTP-Method-Override
  std::optional<std::string_view> request_id;       // x-amzn-RequestId
  std::optional<std::string_view> trace_id;         // X-Amzn-Trace-Id
  std::optional<std::string_view> referer;
  std::optional<std::string_view> user_agent;
  std::uint64_t content_length = 0;
  bool has_date = false;  // Date or X-Amz-Date
};

[[nodiscard]] RequestFacts collect_facts(const http::Request& request) noexcept;

}  // namespace hoplab::aws
