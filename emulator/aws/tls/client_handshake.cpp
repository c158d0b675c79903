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
  if (tls::is_about_certificate(result.failure)) {
    return {Reason::certificate_refused, EndKind::rst};
  }
  switch (result.failure) {
    case peer_closed: return {Reason::client_closed, EndKind::fin};
    case peer_reset: return {Reason::client_reset, EndKind::rst};
    case peer_alert: return {Reason::client_tls_alert, EndKind::fin};
    case timeout: return {Reason::handshake_timeout, EndKind::rst};
    default: return {Reason::tls_negotiation_failed, disagreement};
  }
}

}  // namespace hoplab::aws
