// Revocation lists (RFC 5280 section 5): see mint.h.
#include "pki/mint.h"
#include "pki/mint_internal.h"
#include "pki/pem.h"

namespace hoplab::pki {
namespace {

Result<void> add_entry(X509_CRL* crl, const RevokedCertificate& revoked) {
  auto serial = parse_serial(revoked.serial);
  if (!serial.ok()) return Error{serial.error()};
  auto time = make_time(revoked.revoked_at, "revoked_at");
  if (!time.ok()) return Error{time.error()};
  std::unique_ptr<X509_REVOKED, Free<X509_REVOKED_free>> entry(X509_REVOKED_new());
  if (X509_REVOKED_set_serialNumber(entry.get(), serial.value().get()) != 1 ||
      X509_REVOKED_set_revocationDate(entry.get(), time.value().get()) != 1 ||
      X509_CRL_add0_revoked(crl, entry.get()) != 1) {
    return Error{"cannot add serial \"" + revoked.serial + "\": " + openssl_reason()};
  }
  (void)entry.release();
  return {};
}

Result<void> set_times(X509_CRL* crl, const CrlRequest& request) {
  auto this_update = make_time(request.this_update, "this_update");
  if (!this_update.ok()) return Error{this_update.error()};
  X509_CRL_set1_lastUpdate(crl, this_update.value().get());
  if (!request.next_update) return {};
  auto next_update = make_time(*request.next_update, "next_update");
  if (!next_update.ok()) return Error{next_update.error()};
  X509_CRL_set1_nextUpdate(crl, next_update.value().get());
  return {};
}

bool add_crl_extensions(X509_CRL* crl, const X509* issuer, std::int64_t number) {
  const IntegerPtr crl_number(ASN1_INTEGER_new());
  ASN1_INTEGER_set_int64(crl_number.get(), number);
  const auto authority = authority_key_id(issuer);
  return (authority == nullptr ||
          X509_CRL_add1_ext_i2d(crl, NID_authority_key_identifier, authority.get(), 0,
                                X509V3_ADD_APPEND) == 1) &&
         X509_CRL_add1_ext_i2d(crl, NID_crl_number, crl_number.get(), 0, X509V3_ADD_APPEND) == 1;
}

}  // namespace

Result<std::string> make_crl(const Identity& issuer, const CrlRequest& request) {
  const ErrorQueueGuard guard;
  const auto refuse = [&](const std::string& why) {
    return Error{"CRL of \"" + issuer.subject() + "\": " + why};
  };
  if (!issuer.is_ca()) return refuse("the issuer is not a CA");
  if (request.crl_number < 0) return refuse("crl_number is negative");
  if (request.next_update && *request.next_update < request.this_update) {
    return refuse("next_update lies before this_update");
  }
  const CrlPtr crl(X509_CRL_new());
  const X509* certificate = issuer.state().built.get();
  if (X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(certificate)) != 1) {
    return refuse(openssl_reason());
  }
  if (auto set = set_times(crl.get(), request); !set.ok()) return refuse(set.error());
  for (const RevokedCertificate& revoked : request.revoked) {
    if (auto added = add_entry(crl.get(), revoked); !added.ok()) return refuse(added.error());
  }
  auto digest = signing_digest(issuer.private_key(), request.digest);
  if (!digest.ok()) return refuse(digest.error());
  EVP_PKEY_CTX* parameters = nullptr;
  const auto signing = begin_signature(issuer.private_key(), digest.value(), &parameters);
  if (!add_crl_extensions(crl.get(), certificate, request.crl_number) || signing == nullptr ||
      X509_CRL_sign_ctx(crl.get(), signing.get()) <= 0) {
    return refuse("cannot sign it: " + openssl_reason());
  }
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(crl.get(), &der);
  const OpensslBytes owned(der);
  if (size <= 0) return refuse("cannot encode it: " + openssl_reason());
  return pem_encode("X509 CRL", {reinterpret_cast<char*>(der), static_cast<std::size_t>(size)});
}

}  // namespace hoplab::pki
