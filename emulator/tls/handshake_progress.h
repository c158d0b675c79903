// What OpenSSL is at in a server's handshake, as far as the client's certificate goes: so that a
// handshake that fails can be told by the message that failed it, not by whatever error came first.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <span>

#include "pki/client_signature.h"
#include "tls/tls_stream.h"

namespace hoplab::tls {

struct HandshakeProgress {
  static constexpr int kNoMessage = -1;

  /// The type (RFC 8446 section 4) of the client's message that was read whole and is worked on.
  int message = kNoMessage;
  std::size_t presented_bytes = 0;  // of the Certificate message; see pki::kMostPresentedBytes
  bool refused = false;             // accept_client_certificate() said no
  pki::ClientSignatureCheck signature;
};

/// OpenSSL's message callback: `type` is a message's or record's, `content` what came.
void note_message(HandshakeProgress& progress, const SSL* ssl, int type,
                  std::span<const unsigned char> content);

/// Once the client's certificate is taken: the group under which OpenSSL will pass any curve of it.
const char* group_to_show(SSL* ssl);

/// The verification error by which OpenSSL chooses `alert`.
int verification_error(RefusalAlert alert);

/// What was wrong about the client's certificate in a handshake that failed, `reason` being that of
/// OpenSSL's newest error; `none` when it was something else.
HandshakeFailure certificate_failure(const HandshakeProgress& progress, const SSL* ssl, int reason);

}  // namespace hoplab::tls
