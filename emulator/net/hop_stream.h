// HopStream: a place on the path that does not end the connection (PrivateLink endpoint, TCP NLB).
// It forwards everything, and asks its component's FaultGate before each operation. While nothing
// is armed that is one pointer test.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/connection.h"
#include "net/fault_gate.h"
#include "net/stream.h"

namespace hoplab::net {

/// Who is at the other end of the stream below: reads are what comes from there.
enum class Facing : std::uint8_t { client, target };

class HopStream final : public Stream, private FaultGate::Guarded {
 public:
  /// `hop` and `gate` outlive the stream.
  HopStream(std::unique_ptr<Stream> inner, const Hop& hop, FaultGate& gate,
            std::shared_ptr<Journal> journal, Facing facing = Facing::client)
      : Guarded(gate, *journal),
        record_(std::move(journal)),
        inner_(std::move(inner)),
        hop_(hop),
        reads_(facing == Facing::client ? Direction::from_client : Direction::to_client),
        writes_(facing == Facing::client ? Direction::to_client : Direction::from_client) {}
  ~HopStream() override;

  IoResult try_read(std::span<char> into) override {
    if (looked_at()) [[unlikely]]
      return guarded_read(into);
    return inner_->try_read(into);
  }
  IoResult try_write(std::string_view data) override {
    if (looked_at()) [[unlikely]]
      return guarded_write(data);
    return inner_->try_write(data);
  }
  bool try_flush() override { return late_ && late_->writer ? true : inner_->try_flush(); }
  void shutdown_write() override;
  void reset(const Cause& cause) override;

  // A slot is kept here as well, to wake its owner when faults change. So whoever gave one forgets
  // it by nullptr before the slot dies, even after a wake-up.
  void watch_read(WaitSlot* slot) override {
    read_slot_ = slot;
    if (looked_at()) [[unlikely]]
      slot = guarded_watch_read(slot);
    inner_->watch_read(slot);
  }
  void watch_write(WaitSlot* slot) override {
    write_slot_ = slot;
    if (looked_at()) [[unlikely]]
      return guarded_watch_write(slot);
    inner_->watch_write(slot);
  }
  void acknowledge_now() override { inner_->acknowledge_now(); }
  [[nodiscard]] std::optional<bool> reset_by_peer() override { return inner_->reset_by_peer(); }
  [[nodiscard]] Loop& loop() noexcept override { return inner_->loop(); }

 private:
  /// What comes later than it was sent, while there is something of the kind.
  struct Late {
    explicit Late(HopStream& stream)
        : read_timer(stream.loop(), [&stream] { wake(stream.read_slot_); }),
          fault_timer(stream.loop(), [&stream] { stream.carry_out_due(); }) {}
    Lane reads;
    IoStatus end = IoStatus::closed;  // of the reads, when their lane has one
    bool end_vanished = false;        // a black hole took it
    bool end_told = false;            // to whoever reads
    // What came while a fault held it, where somebody listens, and the end behind it.
    std::string held;
    std::optional<IoStatus> held_end;
    Timer read_timer, fault_timer;
    std::shared_ptr<LateWriter> writer;  // null: nothing that was written is late
  };

  /// Whether a fault may have a say: all that the hot path looks at.
  [[nodiscard]] bool looked_at() const noexcept { return gate_.active() || late_; }
  void faults_changed() override;
  void silence(Reason reason, AbandonedClients& clients) override;
  void shape(const Fault& fault, std::uint64_t seed) override;
  void look_again() override;

  IoResult guarded_read(std::span<char> into);
  IoResult guarded_write(std::string_view data);
  WaitSlot* guarded_watch_read(WaitSlot* slot);
  void guarded_watch_write(WaitSlot* slot);
  IoResult late_read(std::span<char> into);
  IoResult late_write(std::string_view data, const FaultGate::Ruling& ruling);
  /// Takes what has arrived onto its lane.
  void take_in();
  /// While a fault holds: takes what a receive buffer takes, so that a tap sees it when it comes.
  void keep_held();
  [[nodiscard]] bool keeps_held() const noexcept;
  IoResult read_below(std::span<char> into);
  /// One read of what the ruling lets through.
  IoResult read_ruled(std::span<char> into, const FaultGate::Ruling& ruling);
  /// The other end has ended, and whoever is above does not know yet.
  [[nodiscard]] bool end_is_on_its_way() const noexcept;
  /// Asks the gate and carries out a reset or an end; after those the stream below says the rest.
  FaultGate::Ruling ask(Direction direction);
  void carry_out(const FaultGate::Ruling& ruling);
  void carry_out_due();
  void reset_by_fault();
  void end_in_order(Direction direction);
  /// The stream below ends behind what is on its way to it. What is above has `instead`.
  void leave(const std::optional<Cause>& reset, std::unique_ptr<Stream> instead);
  /// Keeps the end of the stream below, and what is on its way to it, until `fault` lets go.
  void keep_end(const std::optional<Cause>& reset, FaultId fault);
  /// Nothing is late any more.
  void forget_late();
  Late& late();

  std::shared_ptr<Journal> record_;  // outlives inner_, which counts in it
  std::unique_ptr<Stream> inner_;
  const Hop& hop_;
  const Direction reads_, writes_;
  std::unique_ptr<Late> late_;
  WaitSlot* read_slot_ = nullptr;
  WaitSlot* write_slot_ = nullptr;
  FaultId fin_held_ = 0;  // shutdown_write() came while that one held
  bool write_shut_ = false;
  bool reset_ = false;  // by whoever is above: no fault matters any more
};

/// The connection passes `hop`: it is on its way, and the gate's faults can reach it there. Who
/// listens there sees it between `from` and `to`.
void pass_hop(Connection& connection, const Hop& hop, FaultGate& gate, const Address& from,
              const Address& to);
/// Likewise, between its source and its destination.
inline void pass_hop(Connection& connection, const Hop& hop, FaultGate& gate) {
  pass_hop(connection, hop, gate, connection.source, connection.destination);
}

}  // namespace hoplab::net
