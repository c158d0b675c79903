// What CloudWatch counts of an Application Load Balancer, since the start (alb.md 9).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
#pragma once

#include <cstdint>
#include <map>

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

  void add(const AlbCounters& other) {
    requests += other.requests;
    for (const auto& [status, count] : other.own) own[status] += count;
    for (const auto& [status, count] : other.target) target[status] += count;
    fixed_responses += other.fixed_responses;
    redirects += other.redirects;
    non_compliant_requests += other.non_compliant_requests;
    target_connection_errors += other.target_connection_errors;
    target_tls_errors += other.target_tls_errors;
  }
};

}  // namespace hoplab::aws
