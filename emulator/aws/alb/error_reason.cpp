#include "aws/alb/error_reason.h"

#include "base/ascii.h"

namespace hoplab::aws {

std::string error_reason(Reason reason) {
  if (reason == Reason::auth_missing_nonce) return "AuthMissingAWSALBAuthNonce";
  const std::string_view name = to_text(reason);
  const bool upper = name.starts_with("jwt-") || name.starts_with("jwks-");
  if (!upper && !name.starts_with("auth-") && !name.starts_with("lambda-")) return {};
  const auto first = name.find('-');
  std::string word;
  bool begins = true;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool capital = begins || (upper && i < first);
    if (name[i] != '-') word += capital ? upper_case(name[i]) : name[i];
    begins = name[i] == '-';
  }
  return word;
}

}  // namespace hoplab::aws
