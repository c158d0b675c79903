// libFuzzer target: a CA bundle (PEM) on its way into a trust store.
//
// Checks, beside memory safety: what is accepted keeps the limits and holds CAs only, in order and
// none left out; written anew, without comments, it is accepted again; lower limits refuse for no
// other reason and change nothing else; looking for issuers ends.
#include <string>

#include "authority.h"
#include "der_mutator.h"
#include "pki/certificate_text.h"
#include "pki/verdict.h"

namespace {

using namespace hoplab;
using namespace hoplab::fuzz;
using namespace hoplab::pki;

// A fraction of AWS's, so that short inputs reach them.
constexpr TrustStoreLimits kLimits{
    .ca_certificates = 4, .subject_bytes = 200, .ca_certificate_bytes = 1024};

Result<std::shared_ptr<const TrustStore>> build(std::string_view pem,
                                                const TrustStoreLimits& limits) {
  TrustStoreContents contents;
  contents.ca_bundle_pem = pem;
  contents.limits = limits;
  return TrustStore::build(contents);
}

void check_rules(const TrustStore& store, const TrustStoreLimits& limits) {
  std::size_t subjects = 0;
  for (int i = 0; i < sk_X509_num(store.cas()); ++i) {
    X509* ca = sk_X509_value(store.cas(), i);
    check(certificate_der(ca).size() <= limits.ca_certificate_bytes);
    check(X509_check_ca(ca) != 0 && X509_get0_pubkey(ca) != nullptr);
    subjects += static_cast<std::size_t>(i2d_X509_NAME(X509_get_subject_name(ca), nullptr));
  }
  check(store.ca_count() >= 1 && store.ca_count() <= limits.ca_certificates);
  check(subjects <= limits.subject_bytes);
  check(sk_X509_NAME_num(store.ca_names()) >= 1);
  check(sk_X509_NAME_num(store.ca_names()) <= sk_X509_num(store.cas()));
}

/// As there were blocks in the text, and the same once more when only they are written.
void check_nothing_lost(const TrustStore& store, std::string_view pem) {
  const auto blocks = pem_decode(pem, PemSurroundings::anything);
  check(blocks.ok() && blocks.value().size() == store.ca_count());
  std::string written;
  for (std::size_t i = 0; i < blocks.value().size(); ++i) {
    const CertificatePtr read = certificate_from_der(blocks.value()[i].der);
    const X509* ca = sk_X509_value(store.cas(), static_cast<int>(i));
    check(read != nullptr && certificate_der(read.get()) == certificate_der(ca));
    written += pem_encode("CERTIFICATE", blocks.value()[i].der);
  }
  const auto again = build(written, {});
  check(again.ok() && chain_pem(again.value()->cas()) == chain_pem(store.cas()));
}

void check_judging(const TrustStore& store) {
  for (int i = 0; i < sk_X509_num(store.cas()); ++i) {
    X509* ca = sk_X509_value(store.cas(), i);
    const X509* above = store.issuer_of(ca);
    check(above == nullptr || X509_verify(ca, X509_get0_pubkey(above)) == 1);
    const auto said = judge(store, ca, nullptr, kNow);
    check(said.ok() == said.reason.empty());
    saw(static_cast<std::uint64_t>(said.status));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view pem(reinterpret_cast<const char*>(data), size);
  const auto store = build(pem, {});
  if (!store.ok()) {
    check(store.error().starts_with("InvalidCaCertificatesBundle: "));
    saw(std::hash<std::string>()(store.error()) % 64);
    check(ERR_peek_error() == 0);
    return 0;
  }
  check_rules(*store.value(), {});
  check_nothing_lost(*store.value(), pem);
  check_judging(*store.value());
  const auto limited = build(pem, kLimits);
  if (limited.ok()) {
    check_rules(*limited.value(), kLimits);
    check(chain_pem(limited.value()->cas()) == chain_pem(store.value()->cas()));
    check(limited.value()->fingerprint() == store.value()->fingerprint());
  } else {
    check(limited.error().find("at most ") != std::string::npos);
  }
  check(ERR_peek_error() == 0);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  return mutate_pem_input(data, size, max_size, seed, certificate_signed_again);
}
