#include "aws/tls/client_handshake.h"

namespace hoplab::aws {

void record_agreement(Journal& journal, const tls::TlsStream& tls) {
  journal.tls_version = tls.version();
  journal.tls_cipher = tls.cipher();
  journal.tls_key_exchange = tls.key_exchange();
}

net::ServeEnd handshake_end(Journal& journal, const tls::HandshakeResult& result,
                            EndKind disagreement) {
  using enum tls::HandshakeFailure;
  journal.tls_failure = result.words;
  switch (result.failure) {
    case peer_closed: return {Reason::client_closed, EndKind::fin};
    case peer_reset: return {Reason::client_reset, EndKind::rst};
    case peer_alert: return {Reason::client_tls_alert, EndKind::fin};
    case timeout: return {Reason::handshake_timeout, EndKind::rst};
    default: return {Reason::tls_negotiation_failed, disagreement};
  }
}

Task<tls::TlsStream*> end_tls(net::Connection& connection, const Hop& hop, tls::Context context) {
  Journal& journal = *connection.journal;
  HandshakeStages stages(journal);
  auto stream = tls::TlsStream::server(std::move(connection.stream), context, &stages);
  tls::TlsStream& tls = *stream;
  connection.stream = std::move(stream);
  const tls::HandshakeResult result = co_await tls.handshake(kHandshakeTimeout, true);
  // In front may be a load balancer that has ended the client's TLS itself: then what is in the
  // record is about that.
  if (stages.said_hello()) record_agreement(journal, tls);
  if (result.failure == tls::HandshakeFailure::none) {
    journal.reached(Stage::handshake_done);
    journal.handshake_time = tls.loop().now() - journal.accepted_at;
    co_return &tls;
  }
  connection.stream = tls.take_lower();
  const net::ServeEnd end = handshake_end(journal, result, EndKind::fin);
  co_await net::finish_connection(connection, hop, end);
  co_return nullptr;
}

}  // namespace hoplab::aws
