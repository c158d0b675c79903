// Certificates and keys that somebody else has made: see pki/import.h.
#include "pki/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "pki/alternative_names.h"
#include "pki/java_trust_store.h"
#include "pki/pem.h"

namespace hoplab::pki {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kYear = 365LL * 86400;

CertificateRequest asked_for(const std::string& subject, bool is_ca) {
  CertificateRequest made;
  made.subject = subject;
  made.not_after = kYear;
  made.is_ca = is_ca;
  return made;
}

class Import : public ::testing::Test {
 protected:
  Identity root_ = self_sign(asked_for("CN=root", true)).value();
  Identity upper_ = issue(asked_for("CN=upper", true), root_).value();
  Identity lower_ = issue(asked_for("CN=lower", true), upper_).value();
  Identity leaf_ = [this] {
    CertificateRequest one = asked_for("CN=leaf", false);
    one.dns_names = {"a.example", "*.b.example"};
    one.ip_addresses = {"10.0.0.1"};
    return issue(one, lower_).value();
  }();
};

TEST_F(Import, PemGivesBackWhatWasWritten) {
  const auto read = import_pem(leaf_.chain_pem(), leaf_.key_pem(), "");
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(read.value().chain_pem(), leaf_.chain_pem());
  EXPECT_EQ(read.value().key_pem(), leaf_.key_pem());
  EXPECT_EQ(read.value().serial(), leaf_.serial());
  EXPECT_THAT(alternative_names(read.value().x509(), GEN_DNS),
              ElementsAre("a.example", "*.b.example"));
}

TEST_F(Import, WhatIsReadIssuesAsIfItHadBeenMinted) {
  const auto authority = import_pem(lower_.chain_pem(), lower_.key_pem(), "");
  ASSERT_TRUE(authority.ok()) << authority.error();
  const auto issued = issue(asked_for("CN=new", false), authority.value());
  ASSERT_TRUE(issued.ok()) << issued.error();
  EXPECT_EQ(issued.value().chain_pem(), issued.value().cert_pem() + lower_.chain_pem());
  const auto again = import_pem(issued.value().chain_pem(), issued.value().key_pem(), "");
  EXPECT_TRUE(is_issued_by(again.value(), authority.value()));
  EXPECT_FALSE(is_issued_by(again.value(), import_pem(root_.cert_pem(), "", "").value()));
}

TEST_F(Import, Pkcs12PutsTheChainInOrder) {
  const auto file = leaf_.pkcs12("word", "a name");
  const auto read = import_pkcs12(file.value(), "word");
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(read.value().chain_pem(), leaf_.chain_pem());
  EXPECT_EQ(read.value().key_pem(), leaf_.key_pem());
  EXPECT_EQ(import_pkcs12(file.value(), "other").error(), "the password does not open it");
  EXPECT_EQ(import_pkcs12("nothing", "word").error(), "it is no PKCS#12 file");
}

TEST_F(Import, AStoreOfOneCertificateIsAnAuthorityWithoutAKey) {
  const auto der_of = [](const Identity& one) {
    return pem_decode(one.cert_pem(), PemSurroundings::anything).value()[0].der;
  };
  const auto read = import_pkcs12(java_trust_store({der_of(root_)}), "");
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(read.value().cert_pem(), root_.cert_pem());
  EXPECT_EQ(read.value().private_key(), nullptr);
  EXPECT_EQ(import_pkcs12(java_trust_store({der_of(root_), der_of(upper_)}), "").error(),
            "it has no private key, and 2 certificates in place of one");
}

TEST_F(Import, WhatDoesNotBelongTogetherIsRefused) {
  EXPECT_EQ(import_pem(leaf_.cert_pem(), root_.key_pem(), "").error(),
            "the private key is not that of the certificate \"CN=leaf\"");
  EXPECT_EQ(import_pem(leaf_.key_pem(), "", "").error(), "there is no certificate in it");
  EXPECT_EQ(import_pem(leaf_.cert_pem(), leaf_.cert_pem(), "").error(),
            "there is no private key in it");
  EXPECT_EQ(import_pem(pem_encode("CERTIFICATE", "nothing"), "", "").error(),
            "a certificate in it cannot be decoded");
  EXPECT_THAT(import_pem(leaf_.cert_pem(), pem_encode("PRIVATE KEY", "nothing"), "").error(),
              HasSubstr("the private key in it cannot be decoded"));
}

}  // namespace
}  // namespace hoplab::pki
