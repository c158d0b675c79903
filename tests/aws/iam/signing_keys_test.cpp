// Keys that signatures are checked with: remembered within a bound, and of 4A those that AWS's test
// suite names.
#include "aws/iam/signing_keys.h"

#include <gtest/gtest.h>

#include "base/hex.h"

namespace hoplab::aws {
namespace {

TEST(SigningKeys, AreRememberedUpToABound) {
  SigningKeys keys;
  const auto first = keys.hmac_key({"secret", "20260401", "eu-west-1", "execute-api"});
  EXPECT_EQ(keys.hmac_key({"secret", "20260401", "eu-west-1", "execute-api"}), first);
  EXPECT_EQ(keys.size(), 1U);
  EXPECT_NE(keys.hmac_key({"secret", "20260402", "eu-west-1", "execute-api"}), first);
  EXPECT_NE(keys.hmac_key({"secret2", "0260401", "eu-west-1", "execute-api"}), first);
  for (std::size_t i = 0; i < SigningKeys::kMost; ++i) {
    (void)keys.hmac_key({"secret", std::to_string(i), "eu-west-1", "execute-api"});
    ASSERT_LE(keys.size(), SigningKeys::kMost);
  }
  EXPECT_EQ(keys.hmac_key({"secret", "20260401", "eu-west-1", "execute-api"}), first);
}

TEST(SigningKeys, Of4aAreThoseOfTheSuite) {
  SigningKeys keys;
  EVP_PKEY* const key = keys.ecdsa_key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  ASSERT_NE(key, nullptr);
  unsigned char point[65];
  std::size_t size = 0;
  ASSERT_EQ(EVP_PKEY_get_octet_string_param(key, "pub", point, sizeof point, &size), 1);
  std::string text;
  for (std::size_t i = 1; i < size; ++i) {
    char digits[2];
    put_hex(digits, point[i], 2);
    text.append(digits, 2);
  }
  EXPECT_EQ(text,
            "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1"
            "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518");
}

}  // namespace
}  // namespace hoplab::aws
