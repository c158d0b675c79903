// What IAM and the execute-api endpoints know around the APIs: access keys, and the policies of
// endpoints (apigateway.md 6). Immutable, so all loops share it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/iam/access_keys.h"
#include "aws/iam/policy.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Temporary ones expire as long after `start` as the model says.
[[nodiscard]] Credentials credentials_of(const model::AccessKey& key, Time start);

/// Nothing: it is the one that every endpoint has without its own.
[[nodiscard]] Result<std::optional<Policy>> compile_endpoint_policy(const std::string& json);

/// x-amzn-vpce-policy-url; empty: the endpoint has the default policy.
[[nodiscard]] std::string endpoint_policy_url(const model::VpcEndpoint& endpoint,
                                              const std::string& region);

class AccessRules {
 public:
  AccessRules() = default;  // nobody is known, and every endpoint has full access

  /// Errors name the access key or the endpoint.
  static Result<AccessRules> compile(const model::Topology& topology, Time start);

  [[nodiscard]] const AccessKeys& keys() const noexcept { return keys_; }
  /// Of the endpoint with that id; null: it has the default policy.
  [[nodiscard]] const Policy* endpoint_policy(std::string_view vpce_id) const noexcept;

 private:
  AccessKeys keys_;
  std::map<std::string, Policy, std::less<>> endpoint_policies_;  // by the endpoint's id
};

}  // namespace hoplab::aws
