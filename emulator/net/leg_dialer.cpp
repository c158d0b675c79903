#include "net/leg_dialer.h"

#include "net/hop_stream.h"
#include "net/tapped_stream.h"

namespace hoplab::net {

Task<Dialer::Dialed> LegDialer::dial(Duration timeout, const DialOptions& options) {
  Dialed dialed;
  if (gate_.takes_down()) {
    dialed.failure = Reason::target_unreachable;  // as for a port where nobody listens
    co_return dialed;
  }
  dialed = co_await inner_->dial(timeout, options);
  if (!dialed.stream) co_return dialed;
  auto journal = std::make_shared<Journal>();
  journal->kind = JournalKind::target;
  journal->id = ++ids_;
  journal->accepted_at = loop_.now();
  journal->client = options.source_ip;
  journal->hops.push_back(&hop_);
  if (Tap* const tap = gate_.tap()) {
    const Address own{options.source_ip.empty() ? node_ip_ : options.source_ip,
                      options.source_port};
    // Why it ends is in the other end's record, where that is one of ours.
    auto wire = tap->connected(own, address(), dialed.peer ? dialed.peer : journal);
    dialed.stream =
        std::make_unique<TappedStream>(std::move(dialed.stream), std::move(wire), TcpEnd::server);
  }
  dialed.stream = std::make_unique<HopStream>(std::move(dialed.stream), hop_, gate_,
                                              std::move(journal), Facing::target);
  co_return dialed;
}

}  // namespace hoplab::net
