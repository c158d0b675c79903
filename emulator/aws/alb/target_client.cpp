#include "aws/alb/target_client.h"

namespace hoplab::aws {

namespace {

/// Fixed on AWS, for connecting and for the TLS handshake (alb.md 0).
constexpr Duration kConnectTimeout = 10s;

/// What is left of an exchange: the target's connection, the answer's body, the rest of the
/// request.
class TargetBody final : public http::ResponseBody {
 public:
  /// `keep`: the connection may serve another request afterwards.
  TargetBody(std::unique_ptr<http::Http1Client> connection, std::shared_ptr<Target> target,
             bool keep)
      : connection_(std::move(connection)),
        body_(connection_->body()),
        target_(std::move(target)),
        keep_(keep) {}
  ~TargetBody() override {
    if (keep_) target_->connections.give_back(std::move(connection_));
  }

  net::IoResult try_read(std::span<char> into) override {
    return body_ ? body_->try_read(into) : net::IoResult{net::IoStatus::closed, 0};
  }
  void watch(WaitSlot* slot) override {
    if (body_) {
      body_->watch(slot);
    } else if (slot) {
      slot->notify();
    }
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    return body_ ? body_->remaining() : 0;
  }
  [[nodiscard]] const http::Headers* trailers() const override {
    return body_ ? body_->trailers() : nullptr;
  }
  bool push_request() override { return connection_->push(); }
  void watch_request(WaitSlot* slot) override { connection_->watch_push(slot); }
  [[nodiscard]] Reason failure() const override { return connection_->body_failure(); }
  [[nodiscard]] std::string target() const override { return target_->id(); }

 private:
  std::unique_ptr<http::Http1Client> connection_;
  http::BodySource* body_;  // null: there was none
  std::shared_ptr<Target> target_;
  bool keep_;
};

/// alb.md 3: FIN or RST before the answer, or an answer that is not HTTP, is 502.
void set_failure(ForwardOutcome& outcome, http::ExchangeFailure failure) {
  const auto set = [&outcome](int status, Reason reason) {
    outcome.elb_status = status;
    outcome.reason = reason;
  };
  switch (failure) {
    case http::ExchangeFailure::target_closed: return set(502, Reason::target_closed);
    case http::ExchangeFailure::target_reset: return set(502, Reason::target_reset);
    case http::ExchangeFailure::malformed: return set(502, Reason::target_malformed_response);
    case http::ExchangeFailure::head_too_large: return set(502, Reason::target_headers_too_large);
    case http::ExchangeFailure::timeout: return set(504, Reason::target_timeout);
    case http::ExchangeFailure::client_gone: return set(460, Reason::client_closed_before_response);
    case http::ExchangeFailure::none:
    case http::ExchangeFailure::request_failed: break;
  }
}

void set_failure(ForwardOutcome& outcome, const net::Dialer::Dialed& dialed) {
  outcome.dial = dialed.accepted ? Dial::tls_failed : Dial::not_accepted;
  outcome.reason = dialed.failure;
  const bool late = dialed.failure == Reason::target_connect_timeout ||
                    dialed.failure == Reason::tls_target_timeout;
  outcome.elb_status = late ? 504 : 502;
}

}  // namespace

Task<ForwardOutcome> forward(Target& target, http::Request& request, http::Response& response,
                             Duration idle_timeout, Journal& journal,
                             std::shared_ptr<const void> token) {
  ForwardOutcome outcome;
  auto connection = target.connections.take();
  if (!connection) {
    auto dialed = co_await target.dialer().dial(kConnectTimeout);
    outcome.connected = dialed.stream != nullptr || dialed.accepted;
    if (!dialed.stream) {
      set_failure(outcome, dialed);
      co_return outcome;
    }
    connection = std::make_unique<http::Http1Client>(std::move(dialed.stream), idle_timeout,
                                                     std::move(dialed.peer));
    connection->carry(std::move(token));
  }
  const Journal* const peer = connection->peer();
  const std::uint64_t failed_before = peer ? peer->failed_requests : 0;
  const auto failure = co_await connection->exchange(request, response);
  if (peer && peer->failed_requests > failed_before) {
    RequestFailure refused = peer->failures.back();
    refused.target = target.id();
    journal.failed(std::move(refused));
  }
  const bool keep = !request.close_after;  // desync mitigation ends both connections
  if (failure != http::ExchangeFailure::none) {
    set_failure(outcome, failure);
  } else if (connection->body() || !connection->push()) {
    response.body =
        std::make_unique<TargetBody>(std::move(connection), target.shared_from_this(), keep);
  } else if (keep) {
    target.connections.give_back(std::move(connection));
  }
  co_return outcome;
}

}  // namespace hoplab::aws
