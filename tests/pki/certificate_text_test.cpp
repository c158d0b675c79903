// A certificate's parts as an Application Load Balancer writes them.
#include "pki/certificate_text.h"

#include <openssl/pem.h>

#include "pki/distinguished_name.h"
#include "pki_lab.h"

namespace hoplab::pki {
namespace {

using namespace lab;

std::string minted_serial(const std::string& serial) {
  CertificateRequest wanted = request("CN=a");
  wanted.serial = serial;
  return serial_text(must(self_sign(wanted)).x509());
}

TEST(SerialText, IsUpperCaseWholeBytesWithoutTheSignByte) {
  for (const char* serial : {"03A5B1", "FEF257372D5C14D4", "02", "80", "7F",
                             "5C6F6200B9C837C922A4EA00103B772C541D482C"}) {
    EXPECT_EQ(minted_serial(serial), serial);
  }
  EXPECT_EQ(minted_serial("3a5b1"), "03A5B1");
  EXPECT_EQ(minted_serial("000001"), "01");
  EXPECT_EQ(minted_serial("00"), "0");
  EXPECT_EQ(minted_serial("-0A"), "-0A");
}

TEST(ValidityText, IsIsoInUtcWithoutSpaces) {
  CertificateRequest wanted = request("CN=a");
  wanted.not_before = 1695261017;
  wanted.not_after = 1726797017;
  EXPECT_EQ(validity_text(must(self_sign(wanted)).x509()),
            "NotBefore=2023-09-21T01:50:17Z;NotAfter=2024-09-20T01:50:17Z");
  wanted.not_before = -1;  // 1969 as UTCTime, 2050 as GeneralizedTime (RFC 5280 section 4.1.2.5)
  wanted.not_after = 2524608000;
  EXPECT_EQ(validity_text(must(self_sign(wanted)).x509()),
            "NotBefore=1969-12-31T23:59:59Z;NotAfter=2050-01-01T00:00:00Z");
}

TEST(Times, SecondsSurviveTheRoundTrip) {
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{951782400}, kNow,
                                     std::int64_t{2524607999}, std::int64_t{253402300799}}) {
    const TimePtr time(ASN1_TIME_set(nullptr, static_cast<time_t>(seconds)));
    EXPECT_EQ(to_seconds(time.get()), seconds);
  }
  EXPECT_EQ(to_seconds(nullptr), std::nullopt);
  EXPECT_EQ(iso_time(kNow), "2025-06-15T15:06:40Z");
}

TEST(NameText, IsMostSpecificFirstWithAwsShortNames) {
  for (const char* name : {"CN=client_.com,OU=client-3,O=mTLS,ST=Washington,C=US",
                           "CN=rootcamtls.com,OU=rootCA,O=mTLS,L=Seattle,ST=Washington,C=US",
                           "UID=u,CN=a,DC=example,DC=com", "emailAddress=a@b.c,CN=a",
                           R"(CN=a\, b\+c\"d\\e\<f\>g\;h,O=x)", R"(CN=\ lead and trail\ )",
                           R"(CN=\#hash)", "OU=x+CN=a,O=y", R"(CN=Z\C3\BCrich)", "CN=a=b", ""}) {
    const auto parsed = parse_name(name);
    ASSERT_TRUE(parsed.ok()) << parsed.error();
    EXPECT_EQ(name_text(parsed.value().get()), name);
  }
}

TEST(NameText, OtherSpellingsReadAsTheSameName) {
  const auto text = [](const char* name) { return name_text(must(parse_name(name)).get()); };
  EXPECT_EQ(text(" cn = a , o = y "), "CN=a,O=y");
  EXPECT_EQ(text(R"(CN="a, b",O=y)"), R"(CN=a\, b,O=y)");
  EXPECT_EQ(text("2.5.4.3=a"), "CN=a");
  EXPECT_EQ(text("CN=Z\xC3\xBCrich"), R"(CN=Z\C3\BCrich)");
  EXPECT_EQ(text("CN=#0C0161"), "CN=a");
  EXPECT_EQ(text("1.2.3.4.5=a"), "1.2.3.4.5=#0C0161");
  EXPECT_EQ(text(R"(CN=a\0Ab)"), R"(CN=a\0Ab)");
}

TEST(ParseName, ZeroByteIsNotTheEndOfAType) {
  const std::string name("CN\0\0=a", 6);
  EXPECT_NE(parse_name(name).error().find("unknown attribute type"), std::string::npos);
}

TEST(NameText, UnreadableNamesAreErrorsThatSayWhy) {
  for (const char* name :
       {"/CN=a/O=y", "a", "CN", "=a", "CN=a,,O=y", "CN=a,", "XX=a", "CN=\"a", "CN=a\\", "CN=a\\zz",
        "CN=#0", "CN=#xx", "CN=#3000", "CN=#0C01E1", "C=USA", "CN=a\"b", "CN=\xFF", "CN=a,O=y+"}) {
    const auto parsed = parse_name(name);
    EXPECT_FALSE(parsed.ok()) << name;
    EXPECT_TRUE(parsed.error().starts_with("distinguished name \"")) << parsed.error();
  }
}

TEST(PemText, IsWhatOpensslWrites) {
  const Identity identity = root();
  const BioPtr out(BIO_new(BIO_s_mem()));
  ASSERT_EQ(PEM_write_bio_X509(out.get(), identity.x509()), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  EXPECT_EQ(certificate_pem(identity.x509()), std::string(data, static_cast<std::size_t>(size)));
  EXPECT_EQ(identity.cert_pem(), certificate_pem(identity.x509()));
}

TEST(PemText, EveryLengthSurvivesTheRoundTrip) {
  std::string der;
  for (int i = 1; i < 200; ++i) {
    der += static_cast<char>(i * 37);
    const auto blocks = must(pem_decode(pem_encode("X", der), PemSurroundings::comments_only));
    ASSERT_EQ(blocks.size(), 1U);
    EXPECT_EQ(blocks[0].der, der);
  }
}

TEST(PemText, ChainIsTheBlocksInOrder) {
  const Identity ca_root = root();
  const Identity leaf = client("CN=a", ca_root);
  EXPECT_EQ(chain_pem(chain({leaf, ca_root}).all()), leaf.cert_pem() + ca_root.cert_pem());
}

TEST(UrlEncodedPem, KeepsPlusSlashAndEqualsLiteral) {
  EXPECT_EQ(url_encode_pem("-----BEGIN CERTIFICATE-----\nMII+/a==\n-----END CERTIFICATE-----\n"),
            "-----BEGIN%20CERTIFICATE-----%0AMII+/a==%0A-----END%20CERTIFICATE-----%0A");
  EXPECT_EQ(url_encode_pem("a=b", {.encode_equals = true}), "a%3Db");
  EXPECT_EQ(url_encode_pem("AZaz09-._~+/=:%\r\xFF"), "AZaz09-._~+/=%3A%25%0D%FF");
}

}  // namespace
}  // namespace hoplab::pki
