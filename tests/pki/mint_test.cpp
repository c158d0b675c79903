// Minted certificates, lists and files, as other software reads them.
#include "pki/mint.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509_vfy.h>

#include "pki/alternative_names.h"
#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "pki_lab.h"

namespace hoplab::pki {
namespace {

using namespace lab;

// As "openssl verify -x509_strict -crl_check" would.
int strict_verify(const Identity& anchor, const Identity& middle, const Identity& leaf,
                  X509_CRL* crl, std::int64_t now) {
  const std::unique_ptr<X509_STORE, Free<X509_STORE_free>> trusted(X509_STORE_new());
  X509_STORE_add_cert(trusted.get(), anchor.x509());
  X509_STORE_add_crl(trusted.get(), crl);
  const std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  const Chain extra = chain({middle});
  X509_STORE_CTX_init(context.get(), trusted.get(), leaf.x509(), extra.all());
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT | X509_V_FLAG_CRL_CHECK);
  X509_STORE_CTX_set_time(context.get(), 0, static_cast<time_t>(now));
  (void)X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

CrlPtr crl_from_pem(const std::string& pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return CrlPtr(PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr));
}

KeyPtr key_from_pem(const std::string& pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return KeyPtr(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
}

TEST(Mint, StrictVerificationAcceptsChainAndList) {
  const Identity ca_root = root();
  const Identity middle = ca("CN=Middle", ca_root);
  const Identity leaf = client("CN=a", middle);
  CrlRequest list = crl_request({"0A"});
  const CrlPtr good = crl_from_pem(must(make_crl(middle, list)));
  EXPECT_EQ(strict_verify(ca_root, middle, leaf, good.get(), kNow), X509_V_OK);
  list.revoked.push_back({leaf.serial(), kNow});
  const CrlPtr bad = crl_from_pem(must(make_crl(middle, list)));
  EXPECT_EQ(strict_verify(ca_root, middle, leaf, bad.get(), kNow), X509_V_ERR_CERT_REVOKED);
}

TEST(Mint, EveryKeyAlgorithmGivesAMatchingPairInPem) {
  for (const KeyAlgorithm algorithm :
       {KeyAlgorithm::rsa_1024, KeyAlgorithm::rsa_2048, KeyAlgorithm::ec_prime256v1,
        KeyAlgorithm::ec_secp384r1, KeyAlgorithm::ec_secp521r1, KeyAlgorithm::ed25519}) {
    CertificateRequest wanted = request("CN=a");
    wanted.key = algorithm;
    const Identity identity = must(self_sign(wanted));
    const KeyPtr key = key_from_pem(identity.key_pem());
    ASSERT_NE(key, nullptr) << to_text(algorithm);
    EXPECT_EQ(X509_check_private_key(identity.x509(), key.get()), 1) << to_text(algorithm);
    EXPECT_EQ(X509_verify(identity.x509(), key.get()), 1);
    EXPECT_EQ(key_algorithm_from_text(to_text(algorithm)), algorithm);
  }
  EXPECT_EQ(key_algorithm_from_text("EC_p256"), std::nullopt);
}

TEST(Mint, EcKeyFileIsWhatOpensslWrites) {
  for (const KeyAlgorithm algorithm : {KeyAlgorithm::ec_prime256v1, KeyAlgorithm::ec_secp521r1}) {
    CertificateRequest wanted = request("CN=a");
    wanted.key = algorithm;
    const Identity identity = must(self_sign(wanted));
    const BioPtr out(BIO_new(BIO_s_mem()));
    ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(out.get(), identity.private_key(), nullptr, nullptr, 0,
                                            nullptr, nullptr),
              1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    EXPECT_EQ(identity.key_pem(), std::string(data, static_cast<std::size_t>(size)));
  }
}

TEST(Mint, Pkcs12OpensWithItsPasswordOnly) {
  const Identity ca_root = root();
  const Identity middle = ca("CN=Middle", ca_root);
  const Identity leaf = client("CN=a", middle);
  const std::string file = must(leaf.pkcs12("secret", "my client"));
  const auto* at = reinterpret_cast<const unsigned char*>(file.data());
  const std::unique_ptr<PKCS12, Free<PKCS12_free>> parsed(
      d2i_PKCS12(nullptr, &at, static_cast<long>(file.size())));
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(PKCS12_verify_mac(parsed.get(), "other", -1), 0);
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  ASSERT_EQ(PKCS12_parse(parsed.get(), "secret", &key, &certificate, &others), 1);
  const KeyPtr owned_key(key);
  const CertificatePtr owned_certificate(certificate);
  const CertificateStackPtr owned_others(others);
  EXPECT_EQ(X509_cmp(certificate, leaf.x509()), 0);
  EXPECT_EQ(X509_check_private_key(certificate, key), 1);
  ASSERT_EQ(sk_X509_num(others), 1);
  EXPECT_EQ(X509_cmp(sk_X509_value(others, 0), middle.x509()), 0);
  int size = 0;
  const unsigned char* alias = X509_alias_get0(certificate, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(alias), static_cast<std::size_t>(size)),
            "my client");
}

TEST(Mint, ChainIsLeafThenIntermediatesWithoutTheRoot) {
  const Identity ca_root = root();
  const Identity upper = ca("CN=Upper", ca_root);
  const Identity lower = ca("CN=Lower", upper);
  const Identity leaf = client("CN=a", lower);
  EXPECT_EQ(leaf.chain_pem(), leaf.cert_pem() + lower.cert_pem() + upper.cert_pem());
  EXPECT_EQ(leaf.intermediates(), (std::vector<X509*>{lower.x509(), upper.x509()}));
  EXPECT_EQ(ca_root.chain_pem(), ca_root.cert_pem());
}

TEST(Mint, AlternativeNamesAreInTheCertificate) {
  CertificateRequest wanted = request("CN=a");
  wanted.dns_names = {"api.example.com", "*.example.com"};
  wanted.uris = {"spiffe://example.com/a", "urn:b"};
  wanted.ip_addresses = {"127.0.0.1", "::1"};
  const Identity identity = must(self_sign(wanted));
  EXPECT_EQ(X509_check_host(identity.x509(), "api.example.com", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(identity.x509(), "b.example.com", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(identity.x509(), "example.org", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(identity.x509(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(identity.x509(), "::1", 0), 1);
  EXPECT_EQ(alternative_names(identity.x509(), GEN_URI), wanted.uris);
}

TEST(Mint, DefaultSerialsAreSixteenPositiveBytesAndDiffer) {
  const Identity ca_root = root();
  const std::string one = client("CN=a", ca_root).serial();
  const std::string two = client("CN=a", ca_root).serial();
  EXPECT_EQ(one.size(), 32U);
  EXPECT_LT(one[0], '8');
  EXPECT_NE(one, two);
}

TEST(Mint, ImpossibleRequestsAreRefusedWithTheirField) {
  const Identity ca_root = root();
  const auto error = [&](auto change) {
    CertificateRequest wanted = request("CN=a");
    change(wanted);
    const auto result = issue(wanted, ca_root);
    return result.ok() ? std::string() : result.error();
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  using R = CertificateRequest;
  EXPECT_TRUE(has(error([](R& r) { r.subject = "nonsense"; }), "nonsense"));
  EXPECT_TRUE(has(error([](R& r) { r.not_after = r.not_before - 1; }), "not_after"));
  EXPECT_TRUE(has(error([](R& r) { r.not_after = 1LL << 60; }), "not_after"));
  EXPECT_TRUE(has(error([](R& r) { r.path_length = 1; }), "path_length"));
  EXPECT_TRUE(has(error([](R& r) { r.serial = "xyz"; }), "xyz"));
  EXPECT_TRUE(has(error([](R& r) { r.serial = ""; }), "serial"));
  EXPECT_TRUE(has(error([](R& r) { r.serial = std::string(42, 'A'); }), "20 bytes"));
  EXPECT_TRUE(has(error([](R& r) { r.ip_addresses = {"1.2.3"}; }), "1.2.3"));
  EXPECT_TRUE(has(error([](R& r) { r.dns_names = {"a b"}; }), "DNS name \"a b\""));
  EXPECT_TRUE(has(error([](R& r) { r.uris = {"urn:a b"}; }), "URI \"urn:a b\""));
  EXPECT_TRUE(has(error([](R& r) { r.extended_key_usage = {"clientauth"}; }), "clientauth"));
  EXPECT_TRUE(has(error([](R& r) { r.key_usage = {{"sign"}}; }), "sign"));
  EXPECT_TRUE(has(error([](R& r) { r.rsa_pss = true; }), "rsa_pss"));
  EXPECT_TRUE(has(error([](R& r) { r.version = 2; }), "version"));
  EXPECT_TRUE(has(error([](R& r) { r.version = 1, r.dns_names = {"a"}; }), "version 1"));
}

TEST(Mint, OnlyCasIssueAndRevoke) {
  const Identity leaf = client("CN=a", root());
  EXPECT_FALSE(issue(client_request("CN=b"), leaf).ok());
  EXPECT_FALSE(make_crl(leaf, crl_request({})).ok());
  EXPECT_FALSE(make_crl(root(), crl_request({"zz"})).ok());
}

}  // namespace
}  // namespace hoplab::pki
