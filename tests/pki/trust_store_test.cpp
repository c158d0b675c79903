// What may enter a trust store, by AWS's rules for bundles and revocation lists.
#include "pki/trust_store.h"

#include <random>

#include "pki/revocation_index.h"
#include "pki_lab.h"

namespace hoplab::pki {
namespace {

using namespace lab;

std::string error_of(const TrustStoreContents& contents) {
  const auto built = TrustStore::build(contents);
  return built.ok() ? "" : built.error();
}

std::string bundle_error(std::string pem) {
  return error_of({.ca_bundle_pem = std::move(pem)});
}

// A bundle of one root, with the given lists.
std::string crl_error(const Identity& ca, const std::vector<std::string>& crls,
                      TrustStoreLimits limits = {}) {
  TrustStoreContents contents{.ca_bundle_pem = ca.cert_pem(), .limits = limits};
  for (const std::string& crl : crls) {
    contents.revocations.push_back(
        {static_cast<std::int64_t>(contents.revocations.size() + 1), crl});
  }
  return error_of(contents);
}

::testing::AssertionResult says(const std::string& error, const std::string& start,
                                const std::string& part) {
  if (error.starts_with(start + ": ") && error.find(part) != std::string::npos) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "the error is: " << error;
}

const std::string kBadBundle = "InvalidCaCertificatesBundle";
const std::string kBadCrl = "InvalidRevocationContent";
const std::string kTooMany = "TooManyTrustStoreRevocationEntries";

TEST(CaBundle, CommentsAreAllowedBetweenCertificates) {
  const std::string pem = root("CN=One").cert_pem();
  const std::string other = root("CN=Two").cert_pem();
  EXPECT_EQ(bundle_error("# one\n" + pem + "#two, and more\n" + other + "# end"), "");
}

TEST(CaBundle, WindowsLineEndsAreRead) {
  std::string pem = root().cert_pem();
  for (std::size_t at = 0; (at = pem.find('\n', at)) != std::string::npos; at += 2) {
    pem.insert(at, "\r");
  }
  EXPECT_EQ(bundle_error(pem), "");
}

TEST(CaBundle, ShapeOutsideTheRulesIsRefusedWithItsLine) {
  const std::string pem = root().cert_pem();
  EXPECT_TRUE(says(bundle_error(""), kBadBundle, "no certificate"));
  EXPECT_TRUE(says(bundle_error("# only words\n"), kBadBundle, "no certificate"));
  EXPECT_TRUE(says(bundle_error("\n" + pem), kBadBundle, "line 1: a blank line"));
  EXPECT_TRUE(says(bundle_error(pem + "\n" + pem), kBadBundle, "a blank line"));
  EXPECT_TRUE(says(bundle_error("# a - b\n" + pem), kBadBundle, "line 1: a comment"));
  EXPECT_TRUE(says(bundle_error("Certificate:\n" + pem), kBadBundle, "x509 -text"));
  EXPECT_TRUE(says(bundle_error(pem.substr(0, pem.size() - 30)), kBadBundle, "no END"));
  EXPECT_TRUE(says(bundle_error("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"),
                   kBadBundle, "base64"));
  EXPECT_TRUE(says(bundle_error("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
                   kBadBundle, "not an X.509 certificate"));
  EXPECT_TRUE(says(bundle_error(root().key_pem()), kBadBundle, "PRIVATE KEY"));
}

TEST(CaBundle, BytesAfterACertificateAreRefused) {
  const std::string der = certificate_der(root().x509());
  EXPECT_EQ(bundle_error(pem_encode("CERTIFICATE", der)), "");
  EXPECT_TRUE(
      says(bundle_error(pem_encode("CERTIFICATE", der + '\0')), kBadBundle, "not an X.509"));
}

TEST(CaBundle, CertificateThatIsNoCaIsRefused) {
  EXPECT_TRUE(
      says(bundle_error(client("CN=a", root()).cert_pem()), kBadBundle, "\"CN=a\" is not a CA"));
}

TEST(CaBundle, TwentyFiveCasAreTheMost) {
  std::string pem;
  for (int i = 0; i < 25; ++i) pem += root("CN=" + std::to_string(i)).cert_pem();
  EXPECT_EQ(bundle_error(pem), "");
  EXPECT_TRUE(says(bundle_error(pem + root().cert_pem()), kBadBundle, "26 certificates"));
  TrustStoreContents raised{.ca_bundle_pem = pem + root().cert_pem()};
  raised.limits.ca_certificates = 26;
  EXPECT_EQ(error_of(raised), "");
}

TEST(CaBundle, CertificateAboveSixteenKilobytesIsRefused) {
  CertificateRequest big = ca_request("CN=Big");
  for (int i = 0; i < 450; ++i) {
    big.dns_names.push_back("a-rather-long-host-name-" + std::to_string(1000 + i) + ".example");
  }
  EXPECT_TRUE(says(bundle_error(must(self_sign(big)).cert_pem()), kBadBundle, "at most 16384"));
}

TEST(CaBundle, SubjectsTogetherAreLimited) {
  std::string subject = "CN=Root";
  for (int i = 0; i < 10; ++i) subject += ",OU=" + std::string(60, static_cast<char>('a' + i));
  std::string pem;
  for (int i = 0; i < 13; ++i) pem += root(subject).cert_pem();  // 13 x about 750 bytes
  EXPECT_EQ(bundle_error(pem), "");
  EXPECT_TRUE(says(bundle_error(pem + root(subject).cert_pem()), kBadBundle, "at most 10000"));
}

TEST(CaBundle, ExpiredCaMayEnter) {
  CertificateRequest old = ca_request("CN=Old");
  old.not_after = kNow - kDay;
  EXPECT_EQ(bundle_error(must(self_sign(old)).cert_pem()), "");
}

TEST(CaBundle, RandomDamageNeverCrashes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 rng(seed);
  const Identity ca_root = root();
  const std::string crl = must(make_crl(ca_root, crl_request({"01", "02"})));
  for (int i = 0; i < 2000; ++i) {
    TrustStoreContents contents{.ca_bundle_pem = ca_root.cert_pem(), .revocations = {{1, crl}}};
    std::string& text = i % 2 == 0 ? contents.ca_bundle_pem : contents.revocations[0].crl_pem;
    for (unsigned k = rng() % 4; k < 4; ++k) text[rng() % text.size()] = static_cast<char>(rng());
    if (rng() % 8 == 0) text.resize(rng() % text.size());
    (void)TrustStore::build(contents);
  }
}

TEST(TrustStore, TellsWhatItHolds) {
  const Identity one = root("CN=One");
  const Identity two = root("CN=Two");
  const auto trust = store(
      {one, two, one},
      {must(make_crl(one, crl_request({"01", "02"}))), must(make_crl(two, crl_request({"01"})))},
      42);
  EXPECT_EQ(trust->ca_count(), 3U);
  EXPECT_EQ(trust->total_revoked_entries(), 3U);
  EXPECT_EQ(trust->generation(), 42U);
  EXPECT_EQ(sk_X509_NAME_num(trust->ca_names()), 2);
  ASSERT_EQ(trust->revocations().size(), 2U);
  EXPECT_EQ(trust->revocations()[0].revocation_id, 1);
  EXPECT_EQ(trust->revocations()[0].entries, 2U);
  EXPECT_EQ(trust->revocations()[1].issuer, "CN=Two");
}

TEST(TrustStore, TextsOfABundleStandOnLinesOfTheirOwn) {
  TrustStoreContents contents;
  for (const char* subject : {"CN=One", "CN=Two"}) {
    std::string pem = root(subject).cert_pem();
    pem.pop_back();  // a file that does not end its last line
    contents.add_anchors(pem);
  }
  EXPECT_EQ(must(TrustStore::build(contents))->ca_count(), 2U);
}

TEST(TrustStore, ListsAreNumberedAsTheyCome) {
  TrustStoreContents contents;
  contents.add_list("first");
  contents.add_list("second");
  EXPECT_EQ(contents.revocations[0].revocation_id, 1);
  EXPECT_EQ(contents.revocations[1].revocation_id, 2);
  EXPECT_EQ(contents.revocations[1].crl_pem, "second");
}

TEST(RevocationContent, OneListPerFile) {
  const Identity ca_root = root();
  const std::string crl = must(make_crl(ca_root, crl_request({"01"})));
  EXPECT_EQ(crl_error(ca_root, {crl}), "");
  EXPECT_TRUE(says(crl_error(ca_root, {crl + crl}), kBadCrl,
                   "More than one CRL objects in the revocation file"));
}

TEST(RevocationContent, OtherContentIsRefused) {
  const Identity ca_root = root();
  EXPECT_TRUE(says(crl_error(ca_root, {""}), kBadCrl, "revocation 1: there is no PEM block"));
  EXPECT_TRUE(says(crl_error(ca_root, {"\x30\x82"}), kBadCrl, "no PEM block"));
  EXPECT_TRUE(says(crl_error(ca_root, {ca_root.cert_pem()}), kBadCrl, "CERTIFICATE"));
  EXPECT_TRUE(says(crl_error(ca_root, {pem_encode("X509 CRL", "abc")}), kBadCrl, "not a CRL"));
}

TEST(RevocationContent, UnknownIssuerAndForeignSignatureAreRefused) {
  const Identity ca_root = root();
  EXPECT_TRUE(says(crl_error(ca_root, {must(make_crl(root("CN=Else"), crl_request({})))}), kBadCrl,
                   "\"CN=Else\""));
  EXPECT_TRUE(
      says(crl_error(ca_root, {must(make_crl(root(), crl_request({})))}), kBadCrl, "signature"));
}

TEST(RevocationContent, CaWithoutTheRightToSignListsIsRefused) {
  CertificateRequest silent = ca_request("CN=Root");
  silent.key_usage = {{"keyCertSign"}};
  const Identity ca_root = must(self_sign(silent));
  EXPECT_TRUE(
      says(crl_error(ca_root, {must(make_crl(ca_root, crl_request({})))}), kBadCrl, "cRLSign"));
}

TEST(RevocationContent, Sha1ListIsAnIncorrectAlgorithm) {
  const Identity ca_root = root();
  CrlRequest old = crl_request({"01"});
  old.digest = SignatureDigest::sha1;
  EXPECT_TRUE(
      says(crl_error(ca_root, {must(make_crl(ca_root, old))}), kBadCrl, "incorrect algorithm"));
}

TEST(RevocationContent, IdsAreUnique) {
  const Identity ca_root = root();
  const std::string crl = must(make_crl(ca_root, crl_request({})));
  TrustStoreContents contents{.ca_bundle_pem = ca_root.cert_pem(),
                              .revocations = {{5, crl}, {5, crl}}};
  EXPECT_TRUE(says(error_of(contents), kBadCrl, "id 5 is given twice"));
}

TEST(RevocationContent, ThirtyListsAreTheMost) {
  const Identity ca_root = root();
  std::vector<std::string> crls(30, must(make_crl(ca_root, crl_request({}))));
  EXPECT_EQ(crl_error(ca_root, crls), "");
  crls.push_back(crls[0]);
  EXPECT_TRUE(says(crl_error(ca_root, crls), kTooMany, "31 lists"));
}

TEST(RevocationContent, EntriesOfAllListsAreCountedTogether) {
  const Identity ca_root = root();
  const std::string crl = must(make_crl(ca_root, crl_request({"01", "02", "03"})));
  TrustStoreLimits limits;
  limits.revoked_entries = 6;
  EXPECT_EQ(crl_error(ca_root, {crl, crl}, limits), "");
  limits.revoked_entries = 5;
  EXPECT_TRUE(says(crl_error(ca_root, {crl, crl}, limits), kTooMany, "more than 5"));
}

TEST(RevocationContent, FileSizeIsLimited) {
  const Identity ca_root = root();
  const std::string crl = must(make_crl(ca_root, crl_request({})));
  TrustStoreLimits limits;
  limits.crl_bytes = crl.size();
  EXPECT_EQ(crl_error(ca_root, {crl}, limits), "");
  --limits.crl_bytes;
  EXPECT_TRUE(says(crl_error(ca_root, {crl}, limits), kBadCrl, "bytes"));
}

TEST(RevocationIndex, AgreesWithAPlainSetThroughGrowth) {
  RevocationIndex index;
  EXPECT_FALSE(index.contains(0, "x"));
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const std::string serial = std::to_string(i * 2);
    index.add(i % 3, serial);
    index.add(i % 3, serial);
  }
  EXPECT_EQ(index.size(), 5000U);
  for (std::uint32_t i = 0; i < 5000; ++i) {
    EXPECT_TRUE(index.contains(i % 3, std::to_string(i * 2)));
    EXPECT_FALSE(index.contains((i + 1) % 3, std::to_string(i * 2)));
    EXPECT_FALSE(index.contains(i % 3, std::to_string(i * 2 + 1)));
  }
}

TEST(RevocationIndex, LeadingZeroBytesDoNotCount) {
  RevocationIndex index;
  index.add(0, std::string("\0\xFE", 2));
  EXPECT_TRUE(index.contains(0, "\xFE"));
  index.add(0, std::string("\0", 1));
  EXPECT_TRUE(index.contains(0, ""));
}

}  // namespace
}  // namespace hoplab::pki
