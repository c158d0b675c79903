// FaultGate: the armed faults of one component; its hops ask it before each operation.
//
// Arming and disarming re-plumbs nothing: connections that wait are woken, look again, and find the
// new verdict. Single loop; the gate outlives the streams that ask it.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/journal.h"
#include "base/loop.h"
#include "net/abandoned_clients.h"
#include "net/fault.h"

namespace hoplab::net {

enum class Verdict : std::uint8_t { pass, hold, reset, fin };

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
  };

  explicit FaultGate(Loop& loop);
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

  /// Whether any fault is armed: all that the hot path looks at.
  [[nodiscard]] bool active() const noexcept { return first_armed_ != nullptr; }
  /// What happens to an operation in `direction` (not both). A verdict other than pass is a hit.
  /// Health checks pass: faults are about traffic.
  Ruling rule(Guarded& connection, Direction direction);
  /// The operation then moved `size` bytes.
  void passed(Guarded& connection, Direction direction, std::size_t size);

  /// Keeps the end of a held connection from its client until the fault is disarmed or the client
  /// has gone: a reset with that cause, or an end in order.
  void keep_end(std::unique_ptr<Stream> client, std::shared_ptr<Journal> journal,
                std::optional<Cause> reset, FaultId fault);
  /// Every connection that is here goes silent; see Guarded::silence().
  void silence_all(Reason reason, AbandonedClients& clients);
  /// Resets the clients of kept ends.
  void stop(const Hop& hop);
  /// Those that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept { return kept_ends_.running(); }

  [[nodiscard]] Loop& loop() noexcept { return loop_; }

 private:
  struct Armed;
  void tell_all();
  void relink();
  [[nodiscard]] bool is_armed(FaultId id) const noexcept;
  Task<void> wait_with_end(std::unique_ptr<Stream> client, std::shared_ptr<Journal> journal,
                           std::optional<Cause> reset, FaultId fault);
  Verdict rule_one(Armed& armed, Guarded& connection, Direction direction, std::size_t& at_most);

  Loop& loop_;
  Armed* first_armed_ = nullptr;
  std::vector<std::unique_ptr<Armed>> faults_;  // in order of arming; disarmed ones keep their hits
  Guarded* first_ = nullptr;
  Guarded* last_ = nullptr;
  FaultId next_id_ = 1;
  bool stopped_ = false;
  std::vector<WaitSlot*> end_slots_;  // of kept ends: told when faults change
  LiveConnections live_ends_;
  TaskGroup kept_ends_;
};

}  // namespace hoplab::net
