#include "aws/iam/signing_keys.h"

namespace hoplab::aws {

const Sha256Digest& SigningKeys::hmac_key(const SigningScope& scope) {
  constexpr std::string_view kBetween("\0", 1);
  source_.assign(scope.secret_access_key).append(kBetween).append(scope.date);
  source_.append(kBetween).append(scope.region).append(kBetween).append(scope.service);
  if (const auto found = hmac_keys_.find(source_); found != hmac_keys_.end()) return found->second;
  // A key of yesterday is of no use any more, so nothing is lost that is worth an order of use.
  if (hmac_keys_.size() >= kMost) hmac_keys_.clear();
  const auto of_date = hmac_sha256("AWS4" + std::string(scope.secret_access_key), scope.date);
  const auto of_region = hmac_sha256(as_text(of_date), scope.region);
  const auto of_service = hmac_sha256(as_text(of_region), scope.service);
  const auto key = hmac_sha256(as_text(of_service), "aws4_request");
  return hmac_keys_.emplace(source_, key).first->second;
}

}  // namespace hoplab::aws
