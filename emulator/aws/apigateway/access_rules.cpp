#include "aws/apigateway/access_rules.h"

#include <nlohmann/json.hpp>

#include "model/ids.h"

namespace hoplab::aws {

namespace {

bool is_default(const std::string& json) {
  if (json.empty()) return true;
  static const auto kStatement = nlohmann::json::parse(kDefaultEndpointPolicy)["Statement"];
  const auto policy = nlohmann::json::parse(json, nullptr, false);
  return policy.is_object() && policy.value("Statement", nlohmann::json()) == kStatement;
}

}  // namespace

Credentials credentials_of(const model::AccessKey& key, Time start) {
  Credentials made;
  made.access_key_id = key.access_key_id;
  made.secret_access_key = key.secret_access_key;
  made.session_token = key.session_token;
  if (key.expiration_s) made.expiration = start + std::chrono::seconds(*key.expiration_s);
  made.identity.arn = key.principal_arn;
  made.identity.user_id = key.user_id;
  made.identity.organization_id = key.principal_org_id;
  if (!key.session_token.empty()) made.identity.token_issue_time = start;
  made.policies = key.policies;
  return made;
}

Result<std::optional<Policy>> compile_endpoint_policy(const std::string& json) {
  if (is_default(json)) return std::optional<Policy>();
  auto policy = Policy::parse(json, {.kind = Policy::Kind::endpoint});
  if (!policy) return policy.failure();
  return std::optional<Policy>(std::move(policy).value());
}

/// As it was seen: "1" in base64, and the id of the Region's execute-api service.
std::string endpoint_policy_url(const model::VpcEndpoint& endpoint, const std::string& region) {
  if (is_default(endpoint.policy)) return {};
  const std::string id = model::derived_vpc_endpoint_id("execute-api of " + region);
  return "MQ==;vpce-svc-" + id.substr(id.find('-') + 1);
}

Result<AccessRules> AccessRules::compile(const model::Topology& topology, Time start) {
  AccessRules rules;
  std::vector<Credentials> all;
  for (const model::AccessKey& key : topology.access_keys) {
    all.push_back(credentials_of(key, start));
  }
  auto keys = AccessKeys::build(std::move(all));
  if (!keys) return keys.failure();
  rules.keys_ = std::move(keys).value();
  for (const model::VpcEndpoint& endpoint : topology.vpc_endpoints) {
    if (!endpoint.execute_api()) continue;
    auto policy = compile_endpoint_policy(endpoint.policy);
    if (!policy) return Error{"VPC endpoint " + endpoint.name + ": " + policy.error()};
    if (!policy.value()) continue;
    rules.endpoint_policies_.emplace(endpoint.id, *std::move(policy).value());
  }
  return rules;
}

const Policy* AccessRules::endpoint_policy(std::string_view vpce_id) const noexcept {
  const auto found = endpoint_policies_.find(vpce_id);
  return found == endpoint_policies_.end() ? nullptr : &found->second;
}

}  // namespace hoplab::aws
