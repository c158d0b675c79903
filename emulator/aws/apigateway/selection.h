// Which API a request is for, and what that is chosen from (apigateway.md 1).
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "aws/apigateway/traffic_record.h"
#include "http/message.h"

namespace hoplab::aws {

struct Api;
struct PrivateDomain;

/// What AWS leaves undocumented, or has in two forms.
struct SelectionOptions {
  bool api_id_header_first = true;      // x-apigw-api-id before a Host that selects too
  bool multi_level_base_paths = false;  // they do not work through an endpoint (apigateway.md 4.2)
};

/// What the choice is made from; views into the request.
struct Addressing {
  std::string_view host;                   // as received, perhaps with a port
  std::optional<std::string_view> api_id;  // x-apigw-api-id
  std::string_view path;                   // without the query
  std::string_view vpce_id;                // the endpoint that the request came through
  std::span<const http::Field> headers = {};
};

struct Selection {
  const Api* api = nullptr;
  std::string_view path = {};  // what is left for routing: without the stage or the base path
  bool by_domain = false;      // a custom domain name has chosen the stage
  Outcome failure = Outcome::answered;  // or why there is no API
  const PrivateDomain* domain = nullptr;
  std::string_view base_path = {};     // that a mapping or a rule of a domain name has matched
  std::string_view routing_rule = {};  // its id
  [[nodiscard]] bool ok() const noexcept { return failure == Outcome::answered; }
};

/// Removes the text of `segments` from the front of `path` when it is there as whole segments.
[[nodiscard]] bool strip_segments(std::string_view segments, std::string_view& path) noexcept;

/// What the stages of one REST API serve; at least one.
using ApiStages = std::vector<const Api*>;

/// Of the API that is named already, by the stage in front of `path`.
[[nodiscard]] Selection select_by_stage(const ApiStages& stages, std::string_view path) noexcept;

}  // namespace hoplab::aws
