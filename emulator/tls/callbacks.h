// What OpenSSL calls during a server handshake; each finds its TlsStream through the SSL.
#pragma once

#include <openssl/ssl.h>

namespace hoplab::tls {

int note_client_hello(SSL* ssl, int* alert, void* unused);
int judge_client_certificate(X509_STORE_CTX* store_context, void* unused);

}  // namespace hoplab::tls
