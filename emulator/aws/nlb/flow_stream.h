// FlowStream: a flow in the table of a Network Load Balancer, which forgets it after the idle timeout.
//
// Nothing is sent at that moment. Whoever sends next gets an RST, and the other side learns nothing
// until it sends itself (nlb-privatelink.md 1.7 and 2.1, R1 and R2).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html
#pragma once

#include <memory>

#include "base/task_group.h"
#include "net/live_connections.h"

namespace hoplab::aws {

/// The client's sides of forgotten flows: each waits for the client's next packet and answers it with
/// an RST.
class ForgottenFlows {
 public:
  /// References outlive this.
  ForgottenFlows(Loop& loop, const Hop& hop, JournalSink& sink)
      : loop_(loop), hop_(hop), sink_(sink) {}

  void keep(std::unique_ptr<net::Stream> client, std::shared_ptr<Journal> journal);
  /// Resets all of them.
  void stop();
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  Task<void> answer_next(std::unique_ptr<net::Stream> client, std::shared_ptr<Journal> journal);

  Loop& loop_;
  const Hop& hop_;
  JournalSink& sink_;
  net::LiveConnections live_;
  TaskGroup tasks_;
};

class FlowStream final : public net::Stream {
 public:
  /// `hop` and `forgotten` outlive the stream. `idle_timeout`: without a byte either way.
  FlowStream(std::unique_ptr<net::Stream> client, std::shared_ptr<Journal> journal, const Hop& hop,
             Duration idle_timeout, ForgottenFlows& forgotten);

  net::IoResult try_read(std::span<char> into) override;
  net::IoResult try_write(std::string_view data) override;
  bool try_flush() override { return !client_ || client_->try_flush(); }
  void shutdown_write() override;
  void reset(const Cause& cause) override;
  void watch_read(WaitSlot* slot) override;
  void watch_write(WaitSlot* slot) override;
  void acknowledge_now() override {
    if (client_) client_->acknowledge_now();
  }
  [[nodiscard]] Loop& loop() noexcept override { return loop_; }

 private:
  void look_at_idle();
  void forget();

  Loop& loop_;
  std::unique_ptr<net::Stream> client_;  // null: forgotten
  std::shared_ptr<Journal> journal_;
  const Hop& hop_;
  const Duration idle_timeout_;
  ForgottenFlows& forgotten_;
  Time last_activity_;
  Timer idle_;
  WaitSlot* read_slot_ = nullptr;
  WaitSlot* write_slot_ = nullptr;
  bool reset_ = false;
};

}  // namespace hoplab::aws
