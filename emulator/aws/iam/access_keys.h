// The access keys that requests may be signed with, by their id. Immutable, so all loops share one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/iam/credentials.h"
#include "aws/iam/policy.h"
#include "base/result.h"

namespace hoplab::aws {

/// Credentials with their policies compiled.
struct AccessKey {
  Credentials credentials;
  std::vector<Policy> policies;
};

class AccessKeys {
 public:
  AccessKeys() = default;  // none

  /// Errors name the access key, and the policy by its number.
  static Result<AccessKeys> build(std::vector<Credentials> all);

  /// Null: there is no such key.
  [[nodiscard]] const AccessKey* find(std::string_view access_key_id) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return by_id_.empty(); }

 private:
  std::map<std::string, AccessKey, std::less<>> by_id_;
};

}  // namespace hoplab::aws
