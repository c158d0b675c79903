// libFuzzer target: revocation files (PEM) on their way into a trust store, and a verdict with them
// in force. A zero byte parts one file from the next.
//
// Checks, beside memory safety: lists that are good one by one are good together, within the
// limits; a serial is revoked if and only if OpenSSL finds it in one of the issuer's lists; a
// client is refused for that reason and no other; spans are those that were asked for.
#include <string>
#include <vector>

#include "authority.h"
#include "der_mutator.h"
#include "pki/revocation_list.h"
#include "pki/verdict.h"

namespace {

using namespace hoplab;
using namespace hoplab::fuzz;
using namespace hoplab::pki;

TrustStoreContents contents_of(std::string_view input) {
  // A fraction of AWS's, so that short inputs reach them.
  constexpr TrustStoreLimits kLimits{
      .revocation_lists = 3, .revoked_entries = 100, .crl_bytes = 8 * 1024};
  static const std::string bundle = authority_pem("root") + authority_pem("intermediate");
  TrustStoreContents contents{.ca_bundle_pem = bundle, .limits = kLimits};
  while (true) {
    const std::size_t end = std::min(input.find('\0'), input.size());
    contents.add_list(std::string(input.substr(0, end)));
    if (end == input.size()) return contents;
    input.remove_prefix(end + 1);
  }
}

/// The accepted lists once more, read by OpenSSL alone.
std::vector<CrlPtr> lists_of(const TrustStoreContents& contents) {
  const ErrorQueueGuard guard;  // an extension that OpenSSL does not understand
  std::vector<CrlPtr> lists;
  for (const RevocationContent& content : contents.revocations) {
    const BioPtr bio(
        BIO_new_mem_buf(content.crl_pem.data(), static_cast<int>(content.crl_pem.size())));
    lists.emplace_back(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
    check(lists.back() != nullptr);
  }
  return lists;
}

bool is_revoked(const std::vector<CrlPtr>& lists, const ASN1_INTEGER* serial, const X509* issuer) {
  if ((ASN1_STRING_type(serial) & V_ASN1_NEG) != 0) return false;
  for (const CrlPtr& list : lists) {
    if (X509_NAME_cmp(X509_CRL_get_issuer(list.get()), X509_get_subject_name(issuer)) != 0)
      continue;
    STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(list.get());
    for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
      const auto* entry = sk_X509_REVOKED_value(entries, i);
      if (ASN1_INTEGER_cmp(X509_REVOKED_get0_serialNumber(entry), serial) == 0) return true;
    }
  }
  return false;
}

void check_serial(const TrustStore& store, const std::vector<CrlPtr>& lists,
                  const ASN1_INTEGER* serial) {
  const CertificatePtr certificate(X509_new());
  check(X509_set_serialNumber(certificate.get(), const_cast<ASN1_INTEGER*>(serial)) == 1);
  for (int i = 0; i < sk_X509_num(store.cas()); ++i) {
    const X509* issuer = sk_X509_value(store.cas(), i);
    check(store.is_revoked(certificate.get(), issuer) == is_revoked(lists, serial, issuer));
  }
}

IntegerPtr positive(const std::string& bytes) {
  IntegerPtr serial(ASN1_INTEGER_new());
  check(ASN1_STRING_set(serial.get(), bytes.data(), static_cast<int>(bytes.size())) == 1);
  return serial;
}

/// Every serial of the lists, the same without its sign, and one beside it.
void check_serials(const TrustStore& store, const std::vector<CrlPtr>& lists) {
  for (const CrlPtr& list : lists) {
    STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(list.get());
    for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
      const ASN1_INTEGER* serial =
          X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(entries, i));
      check_serial(store, lists, serial);
      std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                        static_cast<std::size_t>(ASN1_STRING_length(serial)));
      check_serial(store, lists, positive(bytes).get());
      bytes.back() = static_cast<char>(bytes.back() ^ 1);
      check_serial(store, lists, positive(bytes).get());
    }
  }
}

void check_verdict(const TrustStore& store, const std::vector<CrlPtr>& lists) {
  static const CertificatePtr client = authority_certificate("client");
  static const CertificatePtr root = authority_certificate("root");
  const bool revoked = is_revoked(lists, X509_get0_serialNumber(client.get()), root.get()) ||
                       is_revoked(lists, X509_get0_serialNumber(root.get()), root.get());
  const auto status = judge(store, client.get(), nullptr, kNow).status;
  check(status == (revoked ? VerifyStatus::client_cert_crl_hit : VerifyStatus::success));
  const bool outdated =
      store.has_revocation_list(root.get()) && !store.current_list_span(root.get(), kNow);
  const auto strict = judge(store, client.get(), nullptr, kNow, {.refuse_outdated_crl = true});
  check(strict.ok() == (!revoked && !outdated));
  check(!strict.ok() || (strict.holds.from <= kNow && kNow < strict.holds.until));
  for (const std::int64_t now : {kBefore, kNow, kListOutdated, kAfter}) {
    const auto span = store.current_list_span(root.get(), now);
    check(!span || (span->from <= now && now < span->until));
  }
}

void check_accepted(const TrustStore& store, const TrustStoreContents& contents) {
  check(contents.revocations.size() <= contents.limits.revocation_lists);
  check(store.revocations().size() == contents.revocations.size());
  check(store.total_revoked_entries() <= contents.limits.revoked_entries);
  const auto lists = lists_of(contents);
  std::size_t entries = 0;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    check(contents.revocations[i].crl_pem.size() <= contents.limits.crl_bytes);
    check(X509_CRL_verify(lists[i].get(), authority_key()) == 1);
    const int count = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(lists[i].get()));
    entries += static_cast<std::size_t>(std::max(count, 0));
  }
  check(store.total_revoked_entries() == entries);
  check_serials(store, lists);
  check_verdict(store, lists);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto authorities = authority_store(false);
  const TrustStoreContents contents = contents_of({reinterpret_cast<const char*>(data), size});
  for (const RevocationContent& content : contents.revocations) {
    const auto list = read_revocation_list(content, authorities->cas(), contents.limits);
    check(ERR_peek_error() == 0);
    if (list.ok()) continue;
    const std::string id = std::to_string(content.revocation_id);
    check(list.error().starts_with("InvalidRevocationContent: revocation " + id + ": "));
    saw(std::hash<std::string>()(list.error()) % 64);
    return 0;
  }
  const auto store = TrustStore::build(contents);
  if (store.ok()) {
    check_accepted(*store.value(), contents);
  } else {
    check(store.error().starts_with("TooManyTrustStoreRevocationEntries: "));
  }
  check(ERR_peek_error() == 0);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  return mutate_pem_input(data, size, max_size, seed, list_signed_again);
}
