// FaultGate: the armed faults of one component; its hops ask it before each operation. And who
// listens there.
//
// Arming and disarming re-plumbs nothing: connections that wait are woken, look again, and find the
// new verdict. Single loop; the gate outlives the streams that ask it.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/journal.h"
#include "base/loop.h"
#include "net/abandoned_clients.h"
#include "net/fault.h"
#include "net/late_writer.h"

namespace hoplab::net {

class Tap;

/// `vanish`: it is done as if it had been, and goes no further.
enum class Verdict : std::uint8_t { pass, hold, vanish, reset, fin };

class FaultGate {
 public:
  /// One connection at this gate. The gate keeps a list of them, in order of arrival.
  class Guarded {
   public:
    Guarded(FaultGate& gate, Journal& journal) noexcept;
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

   protected:
    ~Guarded();
    /// Faults were armed or disarmed: wakes whoever waits, so that it asks again.
    virtual void faults_changed() = 0;
    /// From now on its packets vanish here, both ways.
    virtual void silence(Reason reason, AbandonedClients& clients) = 0;
    /// Its bytes in the fault's direction come later from now on, by draws of `seed`.
    virtual void shape(const Fault& fault, std::uint64_t seed) = 0;
    /// To ask due() when the time of next_end() has come: there is a new one.
    virtual void look_again() = 0;
    FaultGate& gate_;
    Journal& journal_;

   private:
    friend class FaultGate;
    struct Progress;
    Guarded* previous_;
    Guarded* next_ = nullptr;
    std::vector<Progress> progress_;  // empty while no fault was armed
  };

  struct Ruling {
    Verdict verdict = Verdict::pass;
    Direction direction = Direction::both;                          // of the fault that decided
    FaultId fault = 0;                                              // likewise
    std::size_t at_most = std::numeric_limits<std::size_t>::max();  // bytes, when it is pass
    unsigned char flips = 0;  // bits of the next byte, when it is pass; then at_most is 1
  };

  /// `tap`: who listens on the hop's wires; it outlives the gate. Null: nobody.
  explicit FaultGate(Loop& loop, Tap* tap = nullptr);
  ~FaultGate();
  FaultGate(const FaultGate&) = delete;
  FaultGate& operator=(const FaultGate&) = delete;

  /// From now on, for connections that exist already too. Given ids must be unused in this gate.
  FaultId arm(Fault fault);
  /// Ends its effect: held connections go on. False: no such fault is armed.
  bool disarm(FaultId id);
  /// Journal ids of the connections hit, oldest first; known after disarming as well. Valid until
  /// the loop runs again.
  [[nodiscard]] std::span<const std::uint64_t> hits(FaultId id) const noexcept;
  /// Disarms it, and takes its hits: nothing here knows of it any more.
  std::vector<std::uint64_t> forget(FaultId id);

  /// Whether any fault is armed: all that the hot path looks at.
  [[nodiscard]] bool active() const noexcept { return first_armed_ != nullptr; }
  /// Whether nobody is let in.
  [[nodiscard]] bool takes_down() const noexcept;
  /// What happens to an operation in `direction` (not both). A verdict other than pass is a hit.
  /// Health checks pass: faults are about traffic.
  Ruling rule(Guarded& connection, Direction direction);
  /// What happens to a request that has come: a fault about requests, which the call has counted
  /// as a hit; null: nothing. Valid until the loop runs again.
  const Fault* request(const Journal& journal);
  /// What a fault that waited for its time does now, without an operation.
  Ruling due(Guarded& connection);
  /// When there is something due; nothing: no fault waits for its time.
  [[nodiscard]] std::optional<Time> next_end(const Guarded& connection) const noexcept;
  /// The operation then moved `size` bytes.
  void passed(Guarded& connection, Direction direction, std::size_t size);

  /// An end that a fault keeps from its client.
  struct KeptEnd {
    std::unique_ptr<Stream> client;
    std::shared_ptr<LateWriter> writer;  // of what is on its way to the client; null: nothing
    std::shared_ptr<Journal> journal;
    std::optional<Cause> reset;  // nothing: an end in order
    FaultId fault = 0;
  };
  /// Until the fault is disarmed or the client has gone; or until the fault's own end of the
  /// connection is due, which is in order.
  void keep_end(const Guarded& connection, KeptEnd end);
  /// Carries on with what leaves later, also when nobody else knows of it any more.
  void carry(std::shared_ptr<LateWriter> writer) { kept_ends_.spawn(carry_on(std::move(writer))); }
  /// Whether the fault works.
  [[nodiscard]] bool is_armed(FaultId id) const noexcept;
  /// Every connection that is here goes silent; see Guarded::silence().
  void silence_all(Reason reason, AbandonedClients& clients);
  /// Resets the clients of kept ends.
  void stop(const Hop& hop);
  /// Those that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept { return kept_ends_.running(); }

  [[nodiscard]] Loop& loop() noexcept { return loop_; }
  [[nodiscard]] Tap* tap() const noexcept { return tap_; }

 private:
  struct Armed;
  void tell_all();
  void relink();
  Task<void> wait_with_end(KeptEnd end, std::optional<Time> ends_at);
  Task<void> carry_on(std::shared_ptr<LateWriter> writer);
  void rule_one(Armed& armed, Guarded& connection, Ruling& ruling);
  void begin(Armed& armed, Guarded& connection, Guarded::Progress& progress);
  [[nodiscard]] Verdict end_by(const Fault& fault, Ruling& ruling) const;

  Loop& loop_;
  Tap* const tap_;
  Armed* first_armed_ = nullptr;
  std::vector<std::unique_ptr<Armed>> faults_;  // in order of arming; disarmed ones have their hits
  Guarded* first_ = nullptr;
  Guarded* last_ = nullptr;
  FaultId next_id_ = 1;
  std::optional<Cause> stopped_;
  std::vector<WaitSlot*> end_slots_;  // of kept ends: told when faults change
  std::vector<LateWriter*> late_;
  LiveConnections live_ends_;
  TaskGroup kept_ends_;
};

}  // namespace hoplab::net
