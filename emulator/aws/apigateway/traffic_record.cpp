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
      "integration-error",
      "integration-failed",
      "integration-timeout",
      "answered",
  };
  return kNames[static_cast<std::size_t>(outcome)];
}

std::uint64_t OutcomeCounters::total() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& count : counts_) sum += count.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace hoplab::aws
