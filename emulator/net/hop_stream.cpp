#include "net/hop_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "net/silenced_stream.h"

namespace hoplab::net {

namespace {

/// What remains of a stream after a `fin` fault: an end in order was told, and nothing that the
/// other side does afterwards may turn it into a reset.
class EndedStream final : public Stream {
 public:
  /// `client_told`: the client got our FIN; otherwise only the reader is told of an end.
  EndedStream(std::unique_ptr<Stream> inner, bool client_told)
      : inner_(std::move(inner)), client_told_(client_told) {
    if (client_told_) inner_->shutdown_write();
  }

  // Closing with unread input would send an RST.
  ~EndedStream() override {
    std::array<char, 4096> sink;
    constexpr int kEnough = 256;  // a client that never stops sending gets its RST
    for (int i = 0; i < kEnough && inner_->try_read(sink).ok(); ++i) {
    }
  }

  IoResult try_read(std::span<char>) override { return {IoStatus::closed, 0}; }
  IoResult try_write(std::string_view data) override {
    return client_told_ ? IoResult{IoStatus::failed, 0} : inner_->try_write(data);
  }
  bool try_flush() override { return inner_->try_flush(); }
  void shutdown_write() override { inner_->shutdown_write(); }
  void reset(const Cause& cause) override {
    if (!client_told_) inner_->reset(cause);
  }
  void watch_read(WaitSlot* slot) override {
    if (slot) slot->notify();
  }
  void watch_write(WaitSlot* slot) override {
    if (!client_told_) {
      inner_->watch_write(slot);
    } else if (slot) {
      slot->notify();
    }
  }
  Loop& loop() noexcept override { return inner_->loop(); }

 private:
  std::unique_ptr<Stream> inner_;
  bool client_told_;
};

}  // namespace

FaultGate::Ruling HopStream::ask(Direction direction) {
  if (reset_) return {};
  const auto ruling = gate_.rule(*this, direction);
  if (ruling.verdict == Verdict::reset) {
    journal_.end(hop_, Reason::fault_injected, EndKind::rst, Toward::both, gate_.loop().now());
    inner_->reset(*journal_.cause);
  } else if (ruling.verdict == Verdict::fin) {
    end_in_order(ruling.direction);
  }
  return ruling;
}

void HopStream::end_in_order(Direction direction) {
  const bool client_told = direction != Direction::from_client;
  journal_.end(hop_, Reason::fault_injected, EndKind::fin,
               client_told ? Toward::both : Toward::target, gate_.loop().now());
  inner_->watch_read(nullptr);
  if (client_told) inner_->watch_write(nullptr);
  inner_ = std::make_unique<EndedStream>(std::move(inner_), client_told);
  wake(read_slot_);
  if (client_told) wake(write_slot_);
}

IoResult HopStream::guarded_read(std::span<char> into) {
  const auto ruling = ask(Direction::from_client);
  if (ruling.verdict == Verdict::hold) return {};
  const auto result = inner_->try_read(into.first(std::min(into.size(), ruling.at_most)));
  if (result.ok()) gate_.passed(*this, Direction::from_client, result.size);
  return result;
}

IoResult HopStream::guarded_write(std::string_view data) {
  const auto ruling = ask(Direction::to_client);
  if (ruling.verdict == Verdict::hold) return {};
  const auto result = inner_->try_write(data.substr(0, ruling.at_most));
  if (result.ok()) gate_.passed(*this, Direction::to_client, result.size);
  return result;
}

WaitSlot* HopStream::guarded_watch(WaitSlot* slot, Direction direction) {
  if (!slot) return nullptr;
  // Held: the stream below would wake for bytes that may not pass; the gate wakes on disarming.
  return ask(direction).verdict == Verdict::hold ? nullptr : slot;
}

HopStream::~HopStream() {
  if (fin_held_) gate_.keep_end(std::move(inner_), record_, std::nullopt, fin_held_);
}

void HopStream::shutdown_write() {
  if (gate_.active()) {
    const auto ruling = ask(Direction::to_client);
    if (ruling.verdict == Verdict::hold) {
      fin_held_ = ruling.fault;
      return;
    }
  }
  write_shut_ = true;
  inner_->shutdown_write();
}

void HopStream::reset(const Cause& cause) {
  const auto ruling = gate_.active() ? ask(Direction::to_client) : FaultGate::Ruling{};
  reset_ = true;
  fin_held_ = 0;
  if (ruling.verdict == Verdict::hold) {
    // The client's side waits; for whoever is above, it is over.
    inner_->watch_read(nullptr);
    inner_->watch_write(nullptr);
    gate_.keep_end(std::move(inner_), record_, cause, ruling.fault);
    inner_ = make_silenced_stream(gate_.loop());
  }
  inner_->reset(cause);
  if (!gate_.active()) return;
  wake(read_slot_);  // held: the stream below does not know of it
  wake(write_slot_);
}

void HopStream::silence(Reason reason, AbandonedClients& clients) {
  if (reset_) return;
  write_shut_ |= std::exchange(fin_held_, 0) != 0;
  inner_->watch_read(nullptr);
  inner_->watch_write(nullptr);
  clients.keep(std::move(inner_), record_, reason, AbandonedClients::Answer::silence);
  inner_ = make_silenced_stream(gate_.loop());
  if (write_shut_) inner_->shutdown_write();
  inner_->watch_read(read_slot_);
  inner_->watch_write(write_slot_);
}

void HopStream::faults_changed() {
  if (std::exchange(fin_held_, 0) != 0) {
    shutdown_write();  // or held again by another fault
  }
  wake(read_slot_);
  wake(write_slot_);
}

void pass_hop(Connection& connection, const Hop& hop, FaultGate& gate) {
  connection.journal->pass(hop);
  connection.stream =
      std::make_unique<HopStream>(std::move(connection.stream), hop, gate, connection.journal);
}

}  // namespace hoplab::net
