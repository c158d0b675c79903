// AWS's own test suite of Signature Version 4 and 4A (the inputs and results that aws-c-auth
// publishes): canonical requests, strings to sign and signatures, in the header and in the query.
#include <gtest/gtest.h>

#include "aws/iam/canonical_request.h"
#include "base/hex.h"
#include "signing_lab.h"

namespace hoplab::aws {
namespace {

using testing::StoredRequest;

Credentials suite_credentials(const std::string& session_token) {
  Credentials credentials;
  credentials.access_key_id = "AKIDEXAMPLE";
  credentials.secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  credentials.session_token = session_token;
  credentials.identity.arn = "arn:aws:iam::111122223333:user/suite";
  return credentials;
}

StoredRequest suite_request(const nlohmann::json& from) {
  StoredRequest request = testing::stored_request(from);
  request.region = "us-east-1";
  request.service = "service";
  request.now = Time{std::chrono::seconds(1'440'938'160)};  // 2015-08-30T12:36:00Z
  return request;
}

TEST(SignatureVectors, HaveTheCanonicalRequestAndTheStringToSignOfTheSuite) {
  const auto vectors = testing::json_fixture("iam/sigv4-vectors.json");
  ASSERT_GT(vectors.size(), 60U);
  for (const auto& vector : vectors) {
    suite_request(vector).with_view([&](const SignedRequest& request) {
      Arena arena;
      const auto parsed = parse_signature(request, arena);
      const auto* parts = std::get_if<SignatureParts>(&parsed);
      ASSERT_NE(parts, nullptr) << vector.at("name");
      const auto canonical = canonical_request(request, *parts);
      EXPECT_EQ(canonical, vector.at("canonical_request")) << vector.at("name");
      EXPECT_EQ(string_to_sign(*parts, canonical), vector.at("string_to_sign"))
          << vector.at("name");
    });
  }
}

TEST(SignatureVectors, AreSignedByTheirCallerAndByNobodyElse) {
  for (const auto& vector : testing::json_fixture("iam/sigv4-vectors.json")) {
    Credentials credentials = suite_credentials(vector.at("session_token"));
    const auto request = suite_request(vector);
    const auto verdict = check(request, testing::access_keys({credentials}));
    EXPECT_TRUE(std::holds_alternative<Signed>(verdict)) << vector.at("name") << "\n"
                                                         << testing::refusal(verdict);
    credentials.secret_access_key += "x";
    const auto other = check(request, testing::access_keys({credentials}));
    const auto* failure = std::get_if<SignatureFailure>(&other);
    ASSERT_NE(failure, nullptr) << vector.at("name");
    EXPECT_EQ(failure->fault, SignatureFault::mismatch) << vector.at("name");
  }
}

TEST(SignatureVectors, KeyOf4aIsThatOfTheSuite) {
  const auto credentials = suite_credentials("");
  SigningKeys keys;
  EVP_PKEY* const key = keys.ecdsa_key(credentials.access_key_id, credentials.secret_access_key);
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
