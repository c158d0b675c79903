// A trust store as Java reads it: PKCS#12 (RFC 7292) without a password, in which each certificate
// is marked as trusted in Java's own way. It opens with any password and with none.
#pragma once

#include <string>
#include <vector>

namespace hoplab::pki {

/// Of certificates in DER.
std::string java_trust_store(const std::vector<std::string>& certificates);

}  // namespace hoplab::pki
