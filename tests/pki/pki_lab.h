// What the pki tests share: a small PKI at a fixed time, and short ways to ask for a verdict.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pki/lean_library.h"
#include "pki/mint.h"
#include "pki/pem.h"
#include "pki/trust_store.h"
#include "pki/verdict.h"

namespace hoplab::pki::lab {

inline constexpr std::int64_t kNow = 1'750'000'000;  // 2025-06-15T15:06:40Z
inline constexpr std::int64_t kDay = 86'400;

inline CertificateRequest request(std::string subject) {
  CertificateRequest out;
  out.subject = std::move(subject);
  out.not_before = kNow - 100 * kDay;
  out.not_after = kNow + 100 * kDay;
  return out;
}

inline CertificateRequest ca_request(std::string subject) {
  CertificateRequest out = request(std::move(subject));
  out.is_ca = true;
  out.not_before = kNow - 1000 * kDay;
  out.not_after = kNow + 1000 * kDay;
  return out;
}

inline CertificateRequest client_request(std::string subject) {
  CertificateRequest out = request(std::move(subject));
  out.extended_key_usage = {"clientAuth"};
  return out;
}

template <class T>
T must(Result<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.error();
  return std::move(result).value();
}

inline Identity root(const std::string& subject = "CN=Root,O=Lab") {
  return must(self_sign(ca_request(subject)));
}

inline Identity ca(const std::string& subject, const Identity& issuer) {
  return must(issue(ca_request(subject), issuer));
}

inline Identity client(const std::string& subject, const Identity& issuer) {
  return must(issue(client_request(subject), issuer));
}

inline std::string bundle(const std::vector<Identity>& cas) {
  std::string out;
  for (const Identity& identity : cas) out += identity.cert_pem();
  return out;
}

inline CrlRequest crl_request(const std::vector<std::string>& serials) {
  CrlRequest out;
  for (const std::string& serial : serials) out.revoked.push_back({serial, kNow - kDay});
  out.this_update = kNow - kDay;
  out.next_update = kNow + 7 * kDay;
  return out;
}

inline std::shared_ptr<const TrustStore> store(const std::vector<Identity>& cas,
                                               const std::vector<std::string>& crls = {},
                                               std::uint64_t generation = 1) {
  TrustStoreContents contents;
  contents.ca_bundle_pem = bundle(cas);
  for (const std::string& crl : crls) {
    contents.revocations.push_back(
        {static_cast<std::int64_t>(contents.revocations.size() + 1), crl});
  }
  contents.generation = generation;
  return must(TrustStore::build(contents));
}

/// A chain as TLS hands it over: freshly decoded certificates, the leaf first.
class Chain {
 public:
  explicit Chain(const std::vector<std::string>& ders) : stack_(sk_X509_new_null()) {
    for (const std::string& der : ders) {
      CertificatePtr certificate = certificate_from_der(der);
      if (certificate != nullptr) sk_X509_push(stack_.get(), certificate.release());
    }
  }
  X509* leaf() const {
    return sk_X509_num(stack_.get()) > 0 ? sk_X509_value(stack_.get(), 0) : nullptr;
  }
  STACK_OF(X509) * all() const { return stack_.get(); }

 private:
  CertificateStackPtr stack_;
};

/// As a listener reads it, whose library context has fewer algorithms than OpenSSL's own.
inline CertificatePtr read_by_a_listener(const X509* certificate) {
  const std::string der = certificate_der(certificate);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  X509* read = X509_new_ex(lean_library(), nullptr);
  EXPECT_NE(d2i_X509(&read, &at, static_cast<long>(der.size())), nullptr);
  return CertificatePtr(read);
}

inline std::vector<std::string> ders(const std::vector<Identity>& identities) {
  std::vector<std::string> out;
  for (const Identity& identity : identities) out.push_back(certificate_der(identity.x509()));
  return out;
}

inline Chain chain(const std::vector<Identity>& identities) {
  return Chain(ders(identities));
}

inline Judgement verdict(const TrustStore& trust, const std::vector<Identity>& sent,
                         const JudgeOptions& options = {}, std::int64_t now = kNow) {
  const Chain presented = chain(sent);
  return judge(trust, presented.leaf(), presented.all(), now, options);
}

/// A copy of the certificate whose DER had `change` applied to it.
template <class Change>
std::string altered(const Identity& identity, Change change) {
  std::string der = certificate_der(identity.x509());
  change(der);
  return der;
}

}  // namespace hoplab::pki::lab

namespace hoplab::pki {
inline void PrintTo(VerifyStatus status, std::ostream* out) {
  *out << to_log_text(status);
}
}  // namespace hoplab::pki
