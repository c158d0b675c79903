// LateWriter: what leaves toward a client later than it was written. It goes on when whoever wrote
// it has long gone: bytes, and then the end that was asked for.
#pragma once

#include <memory>
#include <optional>

#include "base/journal.h"
#include "net/lane.h"
#include "net/stream.h"

namespace hoplab::net {

class LateWriter {
 public:
  /// `client` outlives this, or is given up by leave() or abandon().
  explicit LateWriter(Stream& client) : client_(&client), slot_(client.loop()) {}

  [[nodiscard]] Lane& lane() noexcept { return lane_; }
  /// Nothing waits in it.
  [[nodiscard]] bool idle() const noexcept { return lane_.empty() && !lane_.has_end(); }
  /// The client is gone: nothing will ever leave.
  [[nodiscard]] bool failed() const noexcept { return failed_; }

  /// The end has been told.
  [[nodiscard]] bool done() const noexcept { return done_; }

  /// Writes what is due. To be called after each change.
  void move();
  /// An end in order behind what was written.
  void end_in_order();
  /// Nobody writes any more: it owns the client from now on, and keeps the record that the client's
  /// bytes are counted in. Behind what was written it ends in order or, with a cause, by a reset.
  void leave(std::unique_ptr<Stream> client, std::shared_ptr<Journal> record,
             const std::optional<Cause>& reset);
  /// Forgets everything, the client too.
  void abandon();

  /// Who waits for room; null: nobody.
  void watch_room(WaitSlot* slot);

  /// Resets a client that it owns at once.
  void stop(const Cause& cause);

  /// Works until the end.
  static Task<void> run(std::shared_ptr<LateWriter> self);

 private:
  void write_due();
  [[nodiscard]] Loop& loop() { return client_->loop(); }
  [[nodiscard]] bool over() const noexcept { return !client_ || (owned_ && done_); }

  Stream* client_;                   // null: given up
  std::shared_ptr<Journal> record_;  // outlives owned_
  std::unique_ptr<Stream> owned_;
  Lane lane_;
  std::optional<Cause> reset_;
  WaitSlot slot_;  // of run()
  WaitSlot* room_slot_ = nullptr;
  bool blocked_ = false;  // the client takes nothing now
  bool failed_ = false;
  bool done_ = false;  // the end has been told
};

}  // namespace hoplab::net
