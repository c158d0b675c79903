// What reached an API: counters.
//
// Shared by all loops. A request counts for an API once the API and its stage are chosen, as AWS's
// Count metric does (apigateway.md 16: requests that never reach an API are not counted).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

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

/// One API's record; lives on when the topology is applied anew.
struct ApiTraffic {
  OutcomeCounters counters;
  std::atomic<std::uint64_t> errors_4xx{0}, errors_5xx{0};  // by the status of the answer
  [[nodiscard]] std::uint64_t requests() const noexcept { return counters.total(); }
};

}  // namespace hoplab::aws
