#include "aws/nlb/flow_stream.h"

#include <algorithm>

#include "net/silenced_stream.h"

namespace hoplab::aws {

using Answer = net::AbandonedClients::Answer;

FlowStream::FlowStream(std::unique_ptr<net::Stream> client, std::shared_ptr<Journal> journal,
                       Parts parts)
    : loop_(client->loop()),
      client_(std::move(client)),
      journal_(std::move(journal)),
      parts_(std::move(parts)),
      last_activity_(loop_.now()),
      idle_(loop_, [this] { look_at_idle(); }) {
  parts_.table.add(*this);
  idle_.after(std::min(parts_.idle_timeout, parts_.connection_tracking.value_or(Duration::max())));
}

FlowStream::~FlowStream() {
  leave_table();
}

void FlowStream::leave_table() {
  if (std::exchange(in_table_, false)) parts_.table.remove(*this);
}

net::IoResult FlowStream::try_read(std::span<char> into) {
  if (!client_ && reset_) return {net::IoStatus::failed, 0};
  // A target that has closed does not wait for a client that nobody knows any more.
  if (!client_) return {write_shut_ ? net::IoStatus::closed : net::IoStatus::would_block, 0};
  const auto result = client_->try_read(into);
  if (result.ok()) last_activity_ = loop_.now();
  return result;
}

net::IoResult FlowStream::try_write(std::string_view data) {
  if (!client_) {
    tell_target();
    return {net::IoStatus::failed, 0};
  }
  const auto result = client_->try_write(data);
  if (result.ok()) last_activity_ = loop_.now();
  return result;
}

void FlowStream::shutdown_write() {
  if (client_) {
    write_shut_ = true;
    return client_->shutdown_write();
  }
  tell_target();
}

void FlowStream::tell_target() {
  journal_->end(parts_.table.hop(), forgotten_for_, EndKind::rst, Toward::target, loop_.now());
  reset_ = true;
  wake(read_slot_);
}

void FlowStream::reset(const Cause& cause) {
  reset_ = true;
  if (client_) return client_->reset(cause);
  wake(read_slot_);
  wake(write_slot_);
}

void FlowStream::watch_read(WaitSlot* slot) {
  read_slot_ = slot;
  if (client_) return client_->watch_read(slot);
  if (reset_ || write_shut_) wake(read_slot_);
}

void FlowStream::watch_write(WaitSlot* slot) {
  write_slot_ = slot;
  if (client_) return client_->watch_write(slot);
  wake(write_slot_);  // a write is where the other side learns of it
}

void FlowStream::look_at_idle() {
  if (!client_ || reset_ || loop_.shutting_down()) return;
  const Duration idle = loop_.now() - last_activity_;
  const Duration tracked =
      in_table_ ? parts_.connection_tracking.value_or(Duration::max()) : Duration::max();
  if (idle >= tracked && tracked < parts_.idle_timeout) return go_silent();
  if (idle < parts_.idle_timeout) {
    return idle_.at(last_activity_ + std::min(parts_.idle_timeout, tracked));
  }
  if (parts_.reset_when_idle) return end(Reason::idle_timeout);
  forget(Reason::idle_timeout);
}

void FlowStream::forget(Reason reason) {
  leave_table();
  if (!client_ || reset_) return;
  forgotten_for_ = reason;
  client_->watch_read(nullptr);
  client_->watch_write(nullptr);
  parts_.table.abandoned().keep(std::move(client_), journal_, reason, Answer::reset);
  wake(write_slot_);
  if (write_shut_) wake(read_slot_);
}

void FlowStream::end(Reason reason) {
  leave_table();
  if (!client_ || reset_) return;
  journal_->end(parts_.table.hop(), reason, EndKind::rst, Toward::both, loop_.now());
  reset_ = true;
  client_->reset(*journal_->cause);
}

/// The NLB goes on believing in the flow; the packets are dropped behind it.
void FlowStream::go_silent() {
  client_->watch_read(nullptr);
  client_->watch_write(nullptr);
  parts_.table.abandoned().keep(std::move(client_), journal_, Reason::connection_tracking_expired,
                                Answer::silence);
  client_ = net::make_silenced_stream(loop_);
  if (write_shut_) client_->shutdown_write();
  client_->watch_read(read_slot_);
  client_->watch_write(write_slot_);
}

}  // namespace hoplab::aws
