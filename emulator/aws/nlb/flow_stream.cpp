#include "aws/nlb/flow_stream.h"

#include <array>

namespace hoplab::aws {

void ForgottenFlows::keep(std::unique_ptr<net::Stream> client, std::shared_ptr<Journal> journal) {
  tasks_.spawn(answer_next(std::move(client), std::move(journal)));
}

void ForgottenFlows::stop() { live_.reset_all(hop_, Reason::emulator_stopped, loop_.now()); }

Task<void> ForgottenFlows::answer_next(std::unique_ptr<net::Stream> client,
                                       std::shared_ptr<Journal> journal) {
  const net::LiveConnections::Entry entry(live_, *journal, *client);
  WaitSlot slot(loop_);
  std::array<char, 4096> packet;
  net::IoResult got = client->try_read(packet);
  while (got.would_block()) {
    client->watch_read(&slot);
    co_await slot;
    client->watch_read(nullptr);
    got = client->try_read(packet);
  }
  const Time now = loop_.now();
  if (got.status == net::IoStatus::failed) {
    journal->end(hop_, Reason::client_reset, EndKind::rst, Toward::target, now);
  } else {
    journal->end(hop_, Reason::idle_timeout, EndKind::rst, Toward::client, now);
    client->reset(*journal->cause);
  }
  report(*journal, sink_, now);
}

FlowStream::FlowStream(std::unique_ptr<net::Stream> client, std::shared_ptr<Journal> journal,
                       const Hop& hop, Duration idle_timeout, ForgottenFlows& forgotten)
    : loop_(client->loop()), client_(std::move(client)), journal_(std::move(journal)), hop_(hop),
      idle_timeout_(idle_timeout), forgotten_(forgotten), last_activity_(loop_.now()),
      idle_(loop_, [this] { look_at_idle(); }) {
  idle_.after(idle_timeout_);
}

net::IoResult FlowStream::try_read(std::span<char> into) {
  if (!client_) return {reset_ ? net::IoStatus::failed : net::IoStatus::would_block, 0};
  const auto result = client_->try_read(into);
  if (result.ok()) last_activity_ = loop_.now();
  return result;
}

net::IoResult FlowStream::try_write(std::string_view data) {
  if (!client_) {
    journal_->end(hop_, Reason::idle_timeout, EndKind::rst, Toward::target, loop_.now());
    reset_ = true;
    return {net::IoStatus::failed, 0};
  }
  const auto result = client_->try_write(data);
  if (result.ok()) last_activity_ = loop_.now();
  return result;
}

void FlowStream::shutdown_write() {
  if (client_) client_->shutdown_write();
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
  if (reset_) wake(read_slot_);
}

void FlowStream::watch_write(WaitSlot* slot) {
  write_slot_ = slot;
  if (client_) return client_->watch_write(slot);
  wake(write_slot_);  // a write is where the other side learns of it
}

void FlowStream::look_at_idle() {
  if (!client_ || reset_) return;
  const Time due = last_activity_ + idle_timeout_;
  if (loop_.now() < due && !loop_.shutting_down()) return idle_.at(due);
  if (!loop_.shutting_down()) forget();
}

void FlowStream::forget() {
  client_->watch_read(nullptr);
  client_->watch_write(nullptr);
  forgotten_.keep(std::move(client_), journal_);
  wake(write_slot_);
}

}  // namespace hoplab::aws
