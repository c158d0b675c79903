// Tokens of user pools, as a COGNITO_USER_POOLS authorizer takes them (apigateway-features.md 2.4).
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/authorizer.h"
#include "aws/identity/json_web_token.h"
#include "aws/identity/key_set.h"

namespace hoplab::aws {

/// As $context.authorizer.claims has them: texts by name.
using Claims = std::vector<std::pair<std::string, std::string>>;

struct TokenVerdict {
  std::string why;       // it is refused, for people; empty: it is good
  bool expired = false;  // that is why
};

class UserPoolToken {
 public:
  /// `text` is a header's value, with "Bearer " or without. Nothing: it is no token that one of the
  /// authorizer's pools has issued; `why` says it.
  static std::optional<UserPoolToken> read(std::string_view text, const Authorizer& authorizer,
                                           std::string& why);

  /// Where the keys of its issuer are, and which of them it names.
  [[nodiscard]] const std::string& keys_url() const noexcept { return keys_url_; }
  [[nodiscard]] const std::string& kid() const noexcept { return kid_; }

  /// Without `scopes` it must be an ID token, else an access token with one of them. `now` is of
  /// Clock::calendar().
  [[nodiscard]] TokenVerdict judge(const KeySet& keys, const Authorizer& authorizer,
                                   const std::vector<std::string>& scopes, Time now) const;
  [[nodiscard]] Claims claims() const;

 private:
  explicit UserPoolToken(JsonWebToken token) : token_(std::move(token)) {}

  JsonWebToken token_;
  std::string keys_url_, kid_;
};

}  // namespace hoplab::aws
