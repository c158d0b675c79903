// The keys that a condition or a policy variable can name, and what a request has under them
// (apigateway.md 5.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/iam/request_context.h"
#include "base/result.h"

namespace hoplab::aws {

/// Which conditions make sense on a key.
enum class KeyType : std::uint8_t { text, texts, address, arn, boolean, date, date_number, number };

class ConditionKey {
 public:
  /// The key of that name, without regard to case; an error that says why there is none.
  /// `callers_sign`: there are methods with AWS_IAM authorization, and so what their callers have.
  static Result<ConditionKey> find(std::string_view name, bool callers_sign);

  [[nodiscard]] KeyType type() const noexcept;
  [[nodiscard]] bool present(const RequestContext& request) const noexcept;
  /// Of text, addresses, ARNs and booleans ("true", "false"); nothing: the key is missing.
  [[nodiscard]] std::optional<std::string_view> text(const RequestContext& request) const noexcept;
  /// Of numbers, and of dates in seconds since 1970.
  [[nodiscard]] std::optional<double> number(const RequestContext& request) const noexcept;
  /// Of a key with several values; they are there together.
  [[nodiscard]] const std::vector<std::string>& texts(const RequestContext& request) const noexcept;
  /// What a policy variable of that name stands for; nothing: it has no single value here.
  [[nodiscard]] std::optional<std::string> variable(const RequestContext& request) const;

 private:
  enum class Id : std::uint8_t;
  struct Known;
  static const Known kKnown[];

  ConditionKey(const Known& known, std::string_view tag) : known_(&known), tag_(tag) {}
  [[nodiscard]] std::optional<std::string_view> caller_text(const Identity& caller) const noexcept;

  const Known* known_;
  std::string tag_;  // of aws:PrincipalTag/TAG
};

}  // namespace hoplab::aws
