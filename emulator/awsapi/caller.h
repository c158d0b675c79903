// Who asks, for which account and Region, by the credentials of a request. Any are accepted, and
// no signature is looked at. aws-api.md 2.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "awsapi/service.h"

namespace hoplab::awsapi {

/// What "Credential=" holds: AKID/DATE/REGION/SCOPE/aws4_request.
struct Credential {
  std::string access_key;
  std::string region;
  std::string scope;
};

/// Of an Authorization field's value, or of a query's X-Amz-Credential; all empty: there is none.
Credential credential_of(std::string_view authorization, std::string_view query);

struct Accounts {
  /// Of callers who do not say: the first account of the emulator.
  std::string own = "123456789012";
  std::string region = "us-east-1";
  std::map<std::string, std::string> of_keys;  // by access key id
};

/// The account is the access key's where that is 12 digits, or is known, or was given out by
/// AssumeRole, which puts the account into it; else `accounts.own`.
Caller caller_of(const Credential& credential, const Accounts& accounts);

bool is_account(std::string_view text) noexcept;

/// An access key id of temporary credentials for `account`.
std::string access_key_for(std::string_view account);

}  // namespace hoplab::awsapi
