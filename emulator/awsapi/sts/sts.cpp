// STS: who am I, and credentials of a role. Roles need not exist; what counts is their account
// (aws-api.md 2).
#include "awsapi/caller.h"
#include "awsapi/services.h"
#include "model/ids.h"

namespace hoplab::awsapi::sts {

namespace {

constexpr std::int64_t kDefaultDuration = 3600;

constexpr Member kTag[] = {text("Key").needed(), text("Value")};
constexpr Member kPolicy[] = {text("arn")};
constexpr Member kAssumeRoleIn[] = {text("RoleArn").needed(),
                                    text("RoleSessionName").needed(),
                                    list("PolicyArns", kPolicy),
                                    text("Policy"),
                                    integer("DurationSeconds").range(900, 43200),
                                    list("Tags", kTag),
                                    texts("TransitiveTagKeys"),
                                    text("ExternalId"),
                                    text("SerialNumber"),
                                    text("TokenCode"),
                                    text("SourceIdentity")};
constexpr Member kCredentials[] = {text("AccessKeyId"), text("SecretAccessKey"),
                                   text("SessionToken"), timestamp("Expiration")};
constexpr Member kAssumedRoleUser[] = {text("AssumedRoleId"), text("Arn")};
constexpr Member kAssumeRoleOut[] = {structure("Credentials", kCredentials),
                                     structure("AssumedRoleUser", kAssumedRoleUser),
                                     integer("PackedPolicySize")};
constexpr Member kGetCallerIdentityOut[] = {text("UserId"), text("Account"), text("Arn")};
constexpr Member kSessionTokenIn[] = {integer("DurationSeconds").range(900, 129600),
                                      text("SerialNumber"), text("TokenCode")};
constexpr Member kSessionTokenOut[] = {structure("Credentials", kCredentials)};

Json credentials_for(const std::string& account, std::int64_t until) {
  const std::string key = access_key_for(account);
  return {{"AccessKeyId", key},
          {"SecretAccessKey", model::derived_secret_access_key(key)},
          {"SessionToken", model::derived_secret_access_key(key + ":session")},
          {"Expiration", until}};
}

ApiResult<Json> get_caller_identity(const Call& call, const Json&) {
  const std::string arn = "arn:aws:iam::" + call.caller.account + ":root";
  return Json{{"UserId", call.caller.account}, {"Account", call.caller.account}, {"Arn", arn}};
}

/// "arn:aws:iam::ACCOUNT:role/NAME", the account and the name; nothing of others.
std::optional<std::pair<std::string, std::string>> role_of(std::string_view arn) {
  constexpr std::string_view kBegin = "arn:aws:iam::", kRole = ":role/";
  if (!arn.starts_with(kBegin)) return std::nullopt;
  arn.remove_prefix(kBegin.size());
  const std::string_view account = arn.substr(0, 12);
  if (!is_account(account) || !arn.substr(account.size()).starts_with(kRole)) return std::nullopt;
  const std::string_view path = arn.substr(account.size() + kRole.size());
  return std::pair(std::string(account), std::string(path.substr(path.rfind('/') + 1)));
}

ApiResult<Json> assume_role(const Call& call, const Json& in) {
  const auto role = role_of(in["RoleArn"].get_ref<const std::string&>());
  if (!role) {
    return ApiError{"ValidationError", in["RoleArn"].get<std::string>() + " is invalid"};
  }
  const auto& [account, name] = *role;
  const std::string session = in["RoleSessionName"];
  const std::string arn = "arn:aws:sts::" + account + ":assumed-role/" + name + "/" + session;
  const std::int64_t until = call.now + in.value("DurationSeconds", kDefaultDuration);
  return Json{{"Credentials", credentials_for(account, until)},
              {"AssumedRoleUser", {{"AssumedRoleId", model::derived_user_id(arn)}, {"Arn", arn}}},
              {"PackedPolicySize", 0}};
}

ApiResult<Json> get_session_token(const Call& call, const Json& in) {
  const std::int64_t until = call.now + in.value("DurationSeconds", kDefaultDuration);
  return Json{{"Credentials", credentials_for(call.caller.account, until)}};
}

constexpr Operation kOperations[] = {
    {"AssumeRole", kAssumeRoleIn, kAssumeRoleOut, assume_role},
    {"GetCallerIdentity", {}, kGetCallerIdentityOut, get_caller_identity},
    {"GetSessionToken", kSessionTokenIn, kSessionTokenOut, get_session_token},
};

}  // namespace

constexpr Service kService{
    "sts", Protocol::query, "2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/",
    "",    "1.1",           kOperations};

}  // namespace hoplab::awsapi::sts
