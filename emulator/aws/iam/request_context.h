// What a policy can see of a request and of who has sent it (apigateway.md 5.2).
#pragma once

#include <optional>
#include <string_view>

#include "aws/iam/credentials.h"
#include "base/clock.h"

namespace hoplab::aws {

/// Views outlive the evaluation; empty optional: key missing.
struct RequestContext {
  std::string_view resource;       // "{stage}/{VERB}/{path without leading slash}"
  std::string_view vpc_source_ip;  // the TCP peer at the endpoint; aws:SourceIp is missing there
  std::optional<std::string_view> source_vpc;
  std::optional<std::string_view> source_vpce;
  std::optional<std::string_view> referer;
  std::optional<std::string_view> user_agent;
  bool secure_transport = true;  // the endpoint speaks only TLS
  Time now;
  /// The whole ARN that ends with `resource`: for policies that are not those of one API.
  std::string_view arn = {};
  const Identity* caller = nullptr;  // null: anonymous
  /// execute-api:viaDomainArn: the private custom domain that the request has come by.
  std::optional<std::string_view> via_domain_arn = std::nullopt;
};

}  // namespace hoplab::aws
