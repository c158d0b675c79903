// A trust store for Java, by OpenSSL's eyes; Java's own are in e2e.exec.
#include "pki/java_trust_store.h"

#include <gtest/gtest.h>
#include <openssl/pkcs12.h>

#include "pki/der.h"
#include "pki/pem.h"
#include "support/test_pki.h"

namespace hoplab::testing {

TEST(JavaTrustStore, HasEachCertificateAndNeedsNoPassword) {
  const TestPki pki;
  const pki::Identity server = pki.server();
  const std::string root = pki::certificate_der(pki.root.x509());
  const std::string other = pki::certificate_der(server.x509());
  const std::string store = pki::java_trust_store({root, other});
  const auto* at = reinterpret_cast<const unsigned char*>(store.data());
  PKCS12* const read = d2i_PKCS12(nullptr, &at, static_cast<long>(store.size()));
  ASSERT_NE(read, nullptr);
  EVP_PKEY* key = nullptr;
  X509* leaf = nullptr;
  STACK_OF(X509)* all = nullptr;
  ASSERT_EQ(PKCS12_parse(read, nullptr, &key, &leaf, &all), 1);
  ASSERT_EQ(sk_X509_num(all), 2);
  std::vector<std::string> found;
  for (int i = 0; i < 2; ++i) found.push_back(pki::certificate_der(sk_X509_value(all, i)));
  EXPECT_TRUE((found == std::vector{root, other}) || (found == std::vector{other, root}));
  sk_X509_pop_free(all, X509_free);
  PKCS12_free(read);
}

TEST(SubjectHash, IsOpenSslsOwn) {
  const TestPki pki;
  char expected[16];
  std::snprintf(expected, sizeof expected, "%08lx", X509_subject_name_hash(pki.root.x509()));
  EXPECT_EQ(pki::subject_hash(pki::certificate_der(pki.root.x509())), expected);
  EXPECT_EQ(pki::subject_hash("no certificate"), "");
  EXPECT_EQ(pki::subject_hash(""), "");
}

}  // namespace hoplab::testing
