// A certificate's parts as an Application Load Balancer writes them in headers and logs.
//
// AWS: "Mutual authentication with TLS in Application Load Balancer", HTTP headers, and
// "Connection logs". Names are in distinguished_name.h. Pure functions; a broken certificate gives
// an empty text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// Upper-case hex, whole bytes, no DER sign byte: "03A5B1", "02", "FEF257372D5C14D4". Zero is "0"
/// and a negative serial starts with '-' (as BN_bn2hex writes them; AWS is silent).
std::string serial_text(const ASN1_INTEGER* serial);
std::string serial_text(const X509* certificate);

/// "NotBefore=2023-09-21T01:50:17Z;NotAfter=2024-09-20T01:50:17Z".
std::string validity_text(const X509* certificate);

/// "2023-09-21T01:50:17Z" from seconds since the Unix epoch.
std::string iso_time(std::int64_t seconds);

/// Seconds since the Unix epoch; nothing for a malformed time.
std::optional<std::int64_t> to_seconds(const ASN1_TIME* time);

/// PEM with LF line ends, one certificate.
std::string certificate_pem(const X509* certificate);

/// PEM of every certificate in order: what passthrough mode forwards.
std::string chain_pem(const STACK_OF(X509) * chain);

struct PemUrlEncoding {
  /// AWS's text lists '=' as safe, its example shows %3D. Observed: literal, hence the default.
  bool encode_equals = false;
};

/// ALB's URL-encoding: letters, digits and -._~ stay, so do + = /; all else is %XX in upper case.
std::string url_encode_pem(std::string_view pem, PemUrlEncoding encoding = {});

}  // namespace hoplab::pki
