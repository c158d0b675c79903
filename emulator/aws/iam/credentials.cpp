#include "aws/iam/credentials.h"

#include <algorithm>

#include "base/ascii.h"

namespace hoplab::aws {

namespace {

constexpr std::string_view kRoot = "root";
constexpr std::string_view kUser = "user/";
constexpr std::string_view kAssumedRole = "assumed-role/";
constexpr std::string_view kFederatedUser = "federated-user/";

struct ArnParts {
  std::string_view partition, service, account, resource;
};

/// Nothing: it is no ARN (arn:partition:service:region:account:resource).
std::optional<ArnParts> arn_parts(std::string_view arn) noexcept {
  std::string_view parts[6];
  for (std::size_t i = 0; i < 5; ++i) {
    const auto colon = arn.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts[i] = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  if (parts[0] != "arn") return std::nullopt;
  return ArnParts{parts[1], parts[2], parts[4], arn};
}

std::string_view resource_of(std::string_view arn) noexcept {
  const auto parts = arn_parts(arn);
  return parts ? parts->resource : std::string_view();
}

bool is_account_number(std::string_view text) noexcept {
  return text.size() == 12 && std::ranges::all_of(text, is_digit);
}

bool is_caller(const ArnParts& arn) noexcept {
  const auto named = [&](std::string_view kind) {
    return arn.resource.starts_with(kind) && arn.resource.size() > kind.size();
  };
  if (arn.service == "iam") return arn.resource == kRoot || named(kUser);
  if (arn.service != "sts") return false;
  if (named(kFederatedUser)) return true;
  const auto session = arn.resource.find('/', std::min(kAssumedRole.size(), arn.resource.size()));
  return named(kAssumedRole) && session != std::string_view::npos &&
         session > kAssumedRole.size() && session + 1 < arn.resource.size();
}

/// `assumed-role/ROLE/SESSION`
std::string role_of_session(const ArnParts& session) {
  const auto role = session.resource.substr(kAssumedRole.size());
  std::string arn("arn:");
  arn.append(session.partition).append(":iam::").append(session.account).append(":role/");
  return arn.append(role.substr(0, role.find('/')));
}

}  // namespace

std::string_view Identity::type() const noexcept {
  const auto resource = resource_of(arn);
  if (resource == kRoot) return "Account";
  if (resource.starts_with(kAssumedRole)) return "AssumedRole";
  if (resource.starts_with(kFederatedUser)) return "FederatedUser";
  return "User";
}

std::string_view Identity::principal_arn() const noexcept {
  return role_arn.empty() ? arn : role_arn;
}

std::optional<std::string_view> Identity::user_name() const noexcept {
  const auto resource = resource_of(arn);
  if (!resource.starts_with(kUser)) return std::nullopt;
  return resource.substr(resource.rfind('/') + 1);
}

bool Identity::is_account_root() const noexcept {
  return resource_of(arn) == kRoot;
}

Result<Credentials> complete(Credentials credentials) {
  Identity& identity = credentials.identity;
  const std::string which = "access key " + credentials.access_key_id + ": ";
  if (credentials.access_key_id.empty()) return Error{"an access key has no id"};
  if (credentials.access_key_id.find('/') != std::string::npos) {
    return Error{which + "its id has a slash"};
  }
  if (credentials.secret_access_key.empty()) return Error{which + "has no secret access key"};
  const auto parts = arn_parts(identity.arn);
  if (!parts || !is_account_number(parts->account) || !is_caller(*parts)) {
    return Error{which + "\"" + identity.arn +
                 "\" is no ARN of a user, of a role's session, of a federated user or of an "
                 "account's root"};
  }
  if (!identity.account.empty() && identity.account != parts->account) {
    return Error{which + "its account is " + identity.account + ", that of " + identity.arn +
                 " another one"};
  }
  identity.account = parts->account;
  const bool is_session = parts->resource.starts_with(kAssumedRole);
  if (!is_session && !identity.role_arn.empty()) {
    return Error{which + identity.arn + " is no session of a role"};
  }
  if (is_session && identity.role_arn.empty()) identity.role_arn = role_of_session(*parts);
  if (credentials.expiration && credentials.session_token.empty()) {
    return Error{which + "only temporary credentials expire, and they have a session token"};
  }
  return credentials;
}

}  // namespace hoplab::aws
