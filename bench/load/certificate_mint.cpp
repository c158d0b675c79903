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
  if (file) issuer_key_.reset(PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr));
  if (model_) key_kind_.reset(EVP_PKEY_CTX_new(X509_get0_pubkey(model_.get()), nullptr));
  if (!issuer_key_ || !key_kind_ || EVP_PKEY_keygen_init(key_kind_.get()) != 1) {
    error = issuer_key + ": " + openssl_error();
  }
}

CertificateMint::Client CertificateMint::next() const {
  Client made{Owned<X509>(X509_dup(model_.get())), nullptr};
  EVP_PKEY* key = nullptr;
  const bool has_key = EVP_PKEY_keygen(key_kind_.get(), &key) == 1;
  made.key.reset(key);
  if (!made.certificate || !has_key || !give_new_serial(made.certificate.get()) ||
      X509_set_pubkey(made.certificate.get(), key) != 1 ||
      X509_sign(made.certificate.get(), issuer_key_.get(), EVP_sha256()) == 0) {
    made.certificate.reset();
  }
  return made;
}

}  // namespace hoplab::bench
