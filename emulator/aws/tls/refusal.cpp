#include "aws/tls/refusal.h"

#include <array>

#include "aws/tls/client_certificate.h"
#include "aws/tls/client_handshake.h"

namespace hoplab::aws {

namespace {

constexpr net::ServeEnd kClientClosed{Reason::client_closed, EndKind::fin};
constexpr net::ServeEnd kClientReset{Reason::client_reset, EndKind::rst};

}  // namespace

Task<void> end_refused(net::Connection& connection, const Hop& hop, const model::Refusal& refusal) {
  const bool reset = refusal.end == model::Refusal::End::reset;
  net::ServeEnd end{Reason::certificate_refused, reset ? EndKind::rst : EndKind::fin};
  if (refusal.hold_ms > 0) {
    const auto status =
        co_await net::hold(*connection.stream, std::chrono::milliseconds(refusal.hold_ms));
    if (status == net::IoStatus::closed) end = kClientClosed;
    if (status == net::IoStatus::failed) end = kClientReset;
  }
  co_await net::finish_connection(connection, hop, end);
}

Task<void> end_refused_later(net::Connection& connection, const Hop& hop,
                             const model::Refusal& refusal, tls::ProtocolVersion version) {
  if (refusal_stage(refusal, version) == Stage::request_headers) {
    std::array<char, 1024> first;
    const auto got = co_await net::read_within(*connection.stream, first, kHandshakeTimeout);
    if (got.ended()) {
      const net::ServeEnd end = got.status == net::IoStatus::closed ? kClientClosed : kClientReset;
      co_await net::finish_connection(connection, hop, end);
      co_return;
    }
    if (got.ok()) connection.journal->reached(Stage::request_headers);
  }
  co_await end_refused(connection, hop, refusal);
}

}  // namespace hoplab::aws
