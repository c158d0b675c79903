// The X-Amzn-Mtls-Clientcert* fields (alb.md 1.2).
#include "aws/alb/mtls_headers.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "pki/mint.h"

namespace hoplab::aws {
namespace {

const model::RequestHeaderNames& kNames = model::kAwsRequestHeaderNames;
constexpr std::int64_t kNow = 1'750'000'000;  // 2025-06-15T15:06:40Z

template <class T>
T must(Result<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.error();
  return std::move(result).value();
}

struct Lab {
  pki::Identity root = must(pki::self_sign(ca()));
  pki::Identity leaf = must(pki::issue(client(), root));

  static pki::CertificateRequest dated(std::string subject) {
    pki::CertificateRequest out;
    out.subject = std::move(subject);
    out.not_before = kNow;
    out.not_after = kNow + 86'400;
    return out;
  }
  static pki::CertificateRequest ca() {
    auto out = dated("CN=rootcamtls.com,OU=rootCA,O=mTLS,L=Seattle,ST=Washington,C=US");
    out.is_ca = true;
    return out;
  }
  static pki::CertificateRequest client() {
    auto out = dated("CN=client_.com,OU=client-3,O=mTLS,ST=Washington,C=US");
    out.serial = "03A5B1";
    return out;
  }
};

/// What a target's RFC 3986 decoder makes of a value: '+' stays.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return out;
}

using Chain =
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * all) { sk_X509_free(all); })>;

TEST(MtlsHeaders, VerifyModeGivesFiveInTheObservedOrder) {
  const Lab lab;
  const MtlsHeaders headers = verify_headers(lab.leaf.x509(), kNames);
  ASSERT_EQ(headers.fields.size(), 5U);
  const auto& fields = headers.fields;
  EXPECT_EQ(fields[0].name, "X-Amzn-Mtls-Clientcert-Serial-Number");
  EXPECT_EQ(fields[0].value, "03A5B1");
  EXPECT_EQ(fields[1].name, "X-Amzn-Mtls-Clientcert-Issuer");
  EXPECT_EQ(fields[1].value, "CN=rootcamtls.com,OU=rootCA,O=mTLS,L=Seattle,ST=Washington,C=US");
  EXPECT_EQ(fields[2].name, "X-Amzn-Mtls-Clientcert-Subject");
  EXPECT_EQ(fields[2].value, "CN=client_.com,OU=client-3,O=mTLS,ST=Washington,C=US");
  EXPECT_EQ(fields[3].name, "X-Amzn-Mtls-Clientcert-Validity");
  EXPECT_EQ(fields[3].value, "NotBefore=2025-06-15T15:06:40Z;NotAfter=2025-06-16T15:06:40Z");
  EXPECT_EQ(fields[4].name, "X-Amzn-Mtls-Clientcert-Leaf");
  EXPECT_EQ(decoded(fields[4].value), lab.leaf.cert_pem());
}

TEST(MtlsHeaders, PemIsEncodedAsAwsDoesIt) {
  const Lab lab;
  const std::string value = verify_headers(lab.leaf.x509(), kNames).fields[4].value;
  EXPECT_TRUE(value.starts_with("-----BEGIN%20CERTIFICATE-----%0AMII")) << value;
  EXPECT_TRUE(value.ends_with("-----END%20CERTIFICATE-----%0A")) << value;
  EXPECT_EQ(value.find_first_of(" \r\n"), std::string::npos);
  EXPECT_EQ(value.find("%2B"), std::string::npos);
  EXPECT_EQ(value.find("%2F"), std::string::npos);
  EXPECT_EQ(value.find("%3D"), std::string::npos);
}

TEST(MtlsHeaders, EqualsSignsCanBeEncodedAsInOneOfAwssExamples) {
  const Lab lab;
  const std::string literal = verify_headers(lab.leaf.x509(), kNames).fields[4].value;
  const auto encoded = verify_headers(lab.leaf.x509(), kNames, {.encode_equals = true});
  EXPECT_EQ(encoded.fields[4].value.find('='), std::string::npos);
  EXPECT_EQ(decoded(encoded.fields[4].value), decoded(literal));
}

TEST(MtlsHeaders, HaveTheListenersNames) {
  const Lab lab;
  model::RequestHeaderNames names;
  names.clientcert_leaf = "X-Client-Cert";
  names.clientcert = "X-Chain";
  EXPECT_EQ(verify_headers(lab.leaf.x509(), names).fields[4].name, "X-Client-Cert");
  EXPECT_EQ(verify_headers(lab.leaf.x509(), names).fields[3].name,
            "X-Amzn-Mtls-Clientcert-Validity");
  const Chain chain(sk_X509_new_null());
  sk_X509_push(chain.get(), lab.leaf.x509());
  EXPECT_EQ(passthrough_headers(chain.get(), names).fields[0].name, "X-Chain");
}

TEST(MtlsHeaders, PassthroughGivesTheWholeChainInOneField) {
  const Lab lab;
  const Chain chain(sk_X509_new_null());
  sk_X509_push(chain.get(), lab.leaf.x509());
  sk_X509_push(chain.get(), lab.root.x509());
  const MtlsHeaders headers = passthrough_headers(chain.get(), kNames);
  ASSERT_EQ(headers.fields.size(), 1U);
  EXPECT_EQ(headers.fields[0].name, "X-Amzn-Mtls-Clientcert");
  EXPECT_EQ(decoded(headers.fields[0].value), lab.leaf.cert_pem() + lab.root.cert_pem());
}

TEST(MtlsHeaders, PassthroughWithoutACertificateGivesNoField) {
  const Chain empty(sk_X509_new_null());
  EXPECT_TRUE(passthrough_headers(empty.get(), kNames).fields.empty());
  EXPECT_TRUE(passthrough_headers(nullptr, kNames).fields.empty());
}

}  // namespace
}  // namespace hoplab::aws
