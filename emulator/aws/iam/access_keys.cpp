#include "aws/iam/access_keys.h"

namespace hoplab::aws {

Result<AccessKeys> AccessKeys::build(std::vector<Credentials> all) {
  AccessKeys keys;
  for (Credentials& one : all) {
    auto completed = complete(std::move(one));
    if (!completed) return completed.failure();
    AccessKey key{std::move(completed).value(), {}};
    const std::string& id = key.credentials.access_key_id;
    for (const std::string& json : key.credentials.policies) {
      auto policy = Policy::parse(json, {.kind = Policy::Kind::identity});
      if (!policy) {
        return Error{"access key " + id + ": policy " + std::to_string(key.policies.size()) + ": " +
                     policy.error()};
      }
      key.policies.push_back(std::move(policy).value());
    }
    const std::string copy = id;
    if (!keys.by_id_.emplace(copy, std::move(key)).second) {
      return Error{"access key " + copy + " is there twice"};
    }
  }
  return keys;
}

const AccessKey* AccessKeys::find(std::string_view access_key_id) const noexcept {
  const auto found = by_id_.find(access_key_id);
  return found == by_id_.end() ? nullptr : &found->second;
}

}  // namespace hoplab::aws
