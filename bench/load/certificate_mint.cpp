// Client certificates that no server has seen before.
#include "load/certificate_mint.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>

namespace hoplab::bench {
namespace {

constexpr unsigned char kPositive = 0x7f;    // a serial number's first byte: no sign
constexpr unsigned char kNotShorter = 0x40;  // and no zero in front

bool give_new_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = (bytes[0] & kPositive) | kNotShorter;
  ASN1_INTEGER* serial = X509_get_serialNumber(certificate);
  return ASN1_STRING_set(serial, bytes.data(), static_cast<int>(bytes.size())) == 1;
}

}  // namespace

CertificateMint::CertificateMint(SSL_CTX* context, const std::string& issuer_key,
                                 std::string& error)
    : model_(X509_dup(SSL_CTX_get0_certificate(context))) {
  const Owned<BIO> file(BIO_new_file(issuer_key.c_str(), "r"));
  if (file) key_.reset(PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  if (!model_ || !key_) error = issuer_key + ": " + openssl_error();
}

Owned<X509> CertificateMint::next() const {
  Owned<X509> made(X509_dup(model_.get()));
  if (!made || !give_new_serial(made.get()) ||
      X509_sign(made.get(), key_.get(), EVP_sha256()) == 0) {
    made.reset();
  }
  return made;
}

}  // namespace hoplab::bench
