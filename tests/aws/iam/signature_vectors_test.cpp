// AWS's own test suite of Signature Version 4 and 4A (the inputs and results that aws-c-auth
// publishes): canonical requests, strings to sign and signatures, in the header and in the query.
#include <gtest/gtest.h>

#include "aws/iam/canonical_request.h"
#include "aws/iam/sign_request.h"
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
      EXPECT_EQ(vector.at("canonical_request"), canonical) << vector.at("name");
      EXPECT_EQ(vector.at("string_to_sign"), string_to_sign(*parts, canonical))
          << vector.at("name");
    });
  }
}

/// What an SDK would send, and no more.
bool is_as_sdks_sign(const std::string& authorization, bool temporary) {
  const std::string names = temporary ? "host;x-amz-date;x-amz-security-token" : "host;x-amz-date";
  return authorization.starts_with("AWS4-HMAC-SHA256 ") &&
         authorization.find("SignedHeaders=" + names + ",") != std::string::npos;
}

TEST(SignatureVectors, AreMadeByOurOwnSigner) {
  int compared = 0;
  for (const auto& vector : testing::json_fixture("iam/sigv4-vectors.json")) {
    const Credentials credentials = suite_credentials(vector.at("session_token"));
    StoredRequest request = suite_request(vector);
    const std::string expected = request.header("Authorization");
    if (!is_as_sdks_sign(expected, !credentials.session_token.empty())) continue;
    for (const char* name : {"Authorization", "X-Amz-Date", "X-Amz-Security-Token"}) {
      request.remove(name);
    }
    const auto added = request.with_view(
        [&](const SignedRequest& unsigned_one) { return sign_request(unsigned_one, credentials); });
    EXPECT_EQ(added.back().second, expected) << vector.at("name");
    ++compared;
  }
  EXPECT_GT(compared, 10);
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

}  // namespace
}  // namespace hoplab::aws
