// VerdictCache: remembers chains that were judged good, so that a returning client costs a hash.
//
// The key covers every certificate the client presented, in order and with lengths, the trust
// store's fingerprint and generation, and the options: a leaf never passes because another
// connection once brought its intermediate, and a changed store knows nobody. Only successes are
// remembered, each for the time in which it holds by the caller's clock, which may jump either way.
// One per thread; no locks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pki/verdict.h"

namespace hoplab::pki {

class VerdictCache {
 public:
  /// `capacity`: how many chains are kept; the one remembered longest ago goes first. 0 keeps none.
  explicit VerdictCache(std::size_t capacity = 4096);

  /// The same answer as pki::judge().
  Judgement judge(const TrustStore& store, X509* leaf, STACK_OF(X509) * presented, std::int64_t now,
                  const JudgeOptions& options = {});

  std::size_t size() const { return entries_.size(); }
  std::uint64_t hits() const { return hits_; }
  std::uint64_t misses() const { return misses_; }

 private:
  using Key = std::array<unsigned char, 32>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      std::size_t hash = 0;  // the key is a SHA-256 already
      std::memcpy(&hash, key.data(), sizeof hash);
      return hash;
    }
  };

  // False if OpenSSL could not digest; nothing is looked up or remembered then.
  bool key_of(const TrustStore& store, X509* leaf, const STACK_OF(X509) * presented,
              const JudgeOptions& options, Key& out);
  bool digest_options(const JudgeOptions& options);
  bool digest_text(std::string_view text);
  bool digest_certificate(const X509* certificate);
  void remember(const Key& key, TimeSpan holds);

  std::size_t capacity_;
  std::unordered_map<Key, TimeSpan, KeyHash> entries_;
  std::vector<Key> order_;  // a ring of the remembered keys
  std::size_t oldest_ = 0;  // in order_, once it is full
  std::unique_ptr<EVP_MD, Free<EVP_MD_free>> sha256_;
  std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> context_;
  std::vector<unsigned char> der_;  // scratch
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace hoplab::pki
