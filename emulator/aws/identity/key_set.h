// The keys of an issuer: a JSON Web Key Set (RFC 7517 5), by the rules of an ALB's jwt-validation.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
#pragma once

#include <openssl/types.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hoplab::aws {

class KeySet {
 public:
  static constexpr std::size_t kMostBytes = 150 * 1024;
  static constexpr std::size_t kMostKeys = 10;

  /// Keys of RS256: RSA, of 2048 bits, with a kid; the error says which key is none, and why.
  static Result<KeySet> parse(std::string_view text);

  /// Null: there is none of that id.
  [[nodiscard]] EVP_PKEY* find(std::string_view kid) const;

 private:
  std::map<std::string, std::shared_ptr<EVP_PKEY>, std::less<>> keys_;
};

}  // namespace hoplab::aws
