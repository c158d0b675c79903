// A client certificate whose RSA key has the exponent 3, which FIPS 186-5 does not allow. The mint
// makes no such keys.
#pragma once

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "pki/mint.h"

namespace hoplab::testing {

struct PemPair {
  std::string certificate, key;
};

inline std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

/// With the subject CN=exponent-3 and the CA's own validity.
inline PemPair client_with_small_exponent(const pki::Identity& ca) {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr);
  EVP_PKEY_keygen_init(context);
  BIGNUM* three = BN_new();
  BN_set_word(three, 3);
  EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048);
  EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, three);
  EVP_PKEY* key = nullptr;
  EXPECT_EQ(EVP_PKEY_generate(context, &key), 1);
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 3);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("exponent-3"), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(ca.x509()));
  X509_set1_notBefore(certificate, X509_get0_notBefore(ca.x509()));
  X509_set1_notAfter(certificate, X509_get0_notAfter(ca.x509()));
  X509_set_pubkey(certificate, key);
  EXPECT_GT(X509_sign(certificate, ca.private_key(), EVP_sha256()), 0);
  PemPair pair;
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  pair.certificate = text_of(bio);
  bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  pair.key = text_of(bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  BN_free(three);
  EVP_PKEY_CTX_free(context);
  return pair;
}

}  // namespace hoplab::testing
