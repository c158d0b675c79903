#include "base/hop_traffic.h"

#include "base/journal.h"

namespace hoplab {

namespace {

void add(HopTraffic::Count& count, std::uint64_t by = 1) {
  count.fetch_add(by, std::memory_order_relaxed);
}

bool failed_with_client(Reason reason) {
  switch (reason) {
    case Reason::client_tls_alert:
    case Reason::certificate_refused:
    case Reason::tls_negotiation_failed:
    case Reason::plain_http_on_tls_port:
    case Reason::handshake_timeout: return true;
    default: return false;
  }
}

}  // namespace

void count_end(const Journal& journal) noexcept {
  const Cause& cause = *journal.cause;
  const bool reset = cause.how == EndKind::rst;
  bool behind = false;  // whether the present hop is behind the one that ended it
  for (const Hop* hop : journal.hops) {
    HopTraffic& traffic = *hop->traffic;
    add(traffic.ended);
    add(traffic.bytes, journal.bytes_from_client + journal.bytes_to_client);
    const bool own = hop == cause.hop;
    if (journal.client_reset || (reset && party_of(cause.reason) == Party::client)) {
      add(traffic.client_resets);
    } else if (reset && own) {
      add(traffic.own_resets);
    } else if (reset && !behind && cause.toward != Toward::target) {
      add(traffic.behind_resets);
    }
    if (own && failed_with_client(cause.reason)) add(traffic.client_tls_errors);
    if (cause.reason == Reason::tls_target_failed) add(traffic.target_tls_errors);
    behind |= own;
  }
}

}  // namespace hoplab
