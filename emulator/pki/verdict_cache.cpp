// VerdictCache: see verdict_cache.h.
#include "pki/verdict_cache.h"

namespace hoplab::pki {

VerdictCache::VerdictCache(std::size_t capacity)
    : capacity_(capacity),
      sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      context_(EVP_MD_CTX_new()) {}

Judgement VerdictCache::judge(const TrustStore& store, X509* leaf, STACK_OF(X509) * presented,
                              std::int64_t now, const JudgeOptions& options) {
  const ErrorQueueGuard guard;
  Key key{};
  const bool usable =
      leaf != nullptr && capacity_ != 0 && key_of(store, leaf, presented, options, key);
  if (usable) {
    const auto entry = entries_.find(key);
    if (entry != entries_.end() && now >= entry->second.from && now < entry->second.until) {
      ++hits_;
      Judgement judgement;
      judgement.holds = entry->second;
      return judgement;
    }
  }
  ++misses_;
  Judgement judgement = pki::judge(store, leaf, presented, now, options);
  if (usable && judgement.ok()) remember(key, judgement.holds);
  return judgement;
}

bool VerdictCache::key_of(const TrustStore& store, X509* leaf, const STACK_OF(X509) * presented,
                          const JudgeOptions& options, Key& out) {
  struct {
    std::uint64_t generation;
    std::uint64_t certificates;
    std::uint64_t options;
    std::uint64_t identity_filters;
  } const head{store.generation(),
               static_cast<std::uint64_t>(presented == nullptr ? 0 : sk_X509_num(presented)),
               (options.ignore_expiry ? 1U : 0U) | (options.refuse_outdated_crl ? 2U : 0U) |
                   (options.fips ? 4U : 0U) | options.rejected_subjects.size() << 3U,
               options.identity_filters.size()};
  const auto& fingerprint = store.fingerprint();
  if (sha256_ == nullptr || context_ == nullptr ||
      EVP_DigestInit_ex2(context_.get(), sha256_.get(), nullptr) != 1 ||
      EVP_DigestUpdate(context_.get(), &head, sizeof head) != 1 ||
      EVP_DigestUpdate(context_.get(), fingerprint.data(), fingerprint.size()) != 1) {
    return false;
  }
  if (!digest_options(options)) return false;
  // The judged leaf comes first, even where the caller's stack does not begin with it.
  if ((sk_X509_num(presented) < 1 || sk_X509_value(presented, 0) != leaf) &&
      !digest_certificate(leaf)) {
    return false;
  }
  for (int i = 0; i < sk_X509_num(presented); ++i) {
    if (!digest_certificate(sk_X509_value(presented, i))) return false;
  }
  return EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1;
}

bool VerdictCache::digest_options(const JudgeOptions& options) {
  for (const std::string& subject : options.rejected_subjects) {
    if (!digest_text(subject)) return false;
  }
  for (const IdentityFilter& filter : options.identity_filters) {
    const std::uint8_t how[] = {static_cast<std::uint8_t>(filter.field),
                                static_cast<std::uint8_t>(filter.match_type)};
    if (EVP_DigestUpdate(context_.get(), how, sizeof how) != 1 || !digest_text(filter.value)) {
      return false;
    }
  }
  return true;
}

bool VerdictCache::digest_text(std::string_view text) {
  const std::uint64_t length = text.size();
  return EVP_DigestUpdate(context_.get(), &length, sizeof length) == 1 &&
         EVP_DigestUpdate(context_.get(), text.data(), length) == 1;
}

bool VerdictCache::digest_certificate(const X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  if (size <= 0) return false;
  const auto length = static_cast<std::uint64_t>(size);
  if (der_.size() < length) der_.resize(length);
  unsigned char* at = der_.data();
  return i2d_X509(certificate, &at) == size &&
         EVP_DigestUpdate(context_.get(), &length, sizeof length) == 1 &&
         EVP_DigestUpdate(context_.get(), der_.data(), length) == 1;
}

void VerdictCache::remember(const Key& key, TimeSpan holds) {
  const auto [entry, is_new] = entries_.insert_or_assign(key, holds);
  if (!is_new) return;
  if (order_.size() < capacity_) {
    order_.push_back(key);
    return;
  }
  entries_.erase(order_[oldest_]);
  order_[oldest_] = key;
  oldest_ = (oldest_ + 1) % capacity_;
}

}  // namespace hoplab::pki
