// InProcessDialer: a connection to a component of this process, over a MemoryPipe.
#pragma once

#include "net/connection.h"

namespace hoplab::net {

class InProcessDialer final : public Dialer {
 public:
  /// `handler` serves the far end; it sees `source` as its peer and `target` as its own address.
  /// `endpoint`: through which the connection comes; null: through none.
  InProcessDialer(Loop& loop, std::shared_ptr<ConnectionHandler> handler, Address source,
                  Address target, JournalKind kind,
                  std::shared_ptr<const EndpointPassed> endpoint = nullptr)
      : loop_(loop),
        handler_(std::move(handler)),
        source_(std::move(source)),
        target_(std::move(target)),
        kind_(kind),
        endpoint_(std::move(endpoint)) {}

  Task<Dialed> dial(Duration timeout, const DialOptions& options) override;
  [[nodiscard]] Address address() const override { return target_; }

 private:
  Loop& loop_;
  std::shared_ptr<ConnectionHandler> handler_;
  Address source_;
  Address target_;
  JournalKind kind_;
  std::shared_ptr<const EndpointPassed> endpoint_;
};

}  // namespace hoplab::net
