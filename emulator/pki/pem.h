// PEM (RFC 7468): writing blocks, and finding them in a text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// One block with 64-column lines and LF line ends, as OpenSSL writes it.
std::string pem_encode(std::string_view label, std::string_view der);

struct PemBlock {
  std::string label;  // "CERTIFICATE"
  std::string der;
  std::size_t line = 0;  // 1-based line of its BEGIN
};

/// What may stand between the blocks.
enum class PemSurroundings {
  anything,       // RFC 7468 explanatory text: ignored
  comments_only,  // AWS's bundle rule: lines that start with '#' and hold no '-', no blank lines
};

/// Every block of `text` in order. An unreadable block, or text that `surroundings` forbids, makes
/// the whole text an error that names the line. LF and CRLF line ends are read.
Result<std::vector<PemBlock>> pem_decode(std::string_view text, PemSurroundings surroundings);

/// Certificate from DER, all of which must be used; null otherwise. Leaves OpenSSL's errors.
CertificatePtr certificate_in(OSSL_LIB_CTX* library, std::string_view der);

/// Likewise in lean_library() where an ALB supports its key and its signature, so that it is quick;
/// else in OpenSSL's own context. Leaves no errors.
CertificatePtr certificate_from_der(std::string_view der);

/// Likewise the next one of a PEM text as OpenSSL reads it; null at its end. Leaves OpenSSL's
/// errors.
CertificatePtr next_certificate(BIO* pem);

/// DER of a certificate; empty if it cannot be encoded.
std::string certificate_der(const X509* certificate);

}  // namespace hoplab::pki
