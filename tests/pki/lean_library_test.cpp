// The lean library context decodes the same keys as OpenSSL's own, however often it has seen them.
#include "pki/lean_library.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <string>

#include "pki/key.h"
#include "pki/mint.h"
#include "pki/openssl_ptr.h"
#include "pki/pem.h"

namespace hoplab::pki {
namespace {

std::string public_key_der(EVP_PKEY* key) {
  unsigned char* raw = nullptr;
  const int size = i2d_PUBKEY(key, &raw);
  const OpensslBytes bytes(raw);
  return size <= 0
             ? std::string()
             : std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
}

std::string new_key(KeyAlgorithm algorithm = KeyAlgorithm::ec_prime256v1) {
  const KeyPtr key = std::move(generate_key(algorithm)).value();
  return public_key_der(key.get());
}

/// Null when it is none; `left`: how many bytes were not its own.
KeyPtr decoded(const std::string& der, OSSL_LIB_CTX* library, std::size_t* left = nullptr) {
  const ErrorQueueGuard guard;
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  KeyPtr key(d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(der.size()), library, nullptr));
  if (left != nullptr) *left = static_cast<std::size_t>(end - at);
  return key;
}

TEST(LeanLibrary, DecodesTheKeyThatOpensslDecodesEachTime) {
  ASSERT_NE(lean_library(), nullptr);
  for (const auto algorithm : {KeyAlgorithm::ec_prime256v1, KeyAlgorithm::ec_secp384r1,
                               KeyAlgorithm::ec_secp521r1, KeyAlgorithm::rsa_2048}) {
    const std::string der = new_key(algorithm);
    const KeyPtr expected = decoded(der, nullptr);
    for (int time = 0; time < 3; ++time) {
      const KeyPtr key = decoded(der, lean_library());
      ASSERT_NE(key, nullptr) << to_text(algorithm) << ", time " << time;
      EXPECT_EQ(EVP_PKEY_eq(key.get(), expected.get()), 1);
      EXPECT_EQ(public_key_der(key.get()), der);
    }
  }
}

TEST(LeanLibrary, TellsKeysApartHoweverManyCome) {
  std::string first = new_key();
  for (int i = 0; i < 2'100; ++i) {  // more than are remembered, twice
    const std::string der = new_key();
    const KeyPtr key = decoded(der, lean_library());
    ASSERT_NE(key, nullptr);
    ASSERT_EQ(public_key_der(key.get()), der);
    ASSERT_EQ(public_key_der(decoded(first, lean_library()).get()), first);
  }
}

TEST(LeanLibrary, APointBesideTheCurveIsNoKey) {
  std::string der = new_key();
  der.back() = static_cast<char>(der.back() ^ 1);
  for (int time = 0; time < 2; ++time) EXPECT_EQ(decoded(der, lean_library()), nullptr);
}

TEST(LeanLibrary, AKeyEndsWhereItsOwnLengthSays) {
  const std::string der = new_key();
  std::size_t left = 0;
  EXPECT_NE(decoded(der + "more", lean_library(), &left), nullptr);
  EXPECT_EQ(left, 4U);
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_EQ(decoded(der.substr(0, size), lean_library()), nullptr) << size;
  }
}

TEST(LeanLibrary, AKeyOutlivesItsOtherUsers) {
  const std::string der = new_key();
  KeyPtr one = decoded(der, lean_library());
  const KeyPtr other = decoded(der, lean_library());
  one.reset();
  EXPECT_EQ(public_key_der(other.get()), der);
}

std::string new_certificate(KeyAlgorithm algorithm) {
  CertificateRequest request;
  request.subject = "CN=" + std::string(to_text(algorithm));
  request.not_after = 86'400;
  request.key = algorithm;
  const auto pem = self_sign(request).value().cert_pem();
  return pem_decode(pem, PemSurroundings::anything).value().front().der;
}

TEST(LeanLibrary, WhatALoadBalancerSupportsIsReadInItAndTheRestBesideIt) {
  for (const auto algorithm : {KeyAlgorithm::ec_prime256v1, KeyAlgorithm::ec_secp384r1,
                               KeyAlgorithm::ec_secp521r1, KeyAlgorithm::rsa_2048}) {
    const auto read = certificate_from_der(new_certificate(algorithm));
    ASSERT_NE(read, nullptr);
    EXPECT_EQ(library_of(X509_get0_pubkey(read.get())), lean_library()) << to_text(algorithm);
    EXPECT_EQ(X509_verify(read.get(), X509_get0_pubkey(read.get())), 1) << to_text(algorithm);
  }
  for (const auto algorithm : {KeyAlgorithm::ed25519, KeyAlgorithm::rsa_1024}) {
    const auto read = certificate_from_der(new_certificate(algorithm));
    ASSERT_NE(read, nullptr);
    ASSERT_NE(X509_get0_pubkey(read.get()), nullptr) << to_text(algorithm);
    EXPECT_EQ(library_of(X509_get0_pubkey(read.get())), nullptr) << to_text(algorithm);
    EXPECT_EQ(X509_verify(read.get(), X509_get0_pubkey(read.get())), 1) << to_text(algorithm);
  }
}

}  // namespace
}  // namespace hoplab::pki
