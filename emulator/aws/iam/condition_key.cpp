#include "aws/iam/condition_key.h"

#include <algorithm>

#include "base/ascii.h"

namespace hoplab::aws {

enum class ConditionKey::Id : std::uint8_t {
  current_time,
  epoch_time,
  referer,
  secure_transport,
  source_arn,
  source_ip,
  source_vpc,
  source_vpce,
  vpc_source_ip,
  user_agent,
  via_domain_arn,
  token_issue_time,
  multi_factor_auth_present,
  multi_factor_auth_age,
  principal_account,
  principal_arn,
  principal_org_id,
  principal_org_paths,
  principal_type,
  user_id,
  user_name,
  principal_tag,
};

struct ConditionKey::Known {
  std::string_view name;
  Id id;
  KeyType type;
};

// Those from token_issue_time on exist only for methods with AWS_IAM authorization.
constexpr ConditionKey::Known ConditionKey::kKnown[] = {
    {"aws:CurrentTime", Id::current_time, KeyType::date},
    {"aws:EpochTime", Id::epoch_time, KeyType::date_number},
    {"aws:Referer", Id::referer, KeyType::text},
    {"aws:SecureTransport", Id::secure_transport, KeyType::boolean},
    {"aws:SourceArn", Id::source_arn, KeyType::arn},
    {"aws:SourceIp", Id::source_ip, KeyType::address},
    {"aws:SourceVpc", Id::source_vpc, KeyType::text},
    {"aws:SourceVpce", Id::source_vpce, KeyType::text},
    {"aws:VpcSourceIp", Id::vpc_source_ip, KeyType::address},
    {"aws:UserAgent", Id::user_agent, KeyType::text},
    {"execute-api:viaDomainArn", Id::via_domain_arn, KeyType::arn},
    {"aws:TokenIssueTime", Id::token_issue_time, KeyType::date},
    {"aws:MultiFactorAuthPresent", Id::multi_factor_auth_present, KeyType::boolean},
    {"aws:MultiFactorAuthAge", Id::multi_factor_auth_age, KeyType::number},
    {"aws:PrincipalAccount", Id::principal_account, KeyType::text},
    {"aws:PrincipalArn", Id::principal_arn, KeyType::arn},
    {"aws:PrincipalOrgID", Id::principal_org_id, KeyType::text},
    {"aws:PrincipalOrgPaths", Id::principal_org_paths, KeyType::texts},
    {"aws:PrincipalType", Id::principal_type, KeyType::text},
    {"aws:userid", Id::user_id, KeyType::text},
    {"aws:username", Id::user_name, KeyType::text},
    {"aws:PrincipalTag", Id::principal_tag, KeyType::text},
};

Result<ConditionKey> ConditionKey::find(std::string_view name, bool callers_sign) {
  const auto bare = name.substr(0, name.find('/'));
  std::string all;
  for (const Known& known : kKnown) {
    const bool of_callers = known.id >= Id::token_issue_time;
    if (callers_sign || !of_callers) all.append(all.empty() ? "" : ", ").append(known.name);
    const bool tagged = known.id == Id::principal_tag;
    if (!iequals(known.name, tagged ? bare : name)) continue;
    if (of_callers && !callers_sign) {
      return Error{"condition key " + std::string(name) +
                   " exists only for methods with AWS_IAM authorization; the methods here have "
                   "NONE"};
    }
    const auto tag = name.substr(std::min(bare.size() + 1, name.size()));
    if (tagged && tag.empty()) return Error{"condition key " + std::string(name) + " names no tag"};
    return ConditionKey(known, tagged ? tag : std::string_view());
  }
  return Error{"condition key " + std::string(name) +
               " is not one that API Gateway resource policies support here; known are " + all};
}

KeyType ConditionKey::type() const noexcept {
  return known_->type;
}

std::optional<std::string_view> ConditionKey::caller_text(const Identity& caller) const noexcept {
  switch (known_->id) {
    // IAM: temporary credentials have the key, with either value; those of a user do not.
    case Id::multi_factor_auth_present:
      if (!caller.token_issue_time) return std::nullopt;
      return caller.multi_factor_auth_time ? "true" : "false";
    case Id::principal_account: return caller.account;
    case Id::principal_arn: return caller.principal_arn();
    case Id::principal_org_id:
      if (caller.organization_id.empty()) return std::nullopt;
      return caller.organization_id;
    case Id::principal_type: return caller.type();
    case Id::user_id: return caller.user_id;
    case Id::user_name: return caller.user_name();
    case Id::principal_tag: {
      const auto found = std::ranges::find_if(
          caller.tags, [&](const auto& tag) { return iequals(tag.first, tag_); });
      if (found == caller.tags.end()) return std::nullopt;
      return found->second;
    }
    default: return std::nullopt;
  }
}

std::optional<std::string_view> ConditionKey::text(const RequestContext& request) const noexcept {
  switch (known_->id) {
    case Id::referer: return request.referer;
    case Id::user_agent: return request.user_agent;
    case Id::source_vpc: return request.source_vpc;
    case Id::source_vpce: return request.source_vpce;
    case Id::vpc_source_ip: return request.vpc_source_ip;
    case Id::secure_transport: return request.secure_transport ? "true" : "false";
    case Id::via_domain_arn: return request.via_domain_arn;
    // An anonymous caller has these three (IAM: "AWS global condition context keys").
    case Id::principal_type:
      if (request.caller == nullptr) return "Anonymous";
      break;
    case Id::principal_account:
    case Id::user_id:
      if (request.caller == nullptr) return "anonymous";
      break;
    // No AWS service calls through here, and behind an interface endpoint IAM has no aws:SourceIp
    // ("AWS global condition context keys", aws:SourceIp).
    default: break;
  }
  return request.caller == nullptr ? std::nullopt : caller_text(*request.caller);
}

std::optional<double> ConditionKey::number(const RequestContext& request) const noexcept {
  const auto seconds = [](Time at) { return static_cast<double>(epoch_seconds(at)); };
  const Identity* const caller = request.caller;
  switch (known_->id) {
    case Id::current_time:
    case Id::epoch_time: return seconds(request.now);
    case Id::token_issue_time:
      if (caller == nullptr || !caller->token_issue_time) return std::nullopt;
      return seconds(*caller->token_issue_time);
    case Id::multi_factor_auth_age:
      if (caller == nullptr || !caller->multi_factor_auth_time) return std::nullopt;
      return seconds(request.now) - seconds(*caller->multi_factor_auth_time);
    default: return std::nullopt;
  }
}

const std::vector<std::string>& ConditionKey::texts(const RequestContext& request) const noexcept {
  static const std::vector<std::string> kNone;
  const bool has = known_->id == Id::principal_org_paths && request.caller != nullptr;
  return has ? request.caller->organization_paths : kNone;
}

bool ConditionKey::present(const RequestContext& request) const noexcept {
  return text(request) || number(request) || !texts(request).empty();
}

std::optional<std::string> ConditionKey::variable(const RequestContext& request) const {
  if (const auto value = text(request)) return std::string(*value);
  const auto value = number(request);
  if (!value) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(*value);
  return type() == KeyType::date ? iso8601_seconds(whole) : std::to_string(whole);
}

}  // namespace hoplab::aws
