// HopTraffic: what a hop's counters are made of. Client connections only; read by any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace hoplab {

struct Journal;

struct HopTraffic {
  using Count = std::atomic<std::uint64_t>;
  Count passed{0};  // connections that came as far
  Count ended{0};
  Count bytes{0};  // of those that have ended, both ways, on the wire
  // Resets, by who made them.
  Count client_resets{0};      // the client
  Count own_resets{0};         // this hop
  Count behind_resets{0};      // toward the client, somebody behind this hop
  Count client_tls_errors{0};  // handshakes with clients that failed here
  Count target_tls_errors{0};
};

/// Adds a connection that has ended to every hop that it passed.
void count_end(const Journal& journal) noexcept;

}  // namespace hoplab
