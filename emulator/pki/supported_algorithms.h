// Which keys and signatures an Application Load Balancer supports in mutual TLS.
//
// AWS, "Mutual authentication with TLS in Application Load Balancer": X.509v3; RSA keys of 2048 to
// 8192 bits, ECDSA keys on P-256, P-384, P-521; SHA-256/384/512 with RSA PKCS#1, RSASSA-PSS or
// ECDSA signatures.
#pragma once

#include <optional>
#include <string>

#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// What kind of key it is ("an RSA key of 1024 bits") if it is not supported, else nothing.
std::optional<std::string> unsupported_key(const X509* certificate);

/// What about a supported key FIPS 186-5 does not allow ("the RSA exponent 3"), else nothing.
/// Section A.1.1: 2^16 < e < 2^256, a modulus of an even number of bits.
std::optional<std::string> outside_fips(const X509* certificate);

/// The algorithm's name ("sha1WithRSAEncryption") if it is not supported, else nothing.
std::optional<std::string> unsupported_signature(const X509_ALGOR* algorithm);
std::optional<std::string> unsupported_signature(const X509* certificate);

}  // namespace hoplab::pki
