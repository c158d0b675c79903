// What reached an API: counters.
//
// Shared by all loops. A request counts for an API once the API and its stage are chosen, as AWS's
// Count metric does (apigateway.md 16: requests that never reach an API are not counted).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/clock.h"

namespace hoplab::aws {

/// How a request ended here, in the order in which it is decided.
enum class Outcome : std::uint8_t {
  header_too_large,
  uri_too_long,
  body_too_large,
  ping,
  no_api,  // neither Host nor x-apigw-api-id selects an API
  execute_api_endpoint_disabled,
  no_access_association,  // of the endpoint with the private custom domain name
  no_stage,               // nor base path mapping
  implicit_deny,
  explicit_deny,
  missing_authentication_token,  // unknown path or method
  incomplete_signature,          // an Authorization field that is none of SigV4, or lacks a part
  signature_refused,
  unauthorized,            // by a Lambda authorizer or a user pool
  authorizer_failed,       // nobody could tell
  invalid_api_key,         // missing, unknown, disabled, or of no plan that has the stage
  throttled,               // by a plan, the stage or the account
  quota_exceeded,          // of a plan
  unsupported_media_type,  // of a body: its content coding, or no template for it
  bad_request_parameters,  // required ones are missing
  bad_request_body,        // no model of the method's allows it
  integration_error,
  integration_failed,   // the function failed, or returned what is no answer
  integration_timeout,  // it took longer than it may
  answered,
};
inline constexpr std::size_t kOutcomes = static_cast<std::size_t>(Outcome::answered) + 1;
[[nodiscard]] std::string_view to_text(Outcome outcome) noexcept;
/// The service answered by itself, with an error.
[[nodiscard]] constexpr bool is_refusal(Outcome outcome) noexcept {
  return outcome != Outcome::answered && outcome != Outcome::ping;
}

class OutcomeCounters {
 public:
  void count(Outcome outcome) noexcept {
    counts_[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t of(Outcome outcome) const noexcept {
    return counts_[static_cast<std::size_t>(outcome)].load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t total() const noexcept;

 private:
  std::array<std::atomic<std::uint64_t>, kOutcomes> counts_{};
};

/// Sums of what CloudWatch has of requests.
struct Measured {
  std::atomic<std::uint64_t> errors_4xx{0}, errors_5xx{0};  // by the status of the answer
  /// Microseconds: of all that it took, and of what integrations took of that.
  std::atomic<std::uint64_t> latency{0}, integration_latency{0};

  void count(int status, Duration all, Duration of_integration) noexcept;
};

/// One method's, where it has metrics of its own; lives on likewise.
struct MethodTraffic : Measured {
  std::atomic<std::uint64_t> requests{0};
};

/// One API's record; lives on when the topology is applied anew.
struct ApiTraffic : Measured {
  OutcomeCounters counters;
  [[nodiscard]] std::uint64_t requests() const noexcept { return counters.total(); }
};

}  // namespace hoplab::aws
