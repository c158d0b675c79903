// What everything on AWS has in common that ends a client's TLS: how it is recorded, and how a
// handshake that fails ends the connection.
#pragma once

#include "base/journal.h"
#include "net/close.h"
#include "tls/tls_stream.h"

namespace hoplab::aws {

/// UNDOCUMENTED by AWS for each of them; alb.md 8 gives 10 s as plausible.
inline constexpr Duration kHandshakeTimeout = 10s;

/// Publishes how far the handshake is. A client certificate is not asked for.
class HandshakeStages final : public tls::HandshakeObserver {
 public:
  /// `journal` outlives the handshake.
  explicit HandshakeStages(Journal& journal) : journal_(journal) {}
  void reached(Stage stage) override {
    said_hello_ = true;  // the first stage of a handshake
    journal_.reached(stage);
  }
  bool accept_client_certificate(x509_st*, stack_st_X509*, tls::ProtocolVersion) override {
    return true;
  }
  /// Whether a ClientHello has come.
  [[nodiscard]] bool said_hello() const noexcept { return said_hello_; }

 private:
  Journal& journal_;
  bool said_hello_ = false;
};

/// Ends the TLS of a client: what is inside is the connection's stream from then on, and is
/// returned. Null: the handshake failed, which is told by an alert and recorded, and the connection
/// has ended, as `hop`'s doing.
Task<tls::TlsStream*> end_tls(net::Connection& connection, const Hop& hop, tls::Context context);

/// Notes what the two sides have agreed on.
void record_agreement(Journal& journal, const tls::TlsStream& tls);

/// Notes why a handshake failed that was not about the client's certificate (refusal.h); how that
/// is recorded, and how it ends on the wire: `disagreement` when the two sides agree on nothing.
[[nodiscard]] net::ServeEnd handshake_end(Journal& journal, const tls::HandshakeResult& result,
                                          EndKind disagreement);

}  // namespace hoplab::aws
