#include "aws/iam/policy_principal.h"

#include <algorithm>

#include "base/ascii.h"

namespace hoplab::aws {

PolicyPrincipal PolicyPrincipal::anyone() {
  PolicyPrincipal principal(false);
  principal.anyone_ = true;
  return principal;
}

Result<void> PolicyPrincipal::add(std::string_view name) {
  if (name == "*") {
    anyone_ = true;
    return {};
  }
  if (name.find_first_of("*?") != std::string_view::npos) {
    return Error{"Principal \"" + std::string(name) +
                 "\" has a wildcard; only \"*\" alone is one there"};
  }
  if (!name.empty() && std::ranges::all_of(name, is_digit)) {
    accounts_.emplace_back(name);
    return {};
  }
  constexpr std::string_view kOfAccount = ":root";
  if (name.starts_with("arn:") && name.ends_with(kOfAccount)) {
    name.remove_suffix(kOfAccount.size());
    accounts_.emplace_back(name.substr(name.rfind(':') + 1));
    return {};
  }
  arns_.emplace_back(name);
  return {};
}

bool PolicyPrincipal::has_account(const Identity& caller) const noexcept {
  return std::ranges::find(accounts_, caller.account) != accounts_.end();
}

bool PolicyPrincipal::has_arn(std::string_view arn) const noexcept {
  return std::ranges::find(arns_, arn) != arns_.end();
}

/// IAM looks at the account, then at the role, then at its session, and NotPrincipal has to list
/// each of them ("IAM JSON policy elements: NotPrincipal").
bool PolicyPrincipal::exempts(const Identity& caller) const noexcept {
  if (!has_account(caller)) return false;
  if (caller.is_account_root()) return true;
  return has_arn(caller.arn) && (caller.role_arn.empty() || has_arn(caller.role_arn));
}

PolicyPrincipal::Match PolicyPrincipal::match(const Identity* caller) const noexcept {
  if (inverted_) {
    const bool exempt = anyone_ || (caller != nullptr && exempts(*caller));
    return exempt ? Match::none : Match::named;
  }
  if (anyone_) return Match::named;
  if (caller == nullptr) return Match::none;  // apigateway.md 5.1
  if (has_arn(caller->arn) || (!caller->role_arn.empty() && has_arn(caller->role_arn))) {
    return Match::named;
  }
  if (!has_account(*caller)) return Match::none;
  return caller->is_account_root() ? Match::named : Match::by_account;
}

}  // namespace hoplab::aws
