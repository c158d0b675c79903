// How OpenSSL checks a client's signature (CertificateVerify) in lean_library().
//
// In TLS 1.2 OpenSSL wants an EC certificate's curve among the groups of both sides, and a
// compressed point only from who offered to read such points. AWS documents P-256, P-384 and P-521
// for client certificates and no rule beside that, and a policy's groups are for the key exchange;
// so OpenSSL is shown a key that passes. The signature itself is checked with the real key,
// whatever is shown.
#pragma once

#include <openssl/core.h>

namespace hoplab::pki {

struct ClientSignatureCheck {
  /// EC keys are said to be of this group, their point uncompressed. Null: as they are.
  const char* shown_group = nullptr;
  /// One that does not verify passes all the same: whoever sees `wrong` refuses the client later.
  bool wrong_passes = false;
  /// A signature did not verify.
  bool wrong = false;
};

/// In this thread, while it exists, `check` is in force and is written to.
class ClientSignatureScope {
 public:
  explicit ClientSignatureScope(ClientSignatureCheck& check) noexcept;
  ~ClientSignatureScope();
  ClientSignatureScope(const ClientSignatureScope&) = delete;
  ClientSignatureScope& operator=(const ClientSignatureScope&) = delete;

 private:
  ClientSignatureCheck* const outer_;
};

/// Makes an algorithm of OpenSSL's default provider heed the check in force: the key management of
/// EC, and the signatures RSA and ECDSA. Another one stays as it is. To be called once for each.
void heed_client_signature_checks(OSSL_ALGORITHM& algorithm, int operation);

}  // namespace hoplab::pki
