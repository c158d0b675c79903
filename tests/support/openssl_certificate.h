// Keys and certificates that the mint does not make: odd curves and sizes, compressed points, keys
// that only pass for a certificate's own. OpenSSL's functions, without ours between.
#pragma once

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string>

#include "pki/mint.h"

namespace hoplab::testing {

inline pki::KeyPtr generated(EVP_PKEY_CTX* context) {
  EVP_PKEY* key = nullptr;
  EXPECT_EQ(EVP_PKEY_generate(context, &key), 1);
  EVP_PKEY_CTX_free(context);
  return pki::KeyPtr(key);
}

inline EVP_PKEY_CTX* generator(const char* type) {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr);
  EXPECT_EQ(EVP_PKEY_keygen_init(context), 1);
  return context;
}

/// `exponent` in decimal.
inline pki::KeyPtr rsa_key(int bits, const std::string& exponent = "65537") {
  EVP_PKEY_CTX* context = generator("RSA");
  BIGNUM* number = nullptr;
  BN_dec2bn(&number, exponent.c_str());
  const pki::BignumPtr owned(number);
  EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits);
  EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, number);
  return generated(context);
}

/// One that signs in no other way; with a hash, only with that, and a salt of at least `salt`
/// bytes.
inline pki::KeyPtr rsa_pss_key(int bits, const char* hash, int salt = 0) {
  EVP_PKEY_CTX* context = generator("RSA-PSS");
  EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits);
  if (hash != nullptr) {
    EVP_PKEY_CTX_set_rsa_pss_keygen_md_name(context, hash, nullptr);
    EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md_name(context, hash);
    EVP_PKEY_CTX_set_rsa_pss_keygen_saltlen(context, salt);
  }
  return generated(context);
}

inline pki::KeyPtr ec_key(const char* curve, bool compressed = false) {
  EVP_PKEY_CTX* context = generator("EC");
  EVP_PKEY_CTX_set_group_name(context, curve);
  pki::KeyPtr key = generated(context);
  if (compressed) {
    EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                   OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_COMPRESSED);
  }
  return key;
}

/// The public half of `shown` with the private half of `held`, both EC or both RSA: for OpenSSL it
/// belongs to the certificate of `shown`, and what it signs does not verify.
inline pki::KeyPtr key_that_only_seems(EVP_PKEY* shown, EVP_PKEY* held) {
  OSSL_PARAM* of_shown = nullptr;
  OSSL_PARAM* of_held = nullptr;
  EXPECT_EQ(EVP_PKEY_todata(shown, EVP_PKEY_PUBLIC_KEY, &of_shown), 1);
  EXPECT_EQ(EVP_PKEY_todata(held, EVP_PKEY_KEYPAIR, &of_held), 1);
  OSSL_PARAM* merged = OSSL_PARAM_merge(of_held, of_shown);  // the second's where both have it
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_pkey(nullptr, shown, nullptr);
  EVP_PKEY* key = nullptr;
  EXPECT_EQ(EVP_PKEY_fromdata_init(context), 1);
  EXPECT_EQ(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, merged), 1);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(merged);
  OSSL_PARAM_free(of_shown);
  OSSL_PARAM_free(of_held);
  return pki::KeyPtr(key);
}

/// `key` under "CN=`name`", version 3 without extensions, with the issuer's own validity.
inline pki::CertificatePtr certificate_of(EVP_PKEY* key, const pki::Identity& issuer,
                                          const std::string& name = "client",
                                          const EVP_MD* digest = EVP_sha256()) {
  pki::CertificatePtr made(X509_new());
  X509* certificate = made.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 3);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer.x509()));
  X509_set1_notBefore(certificate, X509_get0_notBefore(issuer.x509()));
  X509_set1_notAfter(certificate, X509_get0_notAfter(issuer.x509()));
  X509_set_pubkey(certificate, key);
  EXPECT_GT(X509_sign(certificate, issuer.private_key(), digest), 0);
  return made;
}

inline std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

inline std::string pem_of(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  return text_of(bio);
}

inline std::string pem_of(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio);
}

}  // namespace hoplab::testing
