// Verdicts of judge() on paths to an anchor, and what holds for all of them; what a certificate
// says itself and revocation have their own files.
#include "pki/verdict.h"

#include <openssl/err.h>

#include <thread>

#include "pki_lab.h"

namespace hoplab::pki {
namespace {

using namespace lab;

TEST(Verdict, ClientOfTheTrustedRootSucceeds) {
  const Identity ca_root = root();
  const Judgement judgement = verdict(*store({ca_root}), {client("CN=a", ca_root)});
  EXPECT_EQ(judgement.status, VerifyStatus::success) << judgement.reason;
  EXPECT_EQ(judgement.reason, "");
  EXPECT_EQ(judgement.holds.from, kNow - 100 * kDay);
  EXPECT_EQ(judgement.holds.until, kNow + 100 * kDay);
}

TEST(Verdict, EverySupportedKeyAndSignatureSucceeds) {
  for (const KeyAlgorithm key : {KeyAlgorithm::rsa_2048, KeyAlgorithm::ec_prime256v1,
                                 KeyAlgorithm::ec_secp384r1, KeyAlgorithm::ec_secp521r1}) {
    CertificateRequest ca = ca_request("CN=Root");
    ca.key = key;
    const Identity ca_root = must(self_sign(ca));
    const auto trust = store({ca_root});
    for (const SignatureDigest digest :
         {SignatureDigest::sha256, SignatureDigest::sha384, SignatureDigest::sha512}) {
      CertificateRequest leaf = client_request("CN=a");
      leaf.key = key;
      leaf.digest = digest;
      for (const bool pss : {false, true}) {
        leaf.rsa_pss = pss && key == KeyAlgorithm::rsa_2048;
        const Judgement judgement = verdict(*trust, {must(issue(leaf, ca_root))});
        EXPECT_EQ(judgement.status, VerifyStatus::success)
            << to_text(key) << ": " << judgement.reason;
      }
    }
  }
}

TEST(Verdict, NoCertificateIsUnmapped) {
  const auto trust = store({root()});
  const Judgement judgement = judge(*trust, nullptr, nullptr, kNow);
  EXPECT_EQ(judgement.status, VerifyStatus::unmapped_connection_error);
  EXPECT_EQ(judgement.certificate_index, -1);
  EXPECT_NE(judgement.reason.find("sent no certificate"), std::string::npos);
}

TEST(Verdict, LeafAloneWithoutAStackIsJudged) {
  const Identity ca_root = root();
  const Chain one = chain({client("CN=a", ca_root)});
  EXPECT_TRUE(judge(*store({ca_root}), one.leaf(), nullptr, kNow).ok());
}

TEST(Verdict, UnknownIssuerIsUntrustedAndNamed) {
  const Judgement judgement =
      verdict(*store({root()}), {client("CN=a,O=Other", root("CN=Elsewhere"))});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_untrusted);
  EXPECT_EQ(judgement.certificate_index, 0);
  EXPECT_EQ(judgement.certificate_subject, "CN=a,O=Other");
  EXPECT_NE(judgement.reason.find("\"CN=Elsewhere\""), std::string::npos) << judgement.reason;
}

TEST(Verdict, AnotherCaOfTheSameNameIsUntrusted) {
  const Judgement judgement = verdict(*store({root()}), {client("CN=a", root())});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_untrusted);
  EXPECT_NE(judgement.reason.find("another key of that name"), std::string::npos)
      << judgement.reason;
}

TEST(Verdict, SelfSignedLeafIsUntrusted) {
  const Judgement judgement = verdict(*store({root()}), {must(self_sign(client_request("CN=a")))});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_untrusted);
  EXPECT_NE(judgement.reason.find("self-signed"), std::string::npos) << judgement.reason;
}

TEST(Verdict, RootThatTheClientBringsIsNotTrusted) {
  const Identity theirs = root("CN=Theirs");
  const Judgement judgement = verdict(*store({root()}), {client("CN=a", theirs), theirs});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_untrusted);
  EXPECT_EQ(judgement.certificate_index, 1);
}

TEST(Verdict, AlteredSignatureIsUntrusted) {
  const Identity ca_root = root();
  const std::string der = altered(client("CN=a", ca_root), [](std::string& bytes) {
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
  });
  const Chain presented({der});
  const Judgement judgement = judge(*store({ca_root}), presented.leaf(), presented.all(), kNow);
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_untrusted);
}

TEST(Verdict, IntermediateIsFoundOnTheWireOrInTheStore) {
  const Identity ca_root = root();
  const Identity middle = ca("CN=Middle", ca_root);
  const Identity leaf = client("CN=a", middle);
  EXPECT_TRUE(verdict(*store({ca_root}), {leaf, middle}).ok());
  EXPECT_TRUE(verdict(*store({ca_root, middle}), {leaf}).ok());
  EXPECT_TRUE(verdict(*store({ca_root}), {leaf, middle, ca_root}).ok());
  EXPECT_EQ(verdict(*store({ca_root}), {leaf}).status, VerifyStatus::client_cert_untrusted);
}

TEST(Verdict, IntermediateWithoutItsRootIsAnAnchor) {
  const Identity middle = ca("CN=Middle", root());
  EXPECT_TRUE(verdict(*store({middle}), {client("CN=a", middle)}).ok());
}

TEST(Verdict, OrderAndStrangersOnTheWireDoNotMatter) {
  const Identity ca_root = root();
  const Identity upper = ca("CN=Upper", ca_root);
  const Identity lower = ca("CN=Lower", upper);
  const Identity leaf = client("CN=a", lower);
  EXPECT_TRUE(verdict(*store({ca_root}), {leaf, upper, lower}).ok());
  EXPECT_TRUE(verdict(*store({ca_root}), {leaf, lower, upper, root("CN=Stranger")}).ok());
}

TEST(Verdict, FourCertificatesPassAndAFifthOnTheWireIsTooDeep) {
  const Identity ca_root = root();
  const Identity upper = ca("CN=Upper", ca_root);
  const Identity lower = ca("CN=Lower", upper);
  const Identity leaf = client("CN=a", lower);
  const auto trust = store({ca_root});
  EXPECT_TRUE(verdict(*trust, {leaf, lower, upper, ca_root}).ok());
  const Judgement judgement = verdict(*trust, {leaf, lower, upper, ca_root, root("CN=Stranger")});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_max_chain_depth_exceeded);
  EXPECT_EQ(judgement.certificate_subject, "CN=Stranger");
}

TEST(Verdict, FifthCertificateOnThePathIsTooDeep) {
  const Identity ca_root = root();
  const Identity top = ca("CN=Top", ca_root);
  const Identity upper = ca("CN=Upper", top);
  const Identity lower = ca("CN=Lower", upper);
  const Judgement judgement =
      verdict(*store({ca_root}), {client("CN=a", lower), lower, upper, top});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_max_chain_depth_exceeded);
  // An intermediate of the bundle is an anchor and ends the path, so the same chain is shorter.
  EXPECT_TRUE(verdict(*store({ca_root, top}), {client("CN=a", lower), lower, upper}).ok());
}

TEST(Verdict, UnknownIssuerOfAFullMessageIsUntrustedNotTooDeep) {
  const Identity theirs = root("CN=Theirs");
  const Identity top = ca("CN=Top", theirs);
  const Identity upper = ca("CN=Upper", top);
  const Identity lower = ca("CN=Lower", upper);
  EXPECT_EQ(verdict(*store({root()}), {client("CN=a", lower), lower, upper, top}).status,
            VerifyStatus::client_cert_untrusted);
}

TEST(Verdict, DamagedCertificatesNeverCrashAndNeverPass) {
  const Identity ca_root = root();
  const auto trust = store({ca_root});
  const std::string whole = certificate_der(client("CN=a", ca_root).x509());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string der = whole;
    der[at] = static_cast<char>(der[at] ^ (1 << at % 8));
    const Chain presented({der});
    EXPECT_FALSE(judge(*trust, presented.leaf(), presented.all(), kNow).ok()) << "byte " << at;
  }
}

TEST(Verdict, LeavesTheErrorQueueAsItWas) {
  const auto trust = store({root()});
  ERR_clear_error();
  EXPECT_FALSE(verdict(*trust, {client("CN=a", root("CN=Elsewhere"))}).ok());
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

TEST(Verdict, ThreadsShareOneStore) {
  const Identity ca_root = root();
  const Identity middle = ca("CN=Middle", ca_root);
  const Identity leaf = client("CN=a", middle);
  const Identity revoked = client("CN=b", middle);
  const auto trust =
      store({ca_root, middle}, {must(make_crl(middle, crl_request({revoked.serial()})))});
  const auto good = ders({leaf, middle});
  const auto bad = ders({revoked, middle});
  std::vector<int> wrong(4, 0);
  {
    std::vector<std::jthread> threads;
    for (int& count : wrong) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          const Chain one(good);
          const Chain two(bad);
          if (!judge(*trust, one.leaf(), one.all(), kNow).ok()) ++count;
          if (judge(*trust, two.leaf(), two.all(), kNow).ok()) ++count;
        }
      });
    }
  }
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace hoplab::pki
