#include "aws/target_group/http1_backend.h"

#include "aws/target_group/exchange_failure.h"
#include "http/tunnel.h"

namespace hoplab::aws {

/// What is left of an exchange: the connection, the answer's body, the rest of the request.
class Http1Backend::Body final : public http::ResponseBody {
 public:
  /// `keep`: the connection may serve another request afterwards. `failed_before`: how many
  /// requests had failed of a target in this process.
  Body(std::unique_ptr<http::Http1Client> connection, std::shared_ptr<Http1Backend> backend,
       bool keep, std::uint64_t failed_before)
      : connection_(std::move(connection)),
        body_(connection_->body()),
        backend_(std::move(backend)),
        under_way_(*backend_, &connection_->stream()),
        peer_(connection_->peer()),
        failed_before_(failed_before),
        keep_(keep) {}
  ~Body() override {
    if (keep_ && !under_way_.was_cut()) backend_->pool_.give_back(std::move(connection_));
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
  [[nodiscard]] Reason failure() const override {
    if (under_way_.was_cut()) return Reason::target_deregistered;
    const RequestFailure* const told = told_by_peer();
    return told ? told->reason : connection_->body_failure();
  }
  [[nodiscard]] std::string detail() const override {
    const RequestFailure* const told = told_by_peer();
    return told ? told->detail : std::string();
  }
  [[nodiscard]] std::string target() const override { return backend_->id_; }

 private:
  /// Why a target in this process has cut its answer; null: it has not, or is none.
  [[nodiscard]] const RequestFailure* told_by_peer() const {
    const bool told = peer_ && peer_->failed_requests > failed_before_;
    return told ? &peer_->failures.back() : nullptr;
  }

  std::unique_ptr<http::Http1Client> connection_;
  http::BodySource* body_;  // null: there was none
  std::shared_ptr<Http1Backend> backend_;
  UnderWay under_way_;
  const Journal* peer_;  // of a target in this process; null: it is none
  std::uint64_t failed_before_;
  bool keep_;
};

/// A connection that was taken over. It lives as long as its target may still answer.
class Http1Backend::WebSocket final : public http::Upgrade {
 public:
  WebSocket(std::unique_ptr<http::Tunnel> tunnel, std::shared_ptr<Http1Backend> backend)
      : tunnel_(std::move(tunnel)),
        backend_(std::move(backend)),
        under_way_(*backend_, &tunnel_->target()) {}

  Task<net::ServeEnd> run(net::Stream& client) override {
    net::ServeEnd end = co_await tunnel_->run(client);
    if (under_way_.was_cut()) end = {Reason::target_deregistered, EndKind::fin, Toward::both};
    co_return end;
  }

 private:
  std::unique_ptr<http::Tunnel> tunnel_;
  std::shared_ptr<Http1Backend> backend_;
  UnderWay under_way_;
};

void Http1Backend::UnderWay::cut() {
  cut_ = true;
  if (!stream_) return;
  stream_->reset(Cause{.reason = Reason::target_deregistered, .at = stream_->loop().now()});
}

void Http1Backend::cut() {
  for (UnderWay* one : std::vector(under_way_)) one->cut();
}

Task<BackendOutcome> Http1Backend::exchange(http::Request& request, http::Response& response,
                                            const BackendLimits& limits, BackendCaller caller) {
  BackendOutcome outcome;
  std::optional<UnderWay> under_way(std::in_place, *this, nullptr);
  auto connection = pool_.take();
  if (!connection) {
    auto dialed = co_await dialer_->dial(limits.connect);
    outcome.connected = dialed.stream != nullptr || dialed.accepted;
    if (under_way->was_cut()) {
      outcome.failure = Reason::target_deregistered;
      co_return outcome;
    }
    if (!dialed.stream) {
      outcome.dial = dialed.accepted ? Dial::tls_failed : Dial::not_accepted;
      outcome.failure = dialed.failure;
      co_return outcome;
    }
    connection = std::make_unique<http::Http1Client>(std::move(dialed.stream), limits.idle,
                                                     std::move(dialed.peer));
    connection->carry(std::move(caller.token));
  }
  const Journal* const peer = connection->peer();
  const std::uint64_t failed_before = peer ? peer->failed_requests : 0;
  under_way->on(connection->stream());
  outcome.sent_at = connection->stream().loop().now();
  const auto failure = co_await connection->exchange(request, response);
  const bool was_cut = under_way->was_cut();
  under_way.reset();  // the body has its own
  if (peer && peer->failed_requests > failed_before) {
    RequestFailure refused = peer->failures.back();
    refused.target = id_;
    response.failure = std::make_unique<RequestFailure>(refused);
    caller.journal.failed(std::move(refused));
  }
  const bool keep = !request.close_after;  // desync mitigation ends both connections
  if (failure != http::ExchangeFailure::none) {
    outcome.failure = was_cut ? Reason::target_deregistered : reason_of(failure);
  } else if (response.status == 101) {
    response.upgrade =
        std::make_unique<WebSocket>(connection->take_over(limits.idle), shared_from_this());
  } else if (connection->body() || !connection->push()) {
    response.body =
        std::make_unique<Body>(std::move(connection), shared_from_this(), keep, failed_before);
  } else if (keep) {
    pool_.give_back(std::move(connection));
  }
  co_return outcome;
}

}  // namespace hoplab::aws
