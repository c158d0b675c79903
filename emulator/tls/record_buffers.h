// OpenSSL allocates a buffer of a whole record for each read and each write that needs one, and
// frees it at once, so that an idle connection holds none (SSL_MODE_RELEASE_BUFFERS).
#pragma once

namespace hoplab::tls {

/// From now on each thread keeps a few of them for the next record. For the whole process; has an
/// effect only before OpenSSL has allocated anything.
void keep_record_buffers();

}  // namespace hoplab::tls
