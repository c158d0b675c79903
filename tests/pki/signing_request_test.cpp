// Signing requests, and certificates for keys that somebody has.
#include "pki/signing_request.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "pki/import.h"

namespace hoplab::pki {
namespace {

constexpr std::int64_t kIssueTime = 1'790'000'000;

std::shared_ptr<EVP_PKEY> fresh_key(KeyAlgorithm algorithm = KeyAlgorithm::ec_prime256v1) {
  return std::shared_ptr<EVP_PKEY>(generate_key(algorithm).value().release(), EVP_PKEY_free);
}

CertificateRequest of(const std::string& subject, bool is_ca) {
  CertificateRequest request;
  request.subject = subject;
  request.is_ca = is_ca;
  request.not_before = kIssueTime;
  request.not_after = kIssueTime + 86'400;
  return request;
}

TEST(SigningRequest, IsReadAsItWasMade) {
  const std::string subject = "CN=a," + name_part("O", " Example, Inc.; \"x\"#=") + ",C=IE";
  for (const auto algorithm : {KeyAlgorithm::ec_secp384r1, KeyAlgorithm::rsa_2048}) {
    const auto key = fresh_key(algorithm);
    const auto pem = make_signing_request(subject, key.get(), SignatureDigest::sha384);
    ASSERT_TRUE(pem.ok()) << pem.error();
    const auto read = read_signing_request(pem.value());
    ASSERT_TRUE(read.ok()) << read.error();
    EXPECT_NE(read.value().subject.find("O=\\ Example\\, Inc.\\;"), std::string::npos)
        << read.value().subject;
    EXPECT_EQ(EVP_PKEY_eq(read.value().key.get(), key.get()), 1);
  }
}

TEST(SigningRequest, OfSomethingElseIsAnError) {
  for (const char* const text : {"", "x",
                                 "-----BEGIN CERTIFICATE REQUEST-----\nMA==\n"
                                 "-----END CERTIFICATE REQUEST-----\n"}) {
    EXPECT_FALSE(read_signing_request(text).ok()) << text;
  }
  EXPECT_FALSE(private_key_of_pem("x").ok());
}

TEST(SigningRequest, TheCertificateIsForItsKey) {
  const auto root_key = fresh_key(), key = fresh_key();
  const auto root = self_sign(of("CN=root", true), root_key.get());
  ASSERT_TRUE(root.ok()) << root.error();
  const auto read = read_signing_request(
      make_signing_request("CN=leaf", key.get(), SignatureDigest::sha256).value());
  ASSERT_TRUE(read.ok()) << read.error();
  const auto leaf = issue(of(read.value().subject, false), root.value(), read.value().key.get());
  ASSERT_TRUE(leaf.ok()) << leaf.error();
  const std::string pem = leaf.value().cert_pem();
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free);
  EXPECT_EQ(X509_verify(certificate.get(), root_key.get()), 1);
  EXPECT_EQ(EVP_PKEY_eq(leaf.value().private_key(), key.get()), 1);
  EXPECT_EQ(leaf.value().subject(), "CN=leaf");
}

}  // namespace
}  // namespace hoplab::pki
