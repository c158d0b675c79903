// TrustStore: see trust_store.h.
#include "pki/trust_store.h"

#include <algorithm>
#include <set>

#include "pki/ca_bundle.h"
#include "pki/distinguished_name.h"
#include "pki/revocation_list.h"

namespace hoplab::pki {
namespace {

std::string_view key_bits(const X509* certificate) {
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  if (bits == nullptr) return {};
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(bits)),
          static_cast<std::size_t>(ASN1_STRING_length(bits))};
}

bool same_authority(const X509* a, const X509* b) {
  return a == b || (key_bits(a) == key_bits(b) &&
                    X509_NAME_cmp(X509_get_subject_name(a), X509_get_subject_name(b)) == 0);
}

std::string_view serial_bytes(const ASN1_INTEGER* serial) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
          static_cast<std::size_t>(ASN1_STRING_length(serial))};
}

bool is_negative(const ASN1_INTEGER* serial) {
  return (ASN1_STRING_type(serial) & V_ASN1_NEG) != 0;
}

NameStackPtr distinct_subjects(const STACK_OF(X509) * cas) {
  NameStackPtr names(sk_X509_NAME_new_null());
  for (int i = 0; i < sk_X509_num(cas); ++i) {
    const X509_NAME* subject = X509_get_subject_name(sk_X509_value(cas, i));
    bool known = false;
    for (int k = 0; k < sk_X509_NAME_num(names.get()); ++k) {
      known = known || X509_NAME_cmp(sk_X509_NAME_value(names.get(), k), subject) == 0;
    }
    if (!known) sk_X509_NAME_push(names.get(), X509_NAME_dup(subject));
  }
  return names;
}

// Signatures among the CAs, checked once here and never again.
std::vector<const X509*> issuers_within(const STACK_OF(X509) * cas) {
  std::vector<const X509*> issuers;
  for (int i = 0; i < sk_X509_num(cas); ++i) {
    X509* ca = sk_X509_value(cas, i);
    issuers.push_back(nullptr);
    if ((X509_get_extension_flags(ca) & EXFLAG_SS) != 0) continue;
    for (int k = 0; k < sk_X509_num(cas) && issuers.back() == nullptr; ++k) {
      if (k == i) continue;
      X509* above = sk_X509_value(cas, k);
      if (X509_check_issued(above, ca) == X509_V_OK &&
          X509_verify(ca, X509_get0_pubkey(above)) == 1) {
        issuers.back() = above;
      }
    }
  }
  return issuers;
}

class FingerprintHash {
 public:
  FingerprintHash() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void number(std::uint64_t value) { EVP_DigestUpdate(context_.get(), &value, sizeof value); }
  void text(std::string_view value) {
    number(value.size());
    EVP_DigestUpdate(context_.get(), value.data(), value.size());
  }
  std::array<unsigned char, 32> finish() {
    std::array<unsigned char, 32> out{};
    EVP_DigestFinal_ex(context_.get(), out.data(), nullptr);
    return out;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> context_;
};

}  // namespace

class TrustStoreBuilder {
 public:
  explicit TrustStoreBuilder(const TrustStoreContents& contents)
      : contents_(contents), store_(new TrustStore) {}

  Result<std::shared_ptr<const TrustStore>> build() {
    auto cas = read_ca_bundle(contents_.ca_bundle_pem, contents_.limits);
    if (!cas.ok()) return Error{cas.error()};
    store_->cas_ = std::move(cas).value();
    store_->names_ = distinct_subjects(store_->cas_.get());
    store_->issuers_ = issuers_within(store_->cas_.get());
    store_->generation_ = contents_.generation;
    if (auto added = add_lists(); !added.ok()) return Error{added.error()};
    store_->fingerprint_ = fingerprint_of(contents_);
    return std::shared_ptr<const TrustStore>(std::move(store_));
  }

 private:
  Result<void> add_lists() {
    if (contents_.revocations.size() > contents_.limits.revocation_lists) {
      return Error{
          "TooManyTrustStoreRevocationEntries: " + std::to_string(contents_.revocations.size()) +
          " lists; at most " + std::to_string(contents_.limits.revocation_lists) + " are allowed"};
    }
    std::set<std::int64_t> ids;
    for (const RevocationContent& content : contents_.revocations) {
      if (!ids.insert(content.revocation_id).second) {
        return Error{"InvalidRevocationContent: revocation id " +
                     std::to_string(content.revocation_id) + " is given twice"};
      }
      auto list = read_revocation_list(content, store_->cas_.get(), contents_.limits);
      if (!list.ok()) return Error{list.error()};
      if (auto added = add_list(content.revocation_id, list.value()); !added.ok()) return added;
    }
    return {};
  }

  Result<void> add_list(std::int64_t id, const RevocationList& list) {
    total_ += list.entries;
    if (total_ > contents_.limits.revoked_entries) {
      return Error{"TooManyTrustStoreRevocationEntries: more than " +
                   std::to_string(contents_.limits.revoked_entries) +
                   " entries in all lists together"};
    }
    const std::uint32_t authority = authority_for(list);
    store_->revoked_.reserve(list.serials.count(), list.serials.bytes());
    list.serials.for_each(
        [&](std::string_view serial) { store_->revoked_.add(authority, serial); });
    store_->summaries_.push_back({id, list.entries, subject_text(list.issuer)});
    return {};
  }

  std::uint32_t authority_for(const RevocationList& list) {
    auto& authorities = store_->authorities_;
    const auto known = std::ranges::find_if(authorities, [&](const auto& authority) {
      return same_authority(authority.ca, list.issuer);
    });
    const auto index = static_cast<std::uint32_t>(known - authorities.begin());
    if (known == authorities.end()) authorities.push_back({list.issuer, {}});
    authorities[index].lists.push_back(list.span);
    return index;
  }

  const TrustStoreContents& contents_;
  std::unique_ptr<TrustStore> store_;
  std::size_t total_ = 0;
};

void TrustStoreContents::add_anchors(std::string_view pem) {
  ca_bundle_pem += pem;
  // Else the END line and the next text's BEGIN line would become one.
  if (!pem.empty() && !pem.ends_with('\n')) ca_bundle_pem += '\n';
}

void TrustStoreContents::add_list(std::string crl_pem) {
  const std::int64_t last = revocations.empty() ? 0 : revocations.back().revocation_id;
  revocations.push_back({last + 1, std::move(crl_pem)});
}

std::array<unsigned char, 32> fingerprint_of(const TrustStoreContents& contents) {
  FingerprintHash hash;
  hash.number(contents.generation);
  hash.text(contents.ca_bundle_pem);
  hash.number(contents.revocations.size());
  for (const RevocationContent& content : contents.revocations) {
    hash.number(static_cast<std::uint64_t>(content.revocation_id));
    hash.text(content.crl_pem);
  }
  return hash.finish();
}

Result<std::shared_ptr<const TrustStore>> TrustStore::build(const TrustStoreContents& contents) {
  const ErrorQueueGuard guard;
  return TrustStoreBuilder(contents).build();
}

std::size_t TrustStore::ca_count() const {
  return static_cast<std::size_t>(sk_X509_num(cas_.get()));
}

std::size_t TrustStore::total_revoked_entries() const {
  std::size_t total = 0;
  for (const RevocationSummary& summary : summaries_) total += summary.entries;
  return total;
}

std::optional<std::uint32_t> TrustStore::authority_of(const X509* issuer) const {
  for (std::size_t i = 0; i < authorities_.size(); ++i) {
    if (same_authority(authorities_[i].ca, issuer)) return static_cast<std::uint32_t>(i);
  }
  return std::nullopt;
}

bool TrustStore::is_revoked(const X509* certificate, const X509* issuer) const {
  const auto authority = authority_of(issuer);
  if (!authority) return false;
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  return !is_negative(serial) && revoked_.contains(*authority, serial_bytes(serial));
}

const X509* TrustStore::issuer_of(const X509* ca) const {
  for (std::size_t i = 0; i < issuers_.size(); ++i) {
    const X509* known = sk_X509_value(cas_.get(), static_cast<int>(i));
    if (known == ca || X509_cmp(known, ca) == 0) return issuers_[i];
  }
  return nullptr;
}

bool TrustStore::has_revocation_list(const X509* issuer) const {
  return authority_of(issuer).has_value();
}

std::optional<TimeSpan> TrustStore::current_list_span(const X509* issuer, std::int64_t now) const {
  std::optional<TimeSpan> best;
  const auto authority = authority_of(issuer);
  if (!authority) return best;
  for (const TimeSpan& span : authorities_[*authority].lists) {
    if (now < span.from || now >= span.until) continue;
    if (!best || span.until > best->until) best = span;
  }
  return best;
}

}  // namespace hoplab::pki
