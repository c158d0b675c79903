#include "net/late_writer.h"

#include "net/close.h"

namespace hoplab::net {

void LateWriter::move() {
  write_due();
  slot_.notify();
}

void LateWriter::write_due() {
  if (!client_ || done_) return;
  // At shutdown every time has come.
  const Time now = loop().shutting_down() ? Time::max() : loop().now();
  blocked_ = false;
  bool moved = false;
  for (std::string_view piece = lane_.due(now); !piece.empty(); piece = lane_.due(now)) {
    const IoResult written = client_->try_write(piece);
    if (written.would_block()) {
      blocked_ = true;
      break;
    }
    if (written.ended()) {
      failed_ = done_ = true;
      lane_ = Lane();
      break;
    }
    lane_.consume(written.size);
    moved = true;
  }
  if (blocked_ && owned_ && loop().shutting_down()) {
    stop(Cause{.reason = Reason::emulator_stopped, .at = loop().now()});
  }
  if (moved && reset_) {
    slot_.notify();  // who reads has a turn before it
  } else if (!done_ && lane_.end_due(now)) {
    done_ = true;
    if (reset_) {
      client_->reset(*reset_);
    } else {
      client_->shutdown_write();
    }
  }
  if (moved || failed_) wake(room_slot_);
}

void LateWriter::end_in_order() {
  if (!lane_.has_end()) lane_.push_end(loop().clock().now());
  move();
}

void LateWriter::leave(std::unique_ptr<Stream> client, std::shared_ptr<Journal> record,
                       const std::optional<Cause>& reset) {
  record_ = std::move(record);
  owned_ = std::move(client);
  room_slot_ = nullptr;
  owned_->watch_read(nullptr);
  if (!lane_.has_end()) {
    reset_ = reset;
    lane_.push_end(loop().clock().now());
  } else if (reset && !done_) {
    reset_ = reset;  // in the place of the end in order that has not left
  }
  move();
}

void LateWriter::abandon() {
  if (!client_) return;
  client_->watch_write(nullptr);
  client_ = nullptr;
  slot_.notify();
}

void LateWriter::watch_room(WaitSlot* slot) {
  room_slot_ = slot;
  if (slot && (failed_ || lane_.room() > 0)) wake(room_slot_);
}

void LateWriter::stop(const Cause& cause) {
  if (!owned_ || done_) return;
  client_->reset(cause);
  failed_ = done_ = true;
  slot_.notify();
}

Task<void> LateWriter::run(std::shared_ptr<LateWriter> self) {
  Timer timer(self->loop(), [raw = self.get()] { raw->slot_.notify(); });
  while (!self->over()) {
    const auto next = self->lane_.next();
    timer.cancel();
    if (self->blocked_) {
      self->client_->watch_write(&self->slot_);
    } else if (next && !self->done_) {
      timer.at(*next);
    }
    co_await self->slot_;
    if (!self->client_) break;
    if (self->blocked_) self->client_->watch_write(nullptr);
    self->write_due();
  }
  timer.cancel();
  if (self->owned_ && !self->failed_ && !self->reset_) co_await close_in_order(*self->owned_);
}

}  // namespace hoplab::net
