// What CloudWatch counts of an Application Load Balancer, since the start (alb.md section 9).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
#pragma once

#include <array>
#include <cstdint>
#include <map>

namespace hoplab::aws {

struct AlbCounters {
  std::uint64_t requests = 0;  // for which a target was chosen
  /// Answers by their class: [4] is 4XX.
  using Classes = std::array<std::uint64_t, 10>;
  Classes own{}, target{};  // of the load balancer, of targets
  std::map<int, std::uint64_t> own_errors;  // 500 and above, by status
  std::uint64_t fixed_responses = 0;
  std::uint64_t redirects = 0;
  std::uint64_t non_compliant_requests = 0;  // other than RFC 9112 wants them
  std::uint64_t target_connection_errors = 0;
  std::uint64_t target_tls_errors = 0;

  void answered(int status) {
    constexpr int kServerErrors = 500;
    ++own[class_of(status)];
    if (status >= kServerErrors) ++own_errors[status];
  }
  void target_answered(int status) { ++target[class_of(status)]; }

  void add(const AlbCounters& other) {
    requests += other.requests;
    for (std::size_t i = 0; i < own.size(); ++i) own[i] += other.own[i];
    for (std::size_t i = 0; i < target.size(); ++i) target[i] += other.target[i];
    for (const auto& [status, count] : other.own_errors) own_errors[status] += count;
    fixed_responses += other.fixed_responses;
    redirects += other.redirects;
    non_compliant_requests += other.non_compliant_requests;
    target_connection_errors += other.target_connection_errors;
    target_tls_errors += other.target_tls_errors;
  }

 private:
  static std::size_t class_of(int status) {
    return static_cast<std::size_t>(status / 100) % std::tuple_size_v<Classes>;
  }
};

}  // namespace hoplab::aws
