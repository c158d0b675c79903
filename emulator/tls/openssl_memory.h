// A handshake takes and gives back some 1,500 pieces of memory, most of them small, and each read
// and each write takes a buffer of a whole record, so that an idle connection holds none
// (SSL_MODE_RELEASE_BUFFERS). The allocator's own cache is too short for either.
#pragma once

namespace hoplab::tls {

/// From now on each thread keeps what OpenSSL frees for what it takes next, up to half a MiB. For
/// the whole process; has an effect only before OpenSSL has allocated anything.
void keep_openssl_memory();

}  // namespace hoplab::tls
