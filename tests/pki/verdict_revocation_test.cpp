// Revocation as judge() sees it: whose lists count, which serials, and lists out of date.
#include "pki/verdict.h"

#include "pki_lab.h"

namespace hoplab::pki {
namespace {

using namespace lab;

TEST(VerdictRevocation, RevokedLeafIsACrlHit) {
  const Identity ca_root = root();
  const Identity revoked = client("CN=bad", ca_root);
  const auto trust = store({ca_root}, {must(make_crl(ca_root, crl_request({revoked.serial()})))});
  const Judgement judgement = verdict(*trust, {revoked});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_crl_hit);
  EXPECT_EQ(judgement.certificate_index, 0);
  EXPECT_NE(judgement.reason.find(revoked.serial()), std::string::npos);
  EXPECT_TRUE(verdict(*trust, {client("CN=good", ca_root)}).ok());
}

TEST(VerdictRevocation, RevokedIntermediateIsACrlHit) {
  const Identity ca_root = root();
  const Identity middle = ca("CN=Middle", ca_root);
  const auto trust = store({ca_root}, {must(make_crl(ca_root, crl_request({middle.serial()})))});
  const Judgement judgement = verdict(*trust, {client("CN=a", middle), middle});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_crl_hit);
  EXPECT_EQ(judgement.certificate_index, 1);
}

TEST(VerdictRevocation, RevokedIntermediateOfTheBundleIsACrlHit) {
  const Identity ca_root = root();
  const Identity upper = ca("CN=Upper", ca_root);
  const Identity lower = ca("CN=Lower", upper);
  const Identity leaf = client("CN=a", lower);
  const std::string of_upper = must(make_crl(ca_root, crl_request({upper.serial()})));
  const Judgement judgement = verdict(*store({lower, ca_root, upper}, {of_upper}), {leaf});
  EXPECT_EQ(judgement.status, VerifyStatus::client_cert_crl_hit);
  EXPECT_EQ(judgement.certificate_subject, "CN=Upper");
  const std::string of_other = must(make_crl(ca_root, crl_request({"0A"})));
  EXPECT_TRUE(verdict(*store({lower, ca_root, upper}, {of_other}), {leaf}).ok());
}

TEST(VerdictRevocation, ListRevokesOnlyCertificatesOfItsOwnIssuer) {
  const Identity one = root("CN=One");
  const Identity two = root("CN=Two");
  CertificateRequest same_serial = client_request("CN=a");
  same_serial.serial = "0A";
  const auto trust = store({one, two}, {must(make_crl(one, crl_request({"0A"})))});
  EXPECT_EQ(verdict(*trust, {must(issue(same_serial, one))}).status,
            VerifyStatus::client_cert_crl_hit);
  EXPECT_TRUE(verdict(*trust, {must(issue(same_serial, two))}).ok());
}

TEST(VerdictRevocation, ListOfACasNewKeyIsAlsoForWhatItsOldKeyIssued) {
  const Identity renewed = root("CN=CA");
  const Identity old = ca("CN=CA", renewed);  // the old key, certified by the new one
  const Identity leaf = client("CN=a", old);
  const Identity other_ca = root("CN=Other CA");
  const std::string list = must(make_crl(renewed, crl_request({leaf.serial()})));
  EXPECT_EQ(verdict(*store({renewed}, {list}), {leaf, old}).status,
            VerifyStatus::client_cert_crl_hit);
  EXPECT_EQ(verdict(*store({old, renewed}, {list}), {leaf}).status,
            VerifyStatus::client_cert_crl_hit)
      << "the old key's certificate is an anchor itself";
  const std::string other = must(make_crl(other_ca, crl_request({leaf.serial()})));
  EXPECT_TRUE(verdict(*store({renewed, other_ca}, {other}), {leaf, old}).ok());
}

TEST(VerdictRevocation, OutdatedListIsUsedUnlessTheOptionRefusesIt) {
  const Identity ca_root = root();
  const Identity revoked = client("CN=bad", ca_root);
  const Identity good = client("CN=good", ca_root);
  CrlRequest old = crl_request({revoked.serial()});
  old.this_update = kNow - 3 * kDay;
  old.next_update = kNow - kDay;
  const auto trust = store({ca_root}, {must(make_crl(ca_root, old))});
  EXPECT_TRUE(verdict(*trust, {good}).ok());
  EXPECT_EQ(verdict(*trust, {revoked}).status, VerifyStatus::client_cert_crl_hit);
  EXPECT_EQ(verdict(*trust, {good}, {.refuse_outdated_crl = true}).status,
            VerifyStatus::client_cert_crl_processing_error);
}

TEST(VerdictRevocation, OneCurrentListAmongOutdatedOnesIsEnough) {
  const Identity ca_root = root();
  CrlRequest old = crl_request({});
  old.next_update = kNow - 1;
  const auto trust =
      store({ca_root}, {must(make_crl(ca_root, old)), must(make_crl(ca_root, crl_request({})))});
  const Judgement judgement =
      verdict(*trust, {client("CN=a", ca_root)}, {.refuse_outdated_crl = true});
  EXPECT_TRUE(judgement.ok()) << judgement.reason;
  EXPECT_EQ(judgement.holds.from, kNow - kDay);
  EXPECT_EQ(judgement.holds.until, kNow + 7 * kDay);
}

TEST(VerdictRevocation, NegativeSerialCannotBeRevoked) {
  const Identity ca_root = root();
  CertificateRequest negative = client_request("CN=a");
  negative.serial = "-0A";
  CertificateRequest positive = client_request("CN=a");
  positive.serial = "0A";
  const auto trust = store({ca_root}, {must(make_crl(ca_root, crl_request({"-0A"})))});
  EXPECT_TRUE(verdict(*trust, {must(issue(negative, ca_root))}).ok());
  EXPECT_TRUE(verdict(*trust, {must(issue(positive, ca_root))}).ok());
  EXPECT_EQ(trust->total_revoked_entries(), 1U);
}

TEST(VerdictRevocation, HighBitSerialIsRevocable) {
  const Identity ca_root = root();
  CertificateRequest leaf = client_request("CN=a");
  leaf.serial = "FEF257372D5C14D4";
  const auto trust = store({ca_root}, {must(make_crl(ca_root, crl_request({"fef257372d5c14d4"})))});
  EXPECT_EQ(verdict(*trust, {must(issue(leaf, ca_root))}).status,
            VerifyStatus::client_cert_crl_hit);
}

}  // namespace
}  // namespace hoplab::pki
