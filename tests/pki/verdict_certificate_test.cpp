// Verdicts of judge() on what a certificate itself is: its size, validity, key, signature, form and
// purpose.
#include "pki/verdict.h"

#include "pki_lab.h"
#include "support/small_exponent.h"

namespace hoplab::pki {
namespace {

using namespace lab;

TEST(Verdict, LeafAboveSixteenKilobytesIsTooLarge) {
  const Identity ca_root = root();
  CertificateRequest big = client_request("CN=a");
  for (int i = 0; i < 450; ++i) {
    big.dns_names.push_back("a-rather-long-host-name-" + std::to_string(1000 + i) + ".example");
  }
  const Judgement judgement = verdict(*store({ca_root}), {must(issue(big, ca_root))});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_max_size_exceeded);
  big.dns_names.resize(300);
  EXPECT_TRUE(verdict(*store({ca_root}), {must(issue(big, ca_root))}).ok());
}

TEST(Verdict, MessageAboveSixtyFourKilobytesIsTooLarge) {
  const Identity ca_root = root();
  CertificateRequest big = ca_request("CN=Big");
  for (int i = 0; i < 700; ++i) {
    big.dns_names.push_back("a-rather-long-host-name-" + std::to_string(1000 + i) + ".example");
  }
  const Identity huge = must(issue(big, ca_root));
  EXPECT_EQ(verdict(*store({ca_root}), {client("CN=a", ca_root), huge, huge, huge}).status,
            VerifyStatus::client_cert_max_size_exceeded);
}

TEST(Verdict, ExpiredLeafFailsUnlessExpiryIsIgnored) {
  const Identity ca_root = root();
  CertificateRequest old = client_request("CN=a");
  old.not_after = kNow - kDay;
  const Identity leaf = must(issue(old, ca_root));
  const auto trust = store({ca_root});
  const Judgement judgement = verdict(*trust, {leaf});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_expired);
  EXPECT_NE(judgement.reason.find("IgnoreClientCertificateExpiry"), std::string::npos);
  EXPECT_TRUE(verdict(*trust, {leaf}, {.ignore_expiry = true}).ok());
}

TEST(Verdict, IgnoringExpiryCoversTheWholeChain) {
  CertificateRequest old = ca_request("CN=Root");
  old.not_after = kNow - kDay;
  const Identity ca_root = must(self_sign(old));
  old.subject = "CN=Middle";
  const Identity middle = must(issue(old, ca_root));
  const Identity leaf = client("CN=a", middle);
  const auto trust = store({ca_root});
  const Judgement judgement = verdict(*trust, {leaf, middle});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_expired);
  EXPECT_EQ(judgement.certificate_index, 2);
  EXPECT_TRUE(verdict(*trust, {leaf, middle}, {.ignore_expiry = true}).ok());
}

TEST(Verdict, IgnoringExpiryIgnoresNothingElse) {
  const Identity ca_root = root();
  CertificateRequest old = client_request("CN=a");
  old.not_after = kNow - kDay;
  old.extended_key_usage = {"serverAuth"};
  EXPECT_EQ(verdict(*store({ca_root}), {must(issue(old, ca_root))}, {.ignore_expiry = true}).status,
            VerifyStatus::client_cert_purpose_invalid);
  EXPECT_EQ(verdict(*store({root()}), {must(issue(old, ca_root))}, {.ignore_expiry = true}).status,
            VerifyStatus::client_cert_untrusted);
}

TEST(Verdict, NotYetValidFailsEvenWhenExpiryIsIgnored) {
  const Identity ca_root = root();
  CertificateRequest early = client_request("CN=a");
  early.not_before = kNow + kDay;
  const Identity leaf = must(issue(early, ca_root));
  for (const bool ignore : {false, true}) {
    EXPECT_EQ(verdict(*store({ca_root}), {leaf}, {.ignore_expiry = ignore}).status,
              VerifyStatus::client_cert_not_yet_valid);
  }
}

TEST(Verdict, ValidityEdgesAgreeWithTheSpanThatIsPromised) {
  const Identity ca_root = root();
  const auto trust = store({ca_root});
  const Identity leaf = client("CN=a", ca_root);
  const TimeSpan span = verdict(*trust, {leaf}).holds;
  EXPECT_TRUE(verdict(*trust, {leaf}, {}, span.from).ok());
  EXPECT_FALSE(verdict(*trust, {leaf}, {}, span.from - 1).ok());
  EXPECT_TRUE(verdict(*trust, {leaf}, {}, span.until - 1).ok());
  EXPECT_FALSE(verdict(*trust, {leaf}, {}, span.until).ok());
}

TEST(Verdict, UnsupportedKeysAreUnsupportedTypes) {
  const Identity ca_root = root();
  for (const KeyAlgorithm key : {KeyAlgorithm::rsa_1024, KeyAlgorithm::ed25519}) {
    CertificateRequest leaf = client_request("CN=a");
    leaf.key = key;
    const Judgement judgement = verdict(*store({ca_root}), {must(issue(leaf, ca_root))});
    EXPECT_EQ(judgement.status, VerifyStatus::client_cert_type_unsupported) << to_text(key);
    EXPECT_EQ(judgement.certificate_index, 0);
  }
}

TEST(Verdict, RsaKeysWhoseSignaturesTlsCannotCheckAreUnsupportedTypes) {
  const Identity ca_root = root();
  const auto trust = store({ca_root});
  const auto status = [&](const KeyPtr& key) {
    return judge(*trust, testing::certificate_of(key.get(), ca_root).get(), nullptr, kNow).status;
  };
  EXPECT_EQ(status(testing::rsa_key(2048, "340282366920938463463374607431768211507")),
            VerifyStatus::success);
  EXPECT_EQ(status(testing::rsa_key(3136, "18446744073709551629")),
            VerifyStatus::client_cert_type_unsupported);
  EXPECT_EQ(status(testing::rsa_pss_key(2048, nullptr)), VerifyStatus::success);
  for (const char* hash : {"SHA256", "SHA384", "SHA512"}) {
    EXPECT_EQ(status(testing::rsa_pss_key(2048, hash)), VerifyStatus::success) << hash;
  }
  EXPECT_EQ(status(testing::rsa_pss_key(2048, "SHA1")), VerifyStatus::client_cert_type_unsupported);
  EXPECT_EQ(status(testing::rsa_pss_key(2048, "SHA256", 64)),
            VerifyStatus::client_cert_type_unsupported)
      << "a salt longer than the hash";
}

TEST(Verdict, UnsupportedKeyOfAnIntermediateIsAnUnsupportedType) {
  const Identity ca_root = root();
  CertificateRequest weak = ca_request("CN=Weak");
  weak.key = KeyAlgorithm::rsa_1024;
  const Identity middle = must(issue(weak, ca_root));
  const Judgement judgement = verdict(*store({ca_root}), {client("CN=a", middle), middle});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_type_unsupported);
  EXPECT_EQ(judgement.certificate_index, 1);
}

TEST(Verdict, Sha1SignatureIsUntrustedButNotOnTheAnchor) {
  CertificateRequest old_root = ca_request("CN=Root");
  old_root.digest = SignatureDigest::sha1;
  const Identity ca_root = must(self_sign(old_root));
  CertificateRequest leaf = client_request("CN=a");
  EXPECT_TRUE(verdict(*store({ca_root}), {must(issue(leaf, ca_root))}).ok());
  leaf.digest = SignatureDigest::sha1;
  const Judgement judgement = verdict(*store({ca_root}), {must(issue(leaf, ca_root))});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_untrusted);
  EXPECT_NE(judgement.reason.find("SHA1"), std::string::npos) << judgement.reason;
}

TEST(Verdict, PssWithSha1IsUntrusted) {
  CertificateRequest ca = ca_request("CN=Root");
  ca.key = KeyAlgorithm::rsa_2048;
  const Identity ca_root = must(self_sign(ca));
  CertificateRequest leaf = client_request("CN=a");
  leaf.rsa_pss = true;
  leaf.digest = SignatureDigest::sha1;
  EXPECT_EQ(verdict(*store({ca_root}), {must(issue(leaf, ca_root))}).status,
            VerifyStatus::client_cert_untrusted);
}

TEST(Verdict, SignatureThatIsNotSupportedIsNamedWhoeverCanCheckIt) {
  CertificateRequest ca = ca_request("CN=Root");
  ca.key = KeyAlgorithm::rsa_2048;
  const Identity ca_root = must(self_sign(ca));
  const auto trust = store({ca_root});
  const auto key = testing::ec_key("P-256");
  const std::pair<const EVP_MD*, const char*> digests[] = {{EVP_sha512_256(), "512-256"},
                                                           {EVP_sha512_224(), "512-224"},
                                                           {EVP_sha3_256(), "SHA3-256"},
                                                           {EVP_sha224(), "sha224"},
                                                           {EVP_md5(), "md5"},
                                                           {EVP_ripemd160(), "ripemd160"}};
  for (const auto& [digest, name] : digests) {
    const auto made = testing::certificate_of(key.get(), ca_root, "a", digest);
    for (const auto& leaf :
         {CertificatePtr(X509_dup(made.get())), read_by_a_listener(made.get())}) {
      const Judgement judgement = judge(*trust, leaf.get(), nullptr, kNow);
      EXPECT_EQ(judgement.status, VerifyStatus::client_cert_untrusted);
      EXPECT_NE(judgement.reason.find(name), std::string::npos) << judgement.reason;
      EXPECT_NE(judgement.reason.find("not supported"), std::string::npos) << judgement.reason;
    }
  }
}

TEST(Verdict, SignatureOfAKeyThatIsNotSupportedIsNamed) {
  const Identity ca_root = root();
  CertificateRequest ca = ca_request("CN=Middle");
  ca.key = KeyAlgorithm::ed25519;
  const Identity middle = must(issue(ca, ca_root));
  const auto leaf = read_by_a_listener(client("CN=a", middle).x509());
  const auto sent = read_by_a_listener(middle.x509());
  const CertificateStackPtr presented(sk_X509_new_null());
  for (X509* one : {leaf.get(), sent.get()}) {
    X509_up_ref(one);
    sk_X509_push(presented.get(), one);
  }
  const Judgement judgement = judge(*store({ca_root}), leaf.get(), presented.get(), kNow);
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_untrusted);
  EXPECT_NE(judgement.reason.find("ED25519"), std::string::npos) << judgement.reason;
}

TEST(Verdict, KeyThatFipsDoesNotAllowIsIncompatibleUnderAFipsPolicyOnly) {
  const Identity ca_root = root();
  const auto trust = store({ca_root});
  const auto pem = testing::client_with_small_exponent(ca_root).certificate;
  const Chain sent({must(pem_decode(pem, PemSurroundings::anything)).front().der});
  EXPECT_TRUE(judge(*trust, sent.leaf(), sent.all(), kNow).ok());
  const Judgement fips = judge(*trust, sent.leaf(), sent.all(), kNow, {.fips = true});
  EXPECT_EQ(fips.status, VerifyStatus::client_cert_incompatible);
  EXPECT_NE(fips.reason.find("the RSA exponent 3"), std::string::npos) << fips.reason;
  for (const KeyAlgorithm key : {KeyAlgorithm::rsa_2048, KeyAlgorithm::ec_secp384r1}) {
    CertificateRequest leaf = client_request("CN=a");
    leaf.key = key;
    EXPECT_TRUE(verdict(*trust, {must(issue(leaf, ca_root))}, {.fips = true}).ok());
  }
}

TEST(Verdict, RejectedSubjectsAreRejectedWhateverTheyShow) {
  const Identity ca_root = root();
  const auto trust = store({ca_root});
  const JudgeOptions options{.rejected_subjects = {"CN=other", "CN=a,O=b"}};
  EXPECT_EQ(verdict(*trust, {client("CN=a,O=b", ca_root)}, options).status,
            VerifyStatus::client_cert_rejected);
  EXPECT_TRUE(verdict(*trust, {client("CN=a", ca_root)}, options).ok());
}

TEST(Verdict, VersionOneIsInvalid) {
  const Identity ca_root = root();
  CertificateRequest old = request("CN=a");
  old.version = 1;
  const Judgement judgement = verdict(*store({ca_root}), {must(issue(old, ca_root))});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_invalid);
  EXPECT_NE(judgement.reason.find("X.509v1"), std::string::npos);
}

TEST(Verdict, MalformedExtensionIsInvalid) {
  const Identity ca_root = root();
  // basicConstraints CA:FALSE is an empty sequence, 30 00; an INTEGER in its place cannot be read.
  const std::string der = altered(client("CN=a", ca_root), [](std::string& bytes) {
    const std::string constraints("\x55\x1D\x13\x01\x01\xFF\x04\x02\x30\x00", 10);
    const std::size_t at = bytes.find(constraints);
    ASSERT_NE(at, std::string::npos);
    bytes[at + 8] = 0x02;
  });
  const Chain presented({der});
  EXPECT_EQ(judge(*store({ca_root}), presented.leaf(), presented.all(), kNow).status,
            VerifyStatus::client_cert_invalid);
}

TEST(Verdict, PurposeMustAllowClientAuthenticationWhenStated) {
  const Identity ca_root = root();
  const auto trust = store({ca_root});
  const auto status = [&](const CertificateRequest& leaf) {
    return verdict(*trust, {must(issue(leaf, ca_root))}).status;
  };
  CertificateRequest leaf = request("CN=a");
  EXPECT_EQ(status(leaf), VerifyStatus::success);  // no extended key usage: any
  leaf.extended_key_usage = {"serverAuth"};
  EXPECT_EQ(status(leaf), VerifyStatus::client_cert_purpose_invalid);
  leaf.extended_key_usage = {"serverAuth", "clientAuth"};
  EXPECT_EQ(status(leaf), VerifyStatus::success);
  leaf.key_usage = {{"keyEncipherment"}};
  EXPECT_EQ(status(leaf), VerifyStatus::client_cert_purpose_invalid);
  leaf.key_usage = std::vector<std::string>{};
  EXPECT_EQ(status(leaf), VerifyStatus::success);
}

TEST(Verdict, IssuerThatIsNoCaIsAWrongPurpose) {
  const Identity ca_root = root();
  // The same key and name twice: once a CA to sign with, once not a CA to send.
  const Identity real = ca("CN=Middle", ca_root);
  const Identity leaf = client("CN=a", real);
  const std::string der = altered(real, [](std::string& bytes) {
    const std::string usage("\x03\x02\x01\x86", 4);  // digitalSignature, keyCertSign, cRLSign
    const std::size_t at = bytes.find(usage);
    ASSERT_NE(at, std::string::npos);
    bytes[at + 3] = static_cast<char>(0x80);
  });
  auto sent = ders({leaf});
  sent.push_back(der);
  const Chain presented(sent);
  const Judgement judgement = judge(*store({ca_root}), presented.leaf(), presented.all(), kNow);
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_purpose_invalid);
  EXPECT_NE(judgement.reason.find("keyCertSign"), std::string::npos) << judgement.reason;
}

TEST(Verdict, PathLengthOfACaIsKept) {
  CertificateRequest short_root = ca_request("CN=Root");
  short_root.path_length = 0;
  const Identity ca_root = must(self_sign(short_root));
  const Identity middle = ca("CN=Middle", ca_root);
  EXPECT_TRUE(verdict(*store({ca_root}), {client("CN=a", ca_root)}).ok());
  EXPECT_EQ(verdict(*store({ca_root}), {client("CN=a", middle), middle}).status,
            VerifyStatus::client_cert_purpose_invalid);
}

}  // namespace
}  // namespace hoplab::pki
