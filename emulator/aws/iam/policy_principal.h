// The Principal or NotPrincipal of a statement ("IAM JSON policy elements: Principal").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/iam/credentials.h"
#include "base/result.h"

namespace hoplab::aws {

class PolicyPrincipal {
 public:
  /// How a statement names a caller. By its account alone: an Allow hands the decision over to that
  /// account's own policies, a Deny is one for all who belong to it.
  enum class Match : std::uint8_t { none, by_account, named };

  /// Everybody, as a policy without principals means it.
  static PolicyPrincipal anyone();
  /// Principal lists nobody until something is added; NotPrincipal everybody.
  explicit PolicyPrincipal(bool inverted) : inverted_(inverted) {}

  /// "*", an account's number, or an ARN: of an account's root, a user, a role, a role's session.
  Result<void> add(std::string_view name);

  /// Null: an anonymous caller.
  [[nodiscard]] Match match(const Identity* caller) const noexcept;

 private:
  [[nodiscard]] bool has_account(const Identity& caller) const noexcept;
  [[nodiscard]] bool has_arn(std::string_view arn) const noexcept;
  [[nodiscard]] bool exempts(const Identity& caller) const noexcept;

  bool inverted_;
  bool anyone_ = false;
  std::vector<std::string> accounts_;
  std::vector<std::string> arns_;
};

}  // namespace hoplab::aws
