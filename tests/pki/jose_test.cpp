#include "pki/jose.h"

#include <gtest/gtest.h>

#include "pki/key.h"

namespace hoplab::pki {
namespace {

TEST(Jose, Base64urlHasNoPaddingAndTwoCharactersOfItsOwn) {
  EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(base64url("a"), "YQ");
  EXPECT_EQ(from_base64url("-__-"), "\xfb\xff\xfe");
  EXPECT_EQ(from_base64url("YQ=="), "a");
  EXPECT_FALSE(from_base64url("+//+"));
}

TEST(Jose, Rs256IsVerifiedByTheNumbersOfTheKey) {
  const KeyPtr key = generate_key(KeyAlgorithm::rsa_2048).value();
  const std::string signature = sign_rs256(key.get(), "text").value();
  EXPECT_EQ(signature.size(), 256U);
  const auto numbers = rsa_public_key(key.get());
  ASSERT_TRUE(numbers);
  EXPECT_EQ(numbers->modulus.size(), 256U);
  EXPECT_EQ(numbers->exponent, std::string("\x01\x00\x01", 3));
  const auto again = rsa_key(*numbers);
  ASSERT_TRUE(again);
  EXPECT_TRUE(verify_rs256(again.get(), "text", signature));
  EXPECT_FALSE(verify_rs256(again.get(), "Text", signature));
  EXPECT_FALSE(verify_rs256(again.get(), "text", signature.substr(1)));
}

TEST(Jose, Es256IsTwoNumbersOf32Bytes) {
  const KeyPtr key = generate_key(KeyAlgorithm::ec_prime256v1).value();
  for (int i = 0; i < 300; ++i) {  // one in 128 has a short number
    EXPECT_EQ(sign_es256(key.get(), std::to_string(i)).value().size(), 64U);
  }
  EXPECT_FALSE(rsa_public_key(key.get()));
  EXPECT_TRUE(public_key_pem(key.get()).starts_with("-----BEGIN PUBLIC KEY-----\n"));
}

TEST(Jose, NumbersThatAreNoKeyAreNone) {
  EXPECT_EQ(rsa_key({std::string(3000, 'x'), "\x03"}), nullptr);
}

}  // namespace
}  // namespace hoplab::pki
