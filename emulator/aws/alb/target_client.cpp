#include "aws/alb/target_client.h"

namespace hoplab::aws {

namespace {

/// Fixed on AWS, for connecting and for the TLS handshake (alb.md section 0).
constexpr Duration kConnectTimeout = 10s;

/// An answer's body that is still on its connection; gives the connection back at its end.
class TargetBody final : public http::BodySource {
 public:
  TargetBody(std::unique_ptr<http::Http1Client> connection, Target& target)
      : connection_(std::move(connection)), body_(*connection_->body()), target_(target) {}
  ~TargetBody() override { target_.give_back(std::move(connection_)); }

  net::IoResult try_read(std::span<char> into) override { return body_.try_read(into); }
  void watch(WaitSlot* slot) override { body_.watch(slot); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return body_.remaining(); }

 private:
  std::unique_ptr<http::Http1Client> connection_;
  http::BodySource& body_;
  Target& target_;
};

int status_for(http::ExchangeFailure failure) {
  switch (failure) {
    case http::ExchangeFailure::timeout: return 504;
    case http::ExchangeFailure::client_gone: return 460;
    default: return 502;  // FIN or RST before the answer, or an answer that is not HTTP
  }
}

}  // namespace

Task<ForwardOutcome> forward(Target& target, http::Request& request, http::Response& response,
                             Duration idle_timeout) {
  ForwardOutcome outcome;
  auto connection = target.take_connection();
  if (!connection) {
    auto dialed = co_await target.dialer().dial(kConnectTimeout);
    if (!dialed.stream) {
      outcome.dial = dialed.accepted ? Dial::tls_failed : Dial::not_accepted;
      outcome.elb_status = dialed.failure == Reason::target_timeout ? 504 : 502;
      co_return outcome;
    }
    connection = std::make_unique<http::Http1Client>(std::move(dialed.stream), idle_timeout);
  }
  const auto failure = co_await connection->exchange(request, response);
  if (failure != http::ExchangeFailure::none) {
    outcome.elb_status = status_for(failure);
  } else if (connection->body()) {
    response.body = std::make_unique<TargetBody>(std::move(connection), target);
  } else if (!request.close_after) {
    target.give_back(std::move(connection));
  }
  co_return outcome;
}

}  // namespace hoplab::aws
