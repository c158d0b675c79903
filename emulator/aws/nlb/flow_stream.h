// FlowStream: a flow in the table of a Network Load Balancer, which forgets it after the idle
// timeout.
//
// Nothing is sent at that moment. Whoever sends next gets an RST, and the other side learns nothing
// until it sends itself (nlb-privatelink.md 1.7 and 2.1, R1 and R2).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html
#pragma once

#include <memory>
#include <optional>

#include "aws/nlb/flow_table.h"

namespace hoplab::aws {

class FlowStream final : public net::Stream {
 public:
  struct Parts {
    FlowTable& table;
    std::shared_ptr<const void> owner;  // keeps the table
    std::shared_ptr<const Target> target;
    std::string zone;                       // of the node that it came to
    net::Address destination;               // what the target is connected to
    bool translated = false;                // the target sees one of the NLB's own addresses
    std::optional<net::Address> preserved;  // the client's, for FlowTable::find(); none: not found
    Duration idle_timeout;                  // without a byte either way
    bool reset_when_idle = false;           // a TLS listener: both sockets are the NLB's own
    /// After as long without a byte the target's network interface drops the packets; none: never
    /// before the NLB itself forgets.
    std::optional<Duration> connection_tracking;
  };
  FlowStream(std::unique_ptr<net::Stream> client, std::shared_ptr<Journal> journal, Parts parts);
  ~FlowStream() override;

  net::IoResult try_read(std::span<char> into) override;
  net::IoResult try_write(std::string_view data) override;
  bool try_flush() override { return !client_ || client_->try_flush(); }
  void shutdown_write() override;
  void reset(const Cause& cause) override;
  void watch_read(WaitSlot* slot) override;
  void watch_write(WaitSlot* slot) override;
  [[nodiscard]] std::optional<bool> reset_by_peer() override {
    return client_ ? client_->reset_by_peer() : false;
  }
  void acknowledge_now() override {
    if (client_) client_->acknowledge_now();
  }
  [[nodiscard]] Loop& loop() noexcept override { return loop_; }

  /// Whoever sends next gets an RST.
  void forget(Reason reason);
  /// RST to both sides at once.
  void end(Reason reason);

 private:
  friend class FlowTable;
  void look_at_idle();
  void go_silent();
  void leave_table();
  /// A packet of the target's met nothing that knows it.
  void tell_target();

  Loop& loop_;
  std::unique_ptr<net::Stream> client_;  // null: forgotten
  std::shared_ptr<Journal> journal_;
  Parts parts_;
  FlowStream* previous_ = nullptr;
  FlowStream* next_ = nullptr;
  bool in_table_ = true;
  Reason forgotten_for_ = Reason::idle_timeout;
  Time last_activity_;
  Timer idle_;
  WaitSlot* read_slot_ = nullptr;
  WaitSlot* write_slot_ = nullptr;
  bool reset_ = false;
  bool write_shut_ = false;  // the target has ended its direction
};

}  // namespace hoplab::aws
