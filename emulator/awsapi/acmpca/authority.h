// Private certificate authorities: their documents, keys and revocation lists. aws-api.md 6 and 9.
#pragma once

#include <string>
#include <vector>

#include "awsapi/control_plane.h"
#include "awsapi/select.h"
#include "pki/mint.h"

namespace hoplab::awsapi::acmpca {

inline constexpr std::string_view kAuthorityType = "AWS::ACMPCA::CertificateAuthority";
inline constexpr std::string_view kCertificateType = "AWS::ACMPCA::Certificate";

// Attributes of an authority's document. The key and the certificates are PEM.
inline constexpr const char* kStatus = "Status";
inline constexpr const char* kPrivateKey = "PrivateKey";
inline constexpr const char* kCertificate = "Certificate";
inline constexpr const char* kChain = "CertificateChain";
inline constexpr const char* kRevoked = "Revoked";  // [{Serial, RevokedAt}]

inline constexpr std::int64_t kDay = 86'400;  // seconds

/// The caller's authority of in["CertificateAuthorityArn"]; InvalidArnException,
/// ResourceNotFoundException. One whose time to be restored is over is gone.
ApiResult<const Document*> authority_of(const Call& call, const Json& in);
/// One that has a certificate and is not deleted, else InvalidStateException.
ApiResult<const Document*> active_authority(const Call& call, const Json& in);

ApiError invalid_state(const Document& authority);
ApiError invalid_args(const std::string& message);

/// Its certificate with its key.
Result<pki::Identity> identity_of(const Document& authority);
/// By the authority's SigningAlgorithm, or another one of the same key: "SHA256WITHECDSA".
pki::SignatureDigest digest_of(std::string_view signing_algorithm);
/// Whether a key of `key_algorithm` makes such signatures.
bool fits(std::string_view key_algorithm, std::string_view signing_algorithm);

/// RFC 2253 text of an ASN1Subject.
std::string subject_text(const Json& subject);

/// Writes the authority's list into S3 where its RevocationConfiguration asks for it: in DER,
/// "crl/ID.crl" or below CustomPath.
Refusal publish_list(const Call& call, const Document& authority);

Refusal put(const Call& call, Document document);

}  // namespace hoplab::awsapi::acmpca
