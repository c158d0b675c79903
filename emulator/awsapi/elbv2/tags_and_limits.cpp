// Tags of all resources, security policies, account limits.
#include <algorithm>

#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/resources.h"
#include "tls/security_policy.h"

namespace hoplab::awsapi::elbv2 {

namespace {

/// What an ARN names, by what stands in it.
ApiResult<const Document*> tagged(const Call& call, const std::string& arn) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {":loadbalancer/", kLoadBalancerType}, {":listener/", kListenerType},
      {":listener-rule/", kRuleType},        {":targetgroup/", kTargetGroupType},
      {":truststore/", kTrustStoreType},
  };
  for (const auto& [part, type] : kTypes) {
    if (arn.find(part) != std::string::npos) return find(call, type, arn);
  }
  return validation_error("'" + arn + "' is not a valid ARN");
}

/// Changes the tags of all of in["ResourceArns"] by `edit`.
template <class Edit>
ApiResult<Json> retag(const Call& call, const Json& in, Edit&& edit) {
  Change change;
  for (const std::string& arn : texts_of(in, "ResourceArns")) {
    const auto found = tagged(call, arn);
    if (!found) return found.error();
    Document document = **found;
    if (auto refused = edit(document.tags)) return *refused;
    change.put.push_back(std::move(document));
  }
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json::object();
}

constexpr const char* protocol_word(tls::ProtocolVersion version) {
  switch (version) {
    case tls::ProtocolVersion::tls10: return "TLSv1";
    case tls::ProtocolVersion::tls11: return "TLSv1.1";
    case tls::ProtocolVersion::tls12: return "TLSv1.2";
    case tls::ProtocolVersion::tls13: return "TLSv1.3";
  }
  return "";
}

Json ciphers_of(const tls::SecurityPolicy& policy) {
  Json ciphers = Json::array();
  for (std::string list : {tls::ciphersuites(policy), tls::cipher_list(policy)}) {
    while (!list.empty()) {
      const std::string one = list.substr(0, list.find(':'));
      list.erase(0, one.size() + 1);
      if (one.empty()) continue;
      ciphers.push_back({{"Name", one}, {"Priority", ciphers.size() + 1}});
    }
  }
  return ciphers;
}

Json describe_policy(const tls::SecurityPolicy& policy) {
  Json protocols = Json::array();
  for (auto version = static_cast<int>(policy.oldest); version <= static_cast<int>(policy.newest);
       ++version) {
    protocols.push_back(protocol_word(static_cast<tls::ProtocolVersion>(version)));
  }
  return {{"Name", policy.name},
          {"SslProtocols", std::move(protocols)},
          {"Ciphers", ciphers_of(policy)},
          {"SupportedLoadBalancerTypes", {"application", "network"}}};
}

}  // namespace

ApiResult<Json> add_tags(const Call& call, const Json& in) {
  const auto added = tags_of(in["Tags"]);
  if (!added) return added.error();
  return retag(call, in, [&](Tags& tags) -> Refusal {
    for (const auto& [key, value] : *added) tags[key] = value;
    if (tags.size() > 50) return ApiError{"TooManyTags", "A resource has at most 50 tags"};
    return std::nullopt;
  });
}

ApiResult<Json> remove_tags(const Call& call, const Json& in) {
  return retag(call, in, [&](Tags& tags) -> Refusal {
    for (const std::string& key : texts_of(in, "TagKeys")) tags.erase(key);
    return std::nullopt;
  });
}

ApiResult<Json> describe_tags(const Call& call, const Json& in) {
  Json described = Json::array();
  for (const std::string& arn : texts_of(in, "ResourceArns")) {
    const auto found = tagged(call, arn);
    if (!found) return found.error();
    described.push_back({{"ResourceArn", arn}, {"Tags", tag_list((*found)->tags)}});
  }
  return Json{{"TagDescriptions", std::move(described)}};
}

ApiResult<Json> describe_ssl_policies(const Call&, const Json& in) {
  std::vector<Json> items;
  const auto names = texts_of(in, "Names");
  for (const std::string& name : names) {
    const tls::SecurityPolicy* const policy = tls::find_security_policy(name);
    if (!policy) return ApiError{"SSLPolicyNotFound", "SSL policy '" + name + "' not found"};
    items.push_back(describe_policy(*policy));
  }
  if (names.empty()) {
    for (const auto& policy : tls::all_security_policies())
      items.push_back(describe_policy(policy));
  }
  return paged(in, "SslPolicies", std::move(items));
}

ApiResult<Json> describe_account_limits(const Call&, const Json& in) {
  // "Quotas for your Application Load Balancers", and of network ones.
  constexpr std::pair<const char*, const char*> kLimits[] = {
      {"application-load-balancers", "50"},
      {"listeners-per-application-load-balancer", "50"},
      {"rules-per-application-load-balancer", "100"},
      {"certificates-per-application-load-balancer", "25"},
      {"condition-values-per-alb-rule", "5"},
      {"condition-wildcards-per-alb-rule", "6"},
      {"target-groups", "3000"},
      {"targets-per-application-load-balancer", "1000"},
      {"targets-per-target-group", "1000"},
      {"target-groups-per-action-on-application-load-balancer", "5"},
      {"target-groups-per-application-load-balancer", "100"},
      {"trust-stores-per-account", "20"},
      {"ca-certificates-per-trust-store", "25"},
      {"ca-certificates-subject-size-per-trust-store", "10000"},
      {"revocation-lists-per-trust-store", "30"},
      {"revocation-entries-per-trust-store", "500000"},
      {"network-load-balancers", "50"},
      {"listeners-per-network-load-balancer", "50"},
      {"certificates-per-network-load-balancer", "25"},
      {"targets-per-network-load-balancer", "3000"},
      {"targets-per-availability-zone-per-network-load-balancer", "500"},
      {"target-groups-per-action-on-network-load-balancer", "1"},
  };
  std::vector<Json> items;
  for (const auto& [name, most] : kLimits) items.push_back({{"Name", name}, {"Max", most}});
  return paged(in, "Limits", std::move(items));
}

}  // namespace hoplab::awsapi::elbv2
