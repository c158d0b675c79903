#include "net/fault_gate.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/deadline.h"
#include "base/next_turn.h"
#include "net/close.h"

namespace hoplab::net {

struct FaultGate::Armed {
  Fault fault;
  bool armed = true;
  std::uint32_t candidates = 0;  // connections that came as far as the fault
  std::vector<std::uint64_t> hits;
  Armed* next = nullptr;  // among the armed ones
};

/// How far one fault is with one connection.
struct FaultGate::Guarded::Progress {
  /// `working`: what it does it does from now on. `ending`: it ends the connection when its time
  /// has come.
  enum class State : std::uint8_t { waiting, counting, working, ending, done };
  FaultId fault = 0;
  State state = State::waiting;
  std::uint64_t bytes = 0;
  Time ends_at{};
  unsigned char flips = 0;  // of a byte that is still to come
};

namespace {

bool covers(Direction fault, Direction operation) {
  return fault == Direction::both || fault == operation;
}

/// A connection between requests has not reached a stage of the next one, though `idle` comes last
/// in the order of stages; before its first one it is not between any.
bool reached(const Journal& journal, Stage wanted) {
  if (journal.stage != Stage::idle) return journal.stage >= wanted;
  return wanted == Stage::idle ? journal.requests > 0 : wanted <= Stage::handshake_done;
}

bool chosen(ConnectionChoice& choice, std::uint32_t candidate, const Journal& journal) {
  if (const auto* every = std::get_if<EveryNth>(&choice)) return candidate % every->n == 0;
  if (auto* chance = std::get_if<WithProbability>(&choice)) {
    constexpr double kSteps = 9007199254740992.0;  // 2^53: what a double can tell apart
    return static_cast<double>(chance->rng.next() >> 11) < chance->probability * kSteps;
  }
  if (const auto* client = std::get_if<FromClient>(&choice)) {
    const std::string_view peer = journal.client;
    return peer.starts_with(client->ip) &&
           (peer.size() == client->ip.size() || peer[client->ip.size()] == ':');
  }
  return true;
}

void check(const Fault& fault) {
  if (const auto* every = std::get_if<EveryNth>(&fault.connections)) assert(every->n > 0);
  if (const auto* chance = std::get_if<WithProbability>(&fault.connections)) {
    assert(chance->probability >= 0 && chance->probability <= 1);
  }
}

}  // namespace

FaultGate::Guarded::Guarded(FaultGate& gate, Journal& journal) noexcept
    : gate_(gate), journal_(journal), previous_(gate.last_) {
  (previous_ ? previous_->next_ : gate_.first_) = this;
  gate_.last_ = this;
}

FaultGate::Guarded::~Guarded() {
  (previous_ ? previous_->next_ : gate_.first_) = next_;
  (next_ ? next_->previous_ : gate_.last_) = previous_;
}

FaultGate::FaultGate(Loop& loop, Tap* tap) : loop_(loop), tap_(tap) {}
FaultGate::~FaultGate() {
  assert(!first_ && kept_ends_.running() == 0);
}

FaultId FaultGate::arm(Fault fault) {
  check(fault);
  if (fault.id == 0) fault.id = next_id_;
  const FaultId id = fault.id;
  assert(std::ranges::none_of(faults_, [id](const auto& one) { return one->fault.id == id; }));
  next_id_ = std::max(next_id_, id) + 1;
  auto armed = std::make_unique<Armed>();
  armed->fault = std::move(fault);
  faults_.push_back(std::move(armed));
  relink();
  tell_all();
  return id;
}

bool FaultGate::disarm(FaultId id) {
  const auto found = std::ranges::find_if(
      faults_, [id](const auto& one) { return one->armed && one->fault.id == id; });
  if (found == faults_.end()) return false;
  (*found)->armed = false;
  relink();
  tell_all();
  return true;
}

std::span<const std::uint64_t> FaultGate::hits(FaultId id) const noexcept {
  for (const auto& one : faults_) {
    if (one->fault.id == id) return one->hits;
  }
  return {};
}

std::vector<std::uint64_t> FaultGate::forget(FaultId id) {
  disarm(id);
  const auto found =
      std::ranges::find_if(faults_, [id](const auto& one) { return one->fault.id == id; });
  if (found == faults_.end()) return {};
  std::vector<std::uint64_t> hits = std::move((*found)->hits);
  faults_.erase(found);
  return hits;
}

void FaultGate::relink() {
  Armed** end = &first_armed_;
  for (const auto& one : faults_) {
    if (!one->armed) continue;
    *end = one.get();
    end = &one->next;
  }
  *end = nullptr;
}

void FaultGate::tell_all() {
  // Also of those who have gone: so writers first, and whoever is woken then finds room.
  const auto gone = [this](const Fault& fault) { return !is_armed(fault.id); };
  for (LateWriter* one : late_) {
    one->lane().remove_if(gone, loop_.clock().now());
    one->move();
  }
  for (Guarded* one = first_; one; one = one->next_) one->faults_changed();
  for (WaitSlot* slot : end_slots_) slot->notify();
}

bool FaultGate::is_armed(FaultId id) const noexcept {
  for (const Armed* armed = first_armed_; armed; armed = armed->next) {
    if (armed->fault.id == id) return true;
  }
  return false;
}

void FaultGate::keep_end(const Guarded& connection, KeptEnd end) {
  if (stopped_) {
    if (end.writer) end.writer->abandon();
    // Nobody ends the journal of a load balancer's own connection.
    return end.client->reset(end.reset ? *end.reset : end.journal->cause.value_or(*stopped_));
  }
  std::optional<Time> ends_at;
  for (const auto& progress : connection.progress_) {
    const bool ending = progress.state == Guarded::Progress::State::ending;
    if (ending && progress.fault == end.fault) ends_at = progress.ends_at;
  }
  kept_ends_.spawn(wait_with_end(std::move(end), ends_at));
}

Task<void> FaultGate::wait_with_end(KeptEnd end, std::optional<Time> ends_at) {
  const std::shared_ptr<Journal> journal = end.journal;  // the client counts in it
  std::unique_ptr<Stream> client = std::move(end.client);
  const LiveConnections::Entry entry(live_ends_, *journal, *client);
  const NextTurn next_turn{loop_};
  WaitSlot slot(loop_);
  Deadline deadline(loop_, slot);
  if (ends_at) deadline.after(*ends_at - loop_.now());
  end_slots_.push_back(&slot);
  std::array<char, 4096> dropped;
  IoResult got;
  while (!got.ended() && !deadline.passed() && is_armed(end.fault)) {
    got = client->try_read(dropped);
    if (got.ok()) co_await next_turn;
    if (!got.would_block()) continue;
    client->watch_read(&slot);
    co_await slot;
    client->watch_read(nullptr);
  }
  std::erase(end_slots_, &slot);
  if (deadline.passed()) end.reset.reset();
  if (got.ended()) {
    if (end.writer) end.writer->abandon();
  } else if (end.writer) {
    end.writer->leave(std::move(client), journal, end.reset);
  } else if (end.reset) {
    client->reset(*end.reset);
  } else {
    co_await close_in_order(*client);
  }
}

void FaultGate::silence_all(Reason reason, AbandonedClients& clients) {
  for (Guarded* one = first_; one; one = one->next_) one->silence(reason, clients);
}

Task<void> FaultGate::carry_on(std::shared_ptr<LateWriter> writer) {
  late_.push_back(writer.get());
  co_await LateWriter::run(writer);
  std::erase(late_, writer.get());
}

void FaultGate::stop(const Hop& hop) {
  const Cause cause{
      &hop, Reason::emulator_stopped, EndKind::rst, Toward::client, Stage::accept, loop_.now()};
  stopped_ = cause;
  for (LateWriter* one : late_) one->stop(cause);
  live_ends_.reset_all(hop, Reason::emulator_stopped, loop_.now());
}

FaultGate::Ruling FaultGate::rule(Guarded& connection, Direction direction) {
  Ruling ruling;
  if (connection.journal_.kind == JournalKind::health_check) return ruling;
  for (Armed* armed = first_armed_; armed && ruling.verdict == Verdict::pass; armed = armed->next) {
    if (!covers(armed->fault.direction, direction)) continue;
    if (!acts_on_streams(armed->fault.action)) continue;
    ruling.direction = armed->fault.direction;
    ruling.fault = armed->fault.id;
    rule_one(*armed, connection, ruling);
  }
  return ruling;
}

bool FaultGate::takes_down() const noexcept {
  for (const Armed* armed = first_armed_; armed; armed = armed->next) {
    if (armed->fault.action == FaultAction::down) return true;
  }
  return false;
}

const Fault* FaultGate::request(const Journal& journal) {
  if (journal.kind == JournalKind::health_check) return nullptr;
  for (Armed* armed = first_armed_; armed; armed = armed->next) {
    const Fault& fault = armed->fault;
    if (!is_about_requests(fault.action)) continue;
    if (fault.limit && armed->hits.size() >= *fault.limit) continue;
    if (!chosen(armed->fault.connections, ++armed->candidates, journal)) continue;
    armed->hits.push_back(journal.id);
    return &fault;
  }
  return nullptr;
}

FaultGate::Ruling FaultGate::due(Guarded& connection) {
  using State = Guarded::Progress::State;
  Ruling ruling;
  for (Armed* armed = first_armed_; armed; armed = armed->next) {
    for (auto& progress : connection.progress_) {
      if (progress.fault != armed->fault.id || progress.state != State::ending) continue;
      if (progress.ends_at > loop_.now()) continue;
      progress.state = State::done;
      ruling.direction = armed->fault.direction;
      ruling.fault = armed->fault.id;
      ruling.verdict = end_by(armed->fault, ruling);
      return ruling;
    }
  }
  return ruling;
}

std::optional<Time> FaultGate::next_end(const Guarded& connection) const noexcept {
  std::optional<Time> first;
  for (const auto& progress : connection.progress_) {
    if (progress.state != Guarded::Progress::State::ending || !is_armed(progress.fault)) continue;
    if (!first || progress.ends_at < *first) first = progress.ends_at;
  }
  return first;
}

void FaultGate::rule_one(Armed& armed, Guarded& connection, Ruling& ruling) {
  using State = Guarded::Progress::State;
  const Fault& fault = armed.fault;
  auto progress = std::ranges::find(connection.progress_, fault.id, &Guarded::Progress::fault);
  if (progress == connection.progress_.end()) {
    std::erase_if(connection.progress_, [this](const auto& one) { return !is_armed(one.fault); });
    connection.progress_.push_back({fault.id, State::waiting, 0, {}, 0});
    progress = std::prev(connection.progress_.end());
  }
  const auto spent = [&] { return fault.limit && armed.hits.size() >= *fault.limit; };
  if (progress->state == State::waiting && reached(connection.journal_, fault.stage)) {
    const bool hit =
        !spent() && chosen(armed.fault.connections, ++armed.candidates, connection.journal_);
    progress->state = hit ? State::counting : State::done;
  }
  if (progress->state == State::counting) {
    if (const std::uint64_t until = fault.after_bytes.value_or(0); progress->bytes < until) {
      ruling.at_most = static_cast<std::size_t>(
          std::min<std::uint64_t>(ruling.at_most, until - progress->bytes));
      return;
    }
    progress->state = State::done;
    if (spent()) return;  // others were quicker
    armed.hits.push_back(connection.journal_.id);
    begin(armed, connection, *progress);
  }
  if (progress->state == State::ending) {
    if (progress->ends_at > loop_.now()) {
      if (fault.action == FaultAction::blackhole) ruling.verdict = Verdict::vanish;
      return;
    }
    progress->state = State::done;
    ruling.verdict = end_by(fault, ruling);
    return;
  }
  if (progress->state != State::working) return;
  if (fault.action == FaultAction::hold) ruling.verdict = Verdict::hold;
  if (fault.action == FaultAction::blackhole) ruling.verdict = Verdict::vanish;
  if (fault.action == FaultAction::corrupt) {
    ruling.flips = static_cast<unsigned char>(ruling.flips ^ progress->flips);
    ruling.at_most = std::min<std::size_t>(ruling.at_most, 1);
  }
}

/// The connection has been hit.
void FaultGate::begin(Armed& armed, Guarded& connection, Guarded::Progress& progress) {
  using State = Guarded::Progress::State;
  const Fault& fault = armed.fault;
  // Its own for each connection, whatever the others do.
  Rng rng(fault.seed ^ (armed.hits.size() * 0x9e3779b97f4a7c15ULL));
  if (delays_bytes(fault.action)) {
    connection.shape(fault, rng.next());
    return;
  }
  switch (fault.action) {
    case FaultAction::corrupt:
      progress.state = State::working;
      progress.flips = static_cast<unsigned char>(1U << rng.below(8));
      return;
    case FaultAction::hold: progress.state = State::working; return;
    case FaultAction::blackhole:
      progress.state = State::working;
      if (fault.delay == Duration::zero()) return;
      [[fallthrough]];
    default:
      progress.state = State::ending;
      progress.ends_at = loop_.clock().now() + fault.delay;
      if (fault.delay > Duration::zero()) connection.look_again();
      if (fault.delay == Duration::zero()) progress.ends_at = Time{};
  }
}

Verdict FaultGate::end_by(const Fault& fault, Ruling& ruling) const {
  if (fault.action == FaultAction::reset) return Verdict::reset;
  if (fault.action != FaultAction::fin) ruling.direction = Direction::both;
  return Verdict::fin;
}

void FaultGate::passed(Guarded& connection, Direction direction, std::size_t size) {
  for (Armed* armed = first_armed_; armed; armed = armed->next) {
    if (!covers(armed->fault.direction, direction)) continue;
    for (auto& progress : connection.progress_) {
      using State = Guarded::Progress::State;
      if (progress.fault != armed->fault.id) continue;
      if (progress.state == State::counting) progress.bytes += size;
      if (progress.state == State::working && progress.flips != 0) progress.state = State::done;
    }
  }
}

}  // namespace hoplab::net
