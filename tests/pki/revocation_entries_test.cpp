// Lists taken apart say what OpenSSL reads of them in one piece, and are signed by the same keys.
#include "pki/revocation_entries.h"

#include <gtest/gtest.h>

#include "pki_lab.h"

namespace hoplab::pki {
namespace {

using namespace lab;

std::string der_of(const std::string& pem) {
  return must(pem_decode(pem, PemSurroundings::anything)).front().der;
}

std::vector<std::string> serials_of(const RevocationParts& parts) {
  std::vector<std::string> all;
  parts.serials.for_each([&all](std::string_view serial) { all.emplace_back(serial); });
  return all;
}

TEST(RevocationEntries, AreTheSerialNumbersInOrderWithoutNegativeOnes) {
  const Identity issuer = root();
  const std::string der =
      der_of(must(make_crl(issuer, crl_request({"0A", "-0B", "C0FFEE", "00"}))));
  const auto parts = take_apart(der);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->entries, 4U);
  EXPECT_EQ(serials_of(*parts),
            (std::vector<std::string>{"\x0a", "\xc0\xff\xee", std::string(1, '\0')}));
  EXPECT_EQ(parts->serials.bytes(), 5U);
  EXPECT_EQ(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(parts->frame.get())), -1);
}

TEST(RevocationEntries, AListWithoutAnyIsOne) {
  const std::string der = der_of(must(make_crl(root(), crl_request({}))));
  const auto parts = take_apart(der);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->entries, 0U);
}

TEST(RevocationEntries, TheSignatureIsOnTheListAsItCame) {
  for (const auto key : {KeyAlgorithm::ec_prime256v1, KeyAlgorithm::rsa_2048}) {
    CertificateRequest request = ca_request("CN=Root");
    request.key = key;
    const Identity issuer = must(self_sign(request)), other = must(self_sign(request));
    std::string der = der_of(must(make_crl(issuer, crl_request({"01", "02"}))));
    const auto parts = take_apart(der);
    ASSERT_TRUE(parts);
    EXPECT_TRUE(is_signed_by(*parts, X509_get0_pubkey(issuer.x509())));
    EXPECT_FALSE(is_signed_by(*parts, X509_get0_pubkey(other.x509())));
    der[der.find(std::string("\x02\x01\x02", 3)) + 2] = 3;  // the second serial number
    EXPECT_FALSE(is_signed_by(take_apart(der).value(), X509_get0_pubkey(issuer.x509())));
  }
}

TEST(RevocationEntries, WhatOpensslDoesNotReadIsNoList) {
  const std::string der = der_of(must(make_crl(root(), crl_request({"01", "02"}))));
  for (std::size_t size = 0; size < der.size(); ++size)
    EXPECT_FALSE(take_apart(der.substr(0, size)));
  EXPECT_FALSE(take_apart(der + "more"));
  for (std::size_t at = 0; at < der.size(); ++at) {
    std::string altered = der;
    altered[at] = static_cast<char>(altered[at] ^ 0x20);
    const auto* begin = reinterpret_cast<const unsigned char*>(altered.data());
    const auto* end = begin;
    const ErrorQueueGuard guard;
    const CrlPtr whole(d2i_X509_CRL(nullptr, &end, static_cast<long>(altered.size())));
    const bool read = whole != nullptr && end == begin + altered.size();
    const auto parts = take_apart(altered);
    EXPECT_LE(parts.has_value(), read) << at;
    if (!parts || !read) continue;
    EXPECT_EQ(static_cast<int>(parts->entries),
              std::max(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(whole.get())), 0))
        << at;
  }
}

}  // namespace
}  // namespace hoplab::pki
