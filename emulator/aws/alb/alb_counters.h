// What CloudWatch counts of an Application Load Balancer, since the start (alb.md 9).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/clock.h"

namespace hoplab::aws {

struct AlbCounters {
  std::uint64_t requests = 0;  // for which a target was chosen
  using ByStatus = std::map<int, std::uint64_t>;
  ByStatus own, target;  // answers of the load balancer, of targets
  std::uint64_t fixed_responses = 0;
  std::uint64_t redirects = 0;
  std::uint64_t non_compliant_requests = 0;  // other than RFC 9112 wants them
  std::uint64_t target_connection_errors = 0;
  std::uint64_t target_tls_errors = 0;
  std::uint64_t target_connections = 0;       // that were made
  std::uint64_t live_target_connections = 0;  // now
  std::uint64_t rule_evaluations = 0;         // the default rule's are none
  std::uint64_t redirects_too_long = 0;
  std::uint64_t dropped_invalid_header_requests = 0;    // some names were dropped
  std::uint64_t forwarded_invalid_header_requests = 0;  // likewise forwarded
  std::uint64_t non_sticky_requests = 0;        // of sticky groups: a target was chosen anew
  std::uint64_t app_cookie_non_stickiness = 0;  // likewise, of app_cookie
  // Logins (alb-features.md 6.4): whole ones and the time at their providers; those that came to
  // nothing, by the provider's word or by a failure; sessions with a new access token.
  std::uint64_t auth_successes = 0, auth_failures = 0, auth_errors = 0, auth_refreshes = 0;
  std::uint64_t auth_claims_size_exceeded = 0;
  Duration auth_latency{};
  std::uint64_t jwt_validation_failures = 0;
  using ByGroup = std::map<std::string, std::uint64_t>;
  using ByZone = std::map<std::string, std::uint64_t>;  // of the node
  ByGroup grpc_requests;
  std::map<std::string, ByZone> unhealthy_routing_requests;  // by group: fail-open
  ByGroup lambda_user_errors, lambda_internal_errors;        // by whose fault it was

  void add(const AlbCounters& other) {
    requests += other.requests;
    for (const auto& [status, count] : other.own) own[status] += count;
    for (const auto& [status, count] : other.target) target[status] += count;
    fixed_responses += other.fixed_responses;
    redirects += other.redirects;
    non_compliant_requests += other.non_compliant_requests;
    target_connection_errors += other.target_connection_errors;
    target_tls_errors += other.target_tls_errors;
    target_connections += other.target_connections;
    live_target_connections += other.live_target_connections;
    rule_evaluations += other.rule_evaluations;
    redirects_too_long += other.redirects_too_long;
    dropped_invalid_header_requests += other.dropped_invalid_header_requests;
    forwarded_invalid_header_requests += other.forwarded_invalid_header_requests;
    non_sticky_requests += other.non_sticky_requests;
    app_cookie_non_stickiness += other.app_cookie_non_stickiness;
    auth_successes += other.auth_successes;
    auth_failures += other.auth_failures;
    auth_errors += other.auth_errors;
    auth_refreshes += other.auth_refreshes;
    auth_claims_size_exceeded += other.auth_claims_size_exceeded;
    auth_latency += other.auth_latency;
    jwt_validation_failures += other.jwt_validation_failures;
    add(grpc_requests, other.grpc_requests);
    for (const auto& [group, by_zone] : other.unhealthy_routing_requests) {
      add(unhealthy_routing_requests[group], by_zone);
    }
    add(lambda_user_errors, other.lambda_user_errors);
    add(lambda_internal_errors, other.lambda_internal_errors);
  }

 private:
  static void add(std::map<std::string, std::uint64_t>& to,
                  const std::map<std::string, std::uint64_t>& more) {
    for (const auto& [of, count] : more) to[of] += count;
  }
};

}  // namespace hoplab::aws
