#include "aws/target_group/http2_backend.h"

#include <algorithm>

#include "aws/target_group/exchange_failure.h"

namespace hoplab::aws {

Task<BackendOutcome> Http2Backend::exchange(http::Request& request, http::Response& response,
                                            const BackendLimits& limits, BackendCaller caller) {
  const auto self = shared_from_this();
  BackendOutcome outcome;
  const Connection to = co_await connection(limits, caller, outcome);
  if (!to) co_return outcome;
  outcome.sent_at = loop_.now();
  const http::ExchangeFailure failure = co_await to->exchange(request, response);
  if (stopped_) to->close();
  if (failure == http::ExchangeFailure::none) co_return outcome;
  outcome.failure = reason_of(failure);
  if (outcome.failure && to->cut()) outcome.failure = to->cut();
  co_return outcome;
}

Task<Http2Backend::Connection> Http2Backend::connection(const BackendLimits& limits,
                                                        BackendCaller& caller,
                                                        BackendOutcome& outcome) {
  for (;;) {
    Connection ready = available();
    if (ready) co_return ready;
    // Who has dialled and still has none does not dial again: the target takes no requests.
    if (outcome.connected) break;
    std::shared_ptr<Dialing> one = dialing_;
    if (!one) {
      one = dialing_ = std::make_shared<Dialing>();
      outcome.connected = true;  // it is this one's, if it comes to be
      tasks_.spawn(dial(one, limits, std::move(caller.token)));  // may be over at once
    }
    WaitSlot slot(loop_);
    if (!one->done) one->waiting.push_back(&slot);
    while (!one->done) co_await slot;
    if (!one->failure) continue;
    outcome.connected = outcome.connected && one->dial == Dial::tls_failed;
    outcome.dial = one->dial;
    outcome.failure = one->failure;
    co_return Connection();
  }
  outcome.failure = Reason::target_closed;
  co_return Connection();
}

Http2Backend::Connection Http2Backend::available() const {
  for (const Connection& one : connections_) {
    if (one->takes_requests()) return one;
  }
  return nullptr;
}

Task<void> Http2Backend::dial(std::shared_ptr<Dialing> dialing, BackendLimits limits,
                              std::shared_ptr<const void> token) {
  cut_ = false;
  auto dialed = co_await dialer_->dial(limits.connect);
  if (cut_) {
    dialing->failure = Reason::target_deregistered;
  } else if (!dialed.stream) {
    dialing->dial = dialed.accepted ? Dial::tls_failed : Dial::not_accepted;
    dialing->failure = dialed.failure;
  } else {
    auto connection = std::make_shared<http::Http2ClientConnection>(
        std::move(dialed.stream), limits.idle, scheme_, id_, std::move(token));
    connections_.push_back(connection);
    tasks_.spawn(keep(std::move(connection)));
  }
  dialing_.reset();
  dialing->done = true;
  for (WaitSlot* const slot : dialing->waiting) slot->notify();
}

Task<void> Http2Backend::keep(Connection connection) {
  co_await connection->run();
  std::erase(connections_, connection);
}

void Http2Backend::cut() {
  cut_ = true;
  const Cause cause{.reason = Reason::target_deregistered, .at = loop_.now()};
  for (const Connection& one : std::vector(connections_)) one->reset(cause);
}

void Http2Backend::close_idle() {
  for (const Connection& one : std::vector(connections_)) {
    if (one->requests() == 0) one->close();
  }
}

void Http2Backend::stop() {
  stopped_ = true;
  for (const Connection& one : std::vector(connections_)) one->close();
}

std::size_t Http2Backend::outstanding() const noexcept {
  std::size_t sum = dialing_ ? dialing_->waiting.size() : 0;
  for (const Connection& one : connections_) sum += one->requests();
  return sum;
}

}  // namespace hoplab::aws
