// Key exchange groups: those of a policy that the OpenSSL in use has, and what is said of the
// others.
#pragma once

#include <openssl/types.h>

#include <string>
#include <vector>

#include "tls/security_policy.h"

namespace hoplab::tls {

/// Makes `context`, a server's, offer those of the policy that this OpenSSL has.
void offer_groups(SSL_CTX* context, const SecurityPolicy& policy);

/// The key exchange groups of `policy` that the OpenSSL in use cannot offer; the rest works.
std::vector<std::string> missing_groups(const SecurityPolicy& policy);

/// After a server's handshake that failed: in a sentence, that the client named no group that is
/// offered. Empty when they have one in common, or the client named none.
std::string no_common_group(SSL* ssl, const SecurityPolicy& policy);

/// "OpenSSL 3.0.17".
std::string openssl_in_use();

}  // namespace hoplab::tls
