// HopStream: a place on the path that does not end the connection (PrivateLink endpoint, TCP NLB).
// It forwards everything, and asks its component's FaultGate before each operation. While nothing
// is armed that is one pointer test.
#pragma once

#include <memory>

#include "net/connection.h"
#include "net/fault_gate.h"
#include "net/stream.h"

namespace hoplab::net {

class HopStream final : public Stream, private FaultGate::Guarded {
 public:
  /// `hop` and `gate` outlive the stream.
  HopStream(std::unique_ptr<Stream> inner, const Hop& hop, FaultGate& gate,
            std::shared_ptr<Journal> journal)
      : Guarded(gate, *journal), inner_(std::move(inner)), hop_(hop), record_(std::move(journal)) {}
  ~HopStream() override;

  IoResult try_read(std::span<char> into) override {
    if (gate_.active()) [[unlikely]]
      return guarded_read(into);
    return inner_->try_read(into);
  }
  IoResult try_write(std::string_view data) override {
    if (gate_.active()) [[unlikely]]
      return guarded_write(data);
    return inner_->try_write(data);
  }
  bool try_flush() override { return inner_->try_flush(); }
  void shutdown_write() override;
  void reset(const Cause& cause) override;

  // A slot is kept here as well, to wake its owner when faults change. So whoever gave one forgets
  // it by nullptr before the slot dies, even after a wake-up.
  void watch_read(WaitSlot* slot) override {
    read_slot_ = slot;
    if (gate_.active()) [[unlikely]]
      slot = guarded_watch(slot, Direction::from_client);
    inner_->watch_read(slot);
  }
  void watch_write(WaitSlot* slot) override {
    write_slot_ = slot;
    if (gate_.active()) [[unlikely]]
      slot = guarded_watch(slot, Direction::to_client);
    inner_->watch_write(slot);
  }
  void acknowledge_now() override { inner_->acknowledge_now(); }
  [[nodiscard]] bool reset_by_peer() override { return inner_->reset_by_peer(); }
  [[nodiscard]] Loop& loop() noexcept override { return inner_->loop(); }

 private:
  void faults_changed() override;
  void silence(Reason reason, AbandonedClients& clients) override;
  IoResult guarded_read(std::span<char> into);
  IoResult guarded_write(std::string_view data);
  WaitSlot* guarded_watch(WaitSlot* slot, Direction direction);
  /// Asks the gate and carries out a reset or an end; after those the stream below says the rest.
  FaultGate::Ruling ask(Direction direction);
  void end_in_order(Direction direction);

  std::unique_ptr<Stream> inner_;
  const Hop& hop_;
  std::shared_ptr<Journal> record_;
  WaitSlot* read_slot_ = nullptr;
  WaitSlot* write_slot_ = nullptr;
  FaultId fin_held_ = 0;  // shutdown_write() came while that one held
  bool write_shut_ = false;
  bool reset_ = false;  // by whoever is above: no fault matters any more
};

/// The connection passes `hop`: it is on its way, and the gate's faults can reach it there.
void pass_hop(Connection& connection, const Hop& hop, FaultGate& gate);

}  // namespace hoplab::net
