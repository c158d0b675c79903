#include "net/hop_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "net/silenced_stream.h"
#include "net/tapped_stream.h"

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

/// Likewise, where the client's stream is somebody else's already: see LateWriter::leave().
class PartedStream final : public Stream {
 public:
  explicit PartedStream(Loop& loop) : loop_(loop) {}
  IoResult try_read(std::span<char>) override { return {IoStatus::closed, 0}; }
  IoResult try_write(std::string_view) override { return {IoStatus::failed, 0}; }
  void shutdown_write() override {}
  void reset(const Cause&) override {}
  void watch_read(WaitSlot* slot) override {
    if (slot) slot->notify();
  }
  void watch_write(WaitSlot* slot) override { watch_read(slot); }
  Loop& loop() noexcept override { return loop_; }

 private:
  Loop& loop_;
};

}  // namespace

FaultGate::Ruling HopStream::ask(Direction direction) {
  if (reset_ || !gate_.active()) return {};
  const auto ruling = gate_.rule(*this, direction);
  carry_out(ruling);
  return ruling;
}

void HopStream::carry_out(const FaultGate::Ruling& ruling) {
  if (ruling.verdict == Verdict::reset) {
    reset_by_fault();
  } else if (ruling.verdict == Verdict::fin) {
    end_in_order(ruling.direction);
  }
}

void HopStream::carry_out_due() {
  if (reset_) return;
  for (auto one = gate_.due(*this); one.verdict != Verdict::pass; one = gate_.due(*this)) {
    carry_out(one);
  }
  look_again();
  wake(read_slot_);
  wake(write_slot_);
}

void HopStream::reset_by_fault() {
  journal_.end(hop_, Reason::fault_injected, EndKind::rst, Toward::both, gate_.loop().now());
  if (late_ && late_->writer && !late_->writer->done()) {
    auto instead = make_silenced_stream(gate_.loop());
    instead->reset(*journal_.cause);
    leave(journal_.cause, std::move(instead));
    wake(read_slot_);
    wake(write_slot_);
  } else {
    inner_->reset(*journal_.cause);
  }
}

void HopStream::end_in_order(Direction direction) {
  const bool told = direction != reads_;
  journal_.end(hop_, Reason::fault_injected, EndKind::fin, told ? Toward::both : Toward::target,
               gate_.loop().now());
  inner_->watch_read(nullptr);
  if (told && late_ && late_->writer) {
    leave(std::nullopt, std::make_unique<PartedStream>(gate_.loop()));
  } else {
    if (told) inner_->watch_write(nullptr);
    inner_ = std::make_unique<EndedStream>(std::move(inner_), told);
  }
  wake(read_slot_);
  if (told) wake(write_slot_);
}

void HopStream::leave(const std::optional<Cause>& reset, std::unique_ptr<Stream> instead) {
  const auto writer = std::exchange(late_->writer, nullptr);
  inner_->watch_read(nullptr);
  writer->leave(std::exchange(inner_, std::move(instead)), record_, reset);
}

void HopStream::keep_end(const std::optional<Cause>& reset, FaultId fault) {
  std::shared_ptr<LateWriter> writer = late_ ? std::move(late_->writer) : nullptr;
  if (writer && (writer->idle() || writer->done())) {
    writer->abandon();
    writer = nullptr;
  }
  if (writer) {
    writer->watch_room(nullptr);
  } else {
    inner_->watch_write(nullptr);
  }
  inner_->watch_read(nullptr);
  forget_late();
  gate_.keep_end(*this, {std::move(inner_), std::move(writer), record_, reset, fault});
}

HopStream::Late& HopStream::late() {
  if (!late_) late_ = std::make_unique<Late>(*this);
  return *late_;
}

void HopStream::forget_late() {
  if (!late_) return;
  if (late_->writer) late_->writer->abandon();
  late_.reset();
}

void HopStream::shape(const Fault& fault, std::uint64_t seed) {
  Late& here = late();
  if (fault.direction != writes_) here.reads.add(fault, seed);
  if (fault.direction == reads_ || write_shut_) return;
  if (!here.writer) {
    inner_->watch_write(nullptr);
    here.writer = std::make_shared<LateWriter>(*inner_);
    here.writer->watch_room(write_slot_);
    gate_.carry(here.writer);
  }
  here.writer->lane().add(fault, ~seed);
}

void HopStream::look_again() {
  if (const auto at = gate_.next_end(*this)) late().fault_timer.at(*at);
}

IoResult HopStream::guarded_read(std::span<char> into) {
  const auto ruling = ask(reads_);
  if (ruling.verdict == Verdict::hold) keep_held();
  if (late_ && (late_->reads.shapes() || late_->reads.next())) return late_read(into);
  if (ruling.verdict == Verdict::hold) return {};
  if (ruling.verdict != Verdict::vanish) return read_ruled(into, ruling);
  take_in();
  return {};
}

IoResult HopStream::read_ruled(std::span<char> into, const FaultGate::Ruling& ruling) {
  const auto result = read_below(into.first(std::min(into.size(), ruling.at_most)));
  if (!result.ok()) return result;
  if (ruling.flips) into[0] = static_cast<char>(into[0] ^ static_cast<char>(ruling.flips));
  gate_.passed(*this, reads_, result.size);
  return result;
}

bool HopStream::keeps_held() const noexcept {
  constexpr std::size_t kReceiveBuffer = 64 * 1024;
  return gate_.tap() && (!late_ || (late_->held.size() < kReceiveBuffer && !late_->held_end));
}

void HopStream::keep_held() {
  std::array<char, 16 * 1024> chunk;
  while (keeps_held()) {
    const auto got = inner_->try_read(chunk);
    if (got.would_block()) return;
    if (got.ended())
      late().held_end = got.status;
    else
      late().held.append(chunk.data(), got.size);
  }
}

IoResult HopStream::read_below(std::span<char> into) {
  if (!late_ || (late_->held.empty() && !late_->held_end)) return inner_->try_read(into);
  if (late_->held.empty()) return {*late_->held_end, 0};
  const std::size_t size = late_->held.copy(into.data(), into.size());
  late_->held.erase(0, size);
  return {IoStatus::ok, size};
}

void HopStream::take_in() {
  Late& here = late();
  std::array<char, 16 * 1024> chunk;
  // A client that never stops sending is not the only one: the rest wakes us again.
  constexpr int kChunksAtATurn = 64;
  for (int i = 0; i < kChunksAtATurn; ++i) {
    const auto ruling = ask(reads_);
    const bool vanishes = ruling.verdict == Verdict::vanish;
    const std::size_t room = vanishes ? chunk.size() : here.reads.room();
    if (ruling.verdict == Verdict::hold || room == 0) return;
    const auto got = read_ruled({chunk.data(), std::min(chunk.size(), room)}, ruling);
    if (got.would_block()) return;
    const Time now = gate_.loop().clock().now();
    if (got.ended()) {
      here.end_vanished = vanishes;
      if (vanishes) return;
      here.end = got.status;
      here.reads.push_end(now);
      return;
    }
    if (!vanishes) here.reads.push({chunk.data(), got.size}, now);
  }
}

IoResult HopStream::late_read(std::span<char> into) {
  take_in();
  Loop& loop = gate_.loop();
  const Time now = loop.shutting_down() ? Time::max() : loop.now();
  Lane& lane = late_->reads;
  const std::string_view piece = lane.due(now);
  if (!piece.empty()) {
    const std::size_t size = piece.copy(into.data(), into.size());
    lane.consume(size);
    return {IoStatus::ok, size};
  }
  if (!lane.end_due(now)) return {};
  late_->end_told = true;
  return {late_->end, 0};
}

bool HopStream::end_is_on_its_way() const noexcept {
  if (!late_ || late_->end_told) return false;
  return late_->end_vanished || late_->reads.has_end();
}

IoResult HopStream::guarded_write(std::string_view data) {
  const auto ruling = ask(writes_);
  if (ruling.verdict == Verdict::hold) return {};
  if (ruling.verdict == Verdict::vanish) return {IoStatus::ok, data.size()};
  if (late_ && late_->writer) {
    const bool needed = late_->writer->lane().shapes() || !late_->writer->idle();
    if (needed || write_shut_) return late_write(data, ruling);
    late_->writer->abandon();
    late_->writer = nullptr;
  }
  char flipped = 0;
  std::string_view part = data.substr(0, ruling.at_most);
  if (ruling.flips) {
    flipped = static_cast<char>(data[0] ^ static_cast<char>(ruling.flips));
    part = {&flipped, 1};
  }
  const auto result = inner_->try_write(part);
  if (result.ok()) gate_.passed(*this, writes_, result.size);
  if (result.ended() && end_is_on_its_way()) return {IoStatus::ok, data.size()};
  return result;
}

IoResult HopStream::late_write(std::string_view data, const FaultGate::Ruling& ruling) {
  LateWriter& writer = *late_->writer;
  if (writer.failed() || write_shut_) {
    if (end_is_on_its_way()) return {IoStatus::ok, data.size()};
    return {IoStatus::failed, 0};
  }
  const std::size_t size = std::min({data.size(), ruling.at_most, writer.lane().room()});
  if (size == 0) return {};
  const Time now = gate_.loop().clock().now();
  if (ruling.flips) {
    const char flipped = static_cast<char>(data[0] ^ static_cast<char>(ruling.flips));
    writer.lane().push({&flipped, 1}, now);
  } else {
    writer.lane().push(data.substr(0, size), now);
  }
  gate_.passed(*this, writes_, size);
  writer.move();
  return {IoStatus::ok, size};
}

WaitSlot* HopStream::guarded_watch_read(WaitSlot* slot) {
  if (late_) late_->read_timer.cancel();
  if (!slot) return nullptr;
  // Held: the stream below would wake for bytes that may not pass; the gate wakes on disarming.
  const bool holds = ask(reads_).verdict == Verdict::hold;
  const bool held = holds && !keeps_held();
  if (!late_) return held ? nullptr : slot;
  if (!holds && (!late_->held.empty() || late_->held_end)) slot->notify();
  if (const auto next = late_->reads.next()) {
    if (*next <= gate_.loop().now()) {
      slot->notify();  // a timer would wait for the next step of a stepped clock
    } else {
      late_->read_timer.at(*next);
    }
  }
  const bool full = late_->reads.room() == 0;  // or at its end
  return held || full || late_->end_vanished ? nullptr : slot;
}

void HopStream::guarded_watch_write(WaitSlot* slot) {
  if (slot && ask(writes_).verdict == Verdict::hold) slot = nullptr;
  if (late_ && late_->writer) {
    late_->writer->watch_room(slot);  // the stream below is watched by the writer
  } else {
    inner_->watch_write(slot);
  }
}

HopStream::~HopStream() {
  LateWriter* const writer = late_ ? late_->writer.get() : nullptr;
  if (fin_held_) {
    keep_end(std::nullopt, fin_held_);
  } else if (writer && !writer->idle() && !writer->done()) {
    leave(std::nullopt, std::make_unique<PartedStream>(gate_.loop()));
  } else {
    forget_late();
  }
}

void HopStream::shutdown_write() {
  const auto ruling = ask(writes_);
  if (ruling.verdict == Verdict::hold || ruling.verdict == Verdict::vanish) {
    fin_held_ = ruling.fault;
    return;
  }
  write_shut_ = true;
  if (late_ && late_->writer) {
    late_->writer->end_in_order();
  } else {
    inner_->shutdown_write();
  }
}

void HopStream::reset(const Cause& cause) {
  const bool at_once = cause.reason == Reason::emulator_stopped;
  const auto ruling = ask(writes_);
  reset_ = true;
  fin_held_ = 0;
  if (ruling.verdict == Verdict::hold || ruling.verdict == Verdict::vanish) {
    // The client's side waits; for whoever is above, it is over.
    keep_end(cause, ruling.fault);
    inner_ = make_silenced_stream(gate_.loop());
  } else if (late_ && late_->writer && !late_->writer->done() && !at_once) {
    leave(cause, make_silenced_stream(gate_.loop()));
  }
  const bool was_looked_at = looked_at();
  forget_late();
  inner_->reset(cause);
  if (!was_looked_at) return;
  wake(read_slot_);  // held or late: the stream below does not know of it
  wake(write_slot_);
}

void HopStream::silence(Reason reason, AbandonedClients& clients) {
  if (reset_) return;
  forget_late();
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
  if (late_) {
    const auto gone = [this](const Fault& fault) { return !gate_.is_armed(fault.id); };
    late_->end_vanished = false;
    late_->reads.remove_if(gone, gate_.loop().clock().now());
  }
  if (std::exchange(fin_held_, 0) != 0) {
    shutdown_write();  // or held again by another fault
  }
  wake(read_slot_);
  wake(write_slot_);
}

void pass_hop(Connection& connection, const Hop& hop, FaultGate& gate, const Address& from,
              const Address& to) {
  connection.journal->pass(hop);
  if (Tap* const tap = gate.tap()) {
    auto wire = tap->connected(from, to, connection.journal);
    connection.stream = std::make_unique<TappedStream>(std::move(connection.stream),
                                                       std::move(wire), TcpEnd::client);
  }
  connection.stream =
      std::make_unique<HopStream>(std::move(connection.stream), hop, gate, connection.journal);
}

}  // namespace hoplab::net
