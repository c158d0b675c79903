// What a Lambda authorizer has said, kept for a while by who the caller is (apigateway-features.md
// 2.2).
//
// All loops share one, so that a caller counts as known on each of its connections, and a function
// is asked as often as on AWS, however many threads there are. A lock is held for a look-up only.
// What is kept is bounded: the oldest goes first.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "aws/apigateway/authorizer_answer.h"
#include "base/clock.h"

namespace hoplab::aws {

class AuthorizerCache {
 public:
  static constexpr std::size_t kMostBytes = 16 * 1024 * 1024;

  /// Answers stay for `stay`.
  explicit AuthorizerCache(Duration stay) : stay_(stay) {}

  using Answer = std::shared_ptr<const AuthorizerAnswer>;
  /// Null: it has none for `key` any more. `now` is of Clock::now().
  [[nodiscard]] Answer find(std::string_view key, Time now);
  void put(std::string_view key, Answer answer, Time now);

 private:
  struct Entry {
    std::string key;
    Answer answer;
    Time until;
    [[nodiscard]] std::size_t bytes() const noexcept;
  };
  using Entries = std::list<Entry>;
  void drop(Entries::iterator entry);

  const Duration stay_;
  std::mutex mutex_;
  Entries entries_;  // the oldest first
  std::map<std::string_view, Entries::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace hoplab::aws
