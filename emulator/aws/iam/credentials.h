// The access keys of a scenario and who stands behind each one: what AWS_IAM authorization knows of
// its callers. Values; they do not change once requests are checked against them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace hoplab::aws {

/// Who has signed a request, as policies see it (apigateway.md 5.2).
struct Identity {
  /// `arn:aws:iam::A:user/NAME`, `arn:aws:iam::A:root`, `arn:aws:sts::A:assumed-role/ROLE/SESSION`
  /// or `arn:aws:sts::A:federated-user/NAME`.
  std::string arn;
  std::string account;  // 12 digits; empty: that of the ARN
  std::string user_id;  // aws:userid: `AIDA...`, `AROA...:session`
  /// Of a role's session: the role, whose path the session's ARN does not have. Empty: a role
  /// without a path.
  std::string role_arn;
  std::string organization_id;                            // aws:PrincipalOrgID; empty: none
  std::vector<std::string> organization_paths;            // aws:PrincipalOrgPaths
  std::vector<std::pair<std::string, std::string>> tags;  // aws:PrincipalTag/...
  std::optional<Time> token_issue_time;                   // of temporary credentials only
  std::optional<Time> multi_factor_auth_time;  // when the caller has shown a second factor

  /// aws:PrincipalType: Account, User, AssumedRole or FederatedUser.
  [[nodiscard]] std::string_view type() const noexcept;
  /// aws:PrincipalArn: of a role's session it is the role.
  [[nodiscard]] std::string_view principal_arn() const noexcept;
  /// aws:username: of users only.
  [[nodiscard]] std::optional<std::string_view> user_name() const noexcept;
  [[nodiscard]] bool is_account_root() const noexcept;
};

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;       // empty: of a user, for good
  std::optional<Time> expiration;  // of temporary ones; nothing: never
  Identity identity;
  std::vector<std::string> policies;  // identity-based ones, IAM JSON
};

/// The same with what follows from the rest filled in; an error that names what cannot be.
Result<Credentials> complete(Credentials credentials);

}  // namespace hoplab::aws
