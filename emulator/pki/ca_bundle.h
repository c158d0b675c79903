// A trust store's CA bundle: reading it by AWS's rules.
#pragma once

#include <string_view>

#include "base/result.h"
#include "pki/openssl_ptr.h"
#include "pki/trust_store.h"

namespace hoplab::pki {

/// The CAs in order, ready to be used by several threads. Errors begin with
/// "InvalidCaCertificatesBundle: " and name the line or the certificate.
Result<CertificateStackPtr> read_ca_bundle(std::string_view pem, const TrustStoreLimits& limits);

}  // namespace hoplab::pki
