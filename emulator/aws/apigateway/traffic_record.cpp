#include "aws/apigateway/traffic_record.h"

namespace hoplab::aws {

std::string_view to_text(Outcome outcome) noexcept {
  static constexpr std::array<std::string_view, kOutcomes> kNames = {
      "header-too-large",
      "uri-too-long",
      "body-too-large",
      "ping",
      "no-api",
      "execute-api-endpoint-disabled",
      "no-access-association",
      "no-stage",
      "implicit-deny",
      "explicit-deny",
      "missing-authentication-token",
      "incomplete-signature",
      "signature-refused",
      "unauthorized",
      "authorizer-failed",
      "invalid-api-key",
      "throttled",
      "quota-exceeded",
      "unsupported-media-type",
      "bad-request-parameters",
      "bad-request-body",
      "integration-error",
      "integration-failed",
      "integration-timeout",
      "answered",
  };
  return kNames[static_cast<std::size_t>(outcome)];
}

void Measured::count(int status, Duration all, Duration of_integration) noexcept {
  const auto add = [](std::atomic<std::uint64_t>& to, Duration duration) {
    if (duration <= Duration::zero()) return;  // answered within a turn: it costs no counter
    to.fetch_add(static_cast<std::uint64_t>(duration.count()), std::memory_order_relaxed);
  };
  if (status / 100 == 4) errors_4xx.fetch_add(1, std::memory_order_relaxed);
  if (status / 100 == 5) errors_5xx.fetch_add(1, std::memory_order_relaxed);
  add(latency, all);
  add(integration_latency, of_integration);
}

std::uint64_t OutcomeCounters::total() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& count : counts_) sum += count.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace hoplab::aws
