// Backend: what answers a request that somebody has decided to pass on. A target group chooses and
// checks its targets; how a chosen one is asked is its backend's. A backend is HTTP/1.1 to a target
// (http1_backend.h); what speaks otherwise is another one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/journal.h"
#include "http/message.h"

namespace hoplab::aws {

/// How connecting went, where it was necessary.
enum class Dial : std::uint8_t { well, not_accepted, tls_failed };

struct BackendOutcome {
  Dial dial = Dial::well;
  bool connected = false;       // a new TCP connection was made for it
  std::optional<Time> sent_at;  // when the request began to go to the target; none: it did not
  /// None: `response` holds the head of the answer; or, with its status at 0, the request broke
  /// off, which whoever received it knows better. What a failure means for the client is the
  /// caller's.
  std::optional<Reason> failure;
  std::string_view error_code;  // AWS's word for a failure that has several; else empty
};

/// Emulated time. For connecting, TLS included; and without a byte either way.
struct BackendLimits {
  Duration connect{};
  Duration idle{};
};

/// Who asks.
struct BackendCaller {
  /// Takes what a backend in this process answers by itself, and not what it was asked for.
  Journal& journal;
  /// A new connection carries it: its owner counts them by it.
  std::shared_ptr<const void> token;
  /// Takes what the reason of a failure leaves open; null: nobody asks.
  std::string* detail = nullptr;
};

class Backend {
 public:
  virtual ~Backend() = default;

  /// Returns when the answer's head is known. `request` holds what the backend is to see; it and
  /// its body live as long as response.body, which owns the rest of the exchange: both directions
  /// go on by themselves until both are done, and dropping it ends them. An answer of 101 to a
  /// request with an Upgrade leaves response.upgrade.
  virtual Task<BackendOutcome> exchange(http::Request& request, http::Response& response,
                                        const BackendLimits& limits, BackendCaller caller) = 0;

  /// Ends the exchanges that are under way, and connections that were taken over after a 101, for
  /// target_deregistered.
  virtual void cut() = 0;
  /// Ends what waits for a next request.
  virtual void close_idle() = 0;
  /// Likewise, and from now on nothing is kept for a next request.
  virtual void stop() = 0;
  /// Exchanges that are under way, and connections that were taken over after a 101.
  [[nodiscard]] virtual std::size_t outstanding() const noexcept = 0;
  /// Tasks that have not ended yet.
  [[nodiscard]] virtual std::size_t running() const noexcept = 0;
};

}  // namespace hoplab::aws
