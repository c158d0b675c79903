#include "aws/apigateway/authorizer_cache.h"

namespace hoplab::aws {

std::size_t AuthorizerCache::Entry::bytes() const noexcept {
  constexpr std::size_t kOfEntry = 512;  // and what is compiled of the answer, roughly
  return kOfEntry + key.size() + answer->bytes;
}

void AuthorizerCache::drop(Entries::iterator entry) {
  bytes_ -= entry->bytes();
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

AuthorizerCache::Answer AuthorizerCache::find(std::string_view key, Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  if (now < found->second->until) return found->second->answer;
  drop(found->second);
  return nullptr;
}

void AuthorizerCache::put(std::string_view key, Answer answer, Time now) {
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
  entries_.push_back({std::string(key), std::move(answer), now + stay_});
  const auto made = std::prev(entries_.end());
  by_key_.emplace(made->key, made);
  bytes_ += made->bytes();
  while (bytes_ > kMostBytes) drop(entries_.begin());
}

}  // namespace hoplab::aws
