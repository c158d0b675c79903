#include "awsapi/caller.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/percent.h"

namespace hoplab::awsapi {

namespace {

// AWS's ids have 20 characters; the account's digits are 12 of the 16 behind ASIA.
constexpr std::string_view kTemporary = "ASIAHOPL";

Credential split(std::string_view credential) {
  std::array<std::string_view, 4> parts;
  for (std::string_view& part : parts) {
    part = credential.substr(0, credential.find('/'));
    credential.remove_prefix(std::min(part.size() + 1, credential.size()));
  }
  return {std::string(parts[0]), std::string(parts[2]), std::string(parts[3])};
}

}  // namespace

bool is_account(std::string_view text) noexcept {
  return text.size() == 12 && std::ranges::all_of(text, is_digit);
}

std::string access_key_for(std::string_view account) {
  return std::string(kTemporary) + std::string(account);
}

Credential credential_of(std::string_view authorization, std::string_view query) {
  constexpr std::string_view kField = "Credential=", kParameter = "X-Amz-Credential=";
  if (const auto at = authorization.find(kField); at != std::string_view::npos) {
    const std::string_view rest = authorization.substr(at + kField.size());
    return split(rest.substr(0, rest.find_first_of(", ")));
  }
  if (const auto at = query.find(kParameter); at != std::string_view::npos) {
    const std::string_view rest = query.substr(at + kParameter.size());
    return split(percent_decoded(rest.substr(0, rest.find('&'))));
  }
  return {};
}

Caller caller_of(const Credential& credential, const Accounts& accounts) {
  const std::string& key = credential.access_key;
  Caller caller{accounts.own, credential.region.empty() ? accounts.region : credential.region, key};
  const auto known = accounts.of_keys.find(key);
  if (known != accounts.of_keys.end()) {
    caller.account = known->second;
  } else if (is_account(key)) {
    caller.account = key;
  } else if (key.starts_with(kTemporary) && is_account(key.substr(kTemporary.size()))) {
    caller.account = key.substr(kTemporary.size());
  }
  return caller;
}

}  // namespace hoplab::awsapi
