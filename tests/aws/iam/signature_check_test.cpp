// Who has signed a request: what botocore signs (sign_with_botocore.py) is accepted, and each
// change of it is refused with the literal answer (apigateway-features.md 3).
#include "aws/iam/signature_check.h"

#include <gtest/gtest.h>

#include <functional>

#include "signing_lab.h"

namespace hoplab::aws {
namespace {

using testing::access_keys;
using testing::check;
using testing::refusal;
using testing::replace;
using testing::StoredRequest;

constexpr const char* kUserKey = "AKIAIOSFODNN7EXAMPLE";
constexpr const char* kSessionKey = "ASIAIOSFODNN7EXAMPLE";

/// The body of that message, which needs no escapes.
std::string body_of(const std::string& message) {
  return R"({"message":")" + message + "\"}";
}

class SignatureCheck : public ::testing::Test {
 protected:
  SignatureCheck() : fixture_(testing::json_fixture("iam/botocore-signatures.json")) {
    for (const auto& from : fixture_.at("credentials")) {
      Credentials credentials;
      credentials.access_key_id = from.at("access_key_id");
      credentials.secret_access_key = from.at("secret_access_key");
      credentials.session_token = from.at("session_token");
      credentials.identity.arn = "arn:aws:iam::111122223333:user/" + credentials.access_key_id;
      credentials_.push_back(credentials);
    }
  }

  StoredRequest stored(const nlohmann::json& from) const {
    StoredRequest made = testing::stored_request(from);
    made.region = fixture_.at("region");
    made.service = fixture_.at("service");
    made.now = *parse_basic_time(fixture_.at("timestamp").get<std::string>());
    return made;
  }
  StoredRequest request(const std::string& name) const {
    for (const auto& from : fixture_.at("requests")) {
      if (from.at("name") == name) return stored(from);
    }
    ADD_FAILURE() << name;
    return {};
  }
  StoredRequest in_header() const { return request("a JSON body, in the header"); }
  StoredRequest in_query() const { return request("a path, in the query"); }

  SignatureVerdict verdict(const StoredRequest& stored) const {
    return check(stored, access_keys(credentials_));
  }

  const nlohmann::json fixture_;
  std::vector<Credentials> credentials_;
};

TEST_F(SignatureCheck, AcceptsWhatBotocoreSigns) {
  const auto keys = access_keys(credentials_);
  ASSERT_GT(fixture_.at("requests").size(), 20U);
  for (const auto& from : fixture_.at("requests")) {
    const auto result = check(stored(from), keys);
    const auto* signed_by = std::get_if<Signed>(&result);
    ASSERT_NE(signed_by, nullptr) << from.at("name") << "\n" << refusal(result);
    EXPECT_EQ(from.at("access_key_id"), signed_by->key.credentials.access_key_id);
  }
}

TEST_F(SignatureCheck, IsOfEachPartOfTheRequest) {
  using Change = std::function<void(StoredRequest&)>;
  const std::pair<const char*, Change> changes[] = {
      {"method", [](auto& r) { r.method = "PUT"; }},
      {"path", [](auto& r) { r.path += "x"; }},
      {"stage", [](auto& r) { replace(r.path, "/prod", "/dev"); }},
      {"query", [](auto& r) { r.query += "&more=1"; }},
      {"host", [](auto& r) { r.header("Host") = "other.example.com"; }},
      {"second host", [](auto& r) { r.headers.emplace_back("host", "other.example.com"); }},
      {"signed header", [](auto& r) { r.header("Accept") = "text/plain"; }},
      {"removed header", [](auto& r) { r.remove("Accept"); }},
      {"body", [](auto& r) { r.body += " "; }},
  };
  for (const char* const name : {"a path, in the header", "a path, in the query"}) {
    for (const auto& [what, change] : changes) {
      StoredRequest changed = request(name);
      change(changed);
      const auto result = verdict(changed);
      const auto* failure = std::get_if<SignatureFailure>(&result);
      ASSERT_NE(failure, nullptr) << name << ": " << what;
      EXPECT_EQ(failure->fault, SignatureFault::mismatch) << name << ": " << what;
      EXPECT_EQ(failure->error_type, "InvalidSignatureException");
      EXPECT_EQ(failure->status, 403);
    }
  }
}

TEST_F(SignatureCheck, IsOfNothingElse) {
  StoredRequest changed = in_header();
  changed.headers.emplace_back("X-Forwarded-For", "10.0.0.1");
  changed.headers.emplace_back("x-amz-cf-id", "x");
  EXPECT_TRUE(std::holds_alternative<Signed>(verdict(changed)));
  StoredRequest unsigned_payload = request("an unsigned payload, in the header");
  unsigned_payload.body = "anything else";
  EXPECT_TRUE(std::holds_alternative<Signed>(verdict(unsigned_payload)));
}

TEST_F(SignatureCheck, AClaimOfAnUnsignedPayloadHasToBeSigned) {
  StoredRequest changed = in_header();
  changed.headers.emplace_back("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD");
  EXPECT_TRUE(std::holds_alternative<Signed>(verdict(changed)));
  changed.body = "changed";
  EXPECT_FALSE(std::holds_alternative<Signed>(verdict(changed)));
}

TEST_F(SignatureCheck, AWrongSignatureIsAnsweredWithWhatIsRight) {
  StoredRequest changed = request("a path, in the header");
  replace(changed.header("Authorization"), "Signature=", "Signature=0");
  EXPECT_EQ(
      refusal(verdict(changed)),
      R"({"message":"The request signature we calculated does not match the signature you )"
      "provided. Check your AWS Secret Access Key and signing method. Consult the service "
      R"(documentation for details.\n\nThe Canonical String for this request should have been\n)"
      R"('GET\n/prod/widgets/1\n\naccept:application/json\n)"
      R"(host:abcde12345.execute-api.eu-west-1.amazonaws.com\nx-amz-date:20260401T120000Z\n\n)"
      R"(accept;host;x-amz-date\n)"
      R"(e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'\n\n)"
      R"(The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260401T120000Z\n)"
      R"(20260401/eu-west-1/execute-api/aws4_request\n)"
      R"(41ddb5b0ba5c9b71523505e4a7cf157da052c505153a3d8b282c31ca5ccc9f11'\n"})");
}

TEST_F(SignatureCheck, ExpiresFiveMinutesAfterItWasMade) {
  const std::pair<std::chrono::seconds, std::string> rows[] = {
      {300s, ""},
      {301s, body_of("Signature expired: 20260401T120000Z is now earlier than 20260401T120001Z "
                     "(20260401T120501Z - 5 min.)")},
      {-300s, ""},
      {-301s, body_of("Signature not yet current: 20260401T120000Z is still later than "
                      "20260401T115959Z (20260401T115459Z + 5 min.)")},
  };
  for (const auto& [later, body] : rows) {
    StoredRequest stored = in_header();
    stored.now += later;
    EXPECT_EQ(refusal(verdict(stored)), body);
  }
}

TEST_F(SignatureCheck, AQuerySaysHowLongItIsGood) {
  StoredRequest stored = in_query();
  stored.now += 3600s;
  EXPECT_EQ(refusal(verdict(stored)), "");
  stored.now += 1s;
  EXPECT_EQ(refusal(verdict(stored)),
            body_of("Signature expired: 20260401T120000Z is now earlier than 20260401T120001Z "
                    "(20260401T130001Z - 60 min.)"));
  const std::pair<const char*, const char*> rows[] = {
      {"x", "X-Amz-Expires should be a number"},
      {"", "X-Amz-Expires should be a number"},
      {"-1", "X-Amz-Expires must be non-negative"},
      {"604801", "X-Amz-Expires must be less than a week"},
      {"99999999999", "X-Amz-Expires must be less than a week"},
  };
  for (const auto& [value, message] : rows) {
    StoredRequest changed = in_query();
    replace(changed.query, "X-Amz-Expires=3600", std::string("X-Amz-Expires=") + value);
    EXPECT_NE(refusal(verdict(changed)).find(message), std::string::npos) << value;
  }
}

TEST_F(SignatureCheck, TheScopeHasToBeThatOfTheEndpoint) {
  struct Row {
    const char* from;
    const char* to;
    const char* message;
  };
  const Row rows[] = {
      {"/eu-west-1/", "/us-east-1/",
       "Credential should be scoped to a valid region, not 'us-east-1'. "},
      {"/execute-api/", "/es/", "Credential should be scoped to correct service: 'execute-api'. "},
      {"/aws4_request", "/aws5_request",
       "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. "},
      {"/20260401/", "/20260331/",
       "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
       "'20260331' != '20260401', from '20260401T120000Z'. "},
      {"/eu-west-1/execute-api/", "/us-east-1/s3/",
       "Credential should be scoped to a valid region, not 'us-east-1'. Credential should be "
       "scoped to correct service: 'execute-api'. "},
  };
  for (const Row& row : rows) {
    StoredRequest changed = in_header();
    replace(changed.header("Authorization"), row.from, row.to);
    const auto result = verdict(changed);
    const auto* failure = std::get_if<SignatureFailure>(&result);
    ASSERT_NE(failure, nullptr) << row.to;
    EXPECT_EQ(failure->body, body_of(row.message));
    EXPECT_EQ(failure->error_type, "InvalidSignatureException");
    EXPECT_EQ(failure->fault, SignatureFault::wrong_scope);
  }
}

TEST_F(SignatureCheck, TheKeyAndTheSessionHaveToBeKnown) {
  constexpr const char* kInvalid = "The security token included in the request is invalid.";
  StoredRequest unknown = in_header();
  replace(unknown.header("Authorization"), kUserKey, "AKIAUNKNOWN");
  EXPECT_EQ(refusal(verdict(unknown)), body_of(kInvalid));

  StoredRequest session = request("a session, in the header");
  session.remove("X-Amz-Security-Token");
  EXPECT_EQ(refusal(verdict(session)), body_of(kInvalid));
  session.header("X-Amz-Security-Token") = "another";
  EXPECT_EQ(refusal(verdict(session)), body_of(kInvalid));

  StoredRequest of_user = in_header();
  of_user.header("X-Amz-Security-Token") = "surplus";
  const auto result = verdict(of_user);
  EXPECT_EQ(refusal(result), body_of(kInvalid));
  EXPECT_EQ(std::get<SignatureFailure>(result).error_type, "UnrecognizedClientException");
}

TEST_F(SignatureCheck, ASessionEnds) {
  for (const char* const name : {"a session, in the header", "a session, in the query"}) {
    const StoredRequest stored = request(name);
    credentials_[1].expiration = stored.now + 1s;
    EXPECT_EQ(refusal(verdict(stored)), "") << name;
    credentials_[1].expiration = stored.now;
    const auto result = verdict(stored);
    EXPECT_EQ(refusal(result), body_of("The security token included in the request is expired"));
    EXPECT_EQ(std::get<SignatureFailure>(result).error_type, "ExpiredTokenException");
  }
  EXPECT_EQ(credentials_[1].access_key_id, kSessionKey);
}

TEST_F(SignatureCheck, WhatIsIncompleteIsSaidPartByPart) {
  using Change = std::function<void(StoredRequest&)>;
  const auto authorization = [](const char* from, const char* to) {
    return Change([=](StoredRequest& r) { replace(r.header("Authorization"), from, to); });
  };
  const auto query = [](const char* from, const char* to) {
    return Change([=](StoredRequest& r) { replace(r.query, from, to); });
  };
  const std::pair<Change, const char*> in_headers[] = {
      {authorization("SignedHeaders", "Signed"), "requires 'SignedHeaders' parameter. (Hashed"},
      {authorization("Credential=", "Key="), "requires 'Credential' parameter. (Hashed"},
      {authorization("Signature=", "Signature"), "Invalid key=value pair (missing equal-sign)"},
      {[](StoredRequest& r) { r.remove("X-Amz-Date"); },
       "requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed"},
      {authorization("AKIAIOSFODNN7EXAMPLE/", ""),
       "Credential must have exactly 5 slash-delimited elements, e.g. "
       "keyid/date/region/service/term, got '20260401/eu-west-1/execute-api/aws4_request'"},
      {[](StoredRequest& r) { r.header("X-Amz-Date") = "Wed, 01 Apr 2026 12:00:00 GMT"; },
       "Date must be in ISO-8601 'basic format'. Got 'Wed, 01 Apr 2026 12:00:00 GMT'. See "
       "http://en.wikipedia.org/wiki/ISO_8601"},
      {[](StoredRequest& r) { r.header("X-Amz-Date") = "20260230T120000Z"; }, "Got '20260230T1"},
  };
  const std::pair<Change, const char*> in_queries[] = {
      {query("X-Amz-Algorithm=AWS4-HMAC-SHA256&", ""),
       "\"AWS query-string parameters must include 'X-Amz-Algorithm'. Re-examine the query-string "
       "parameters.\""},
      {query("X-Amz-Signature", "Signature"), "must include 'X-Amz-Signature'. Re-examine"},
      {query("X-Amz-Date", "Date"), "must include 'X-Amz-Date'. Re-examine"},
      {query("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5"), "Unsupported AWS 'algorithm': 'AWS4-HMAC-MD5'."},
  };
  const auto expect = [&](StoredRequest changed, const auto& row) {
    row.first(changed);
    const auto result = verdict(changed);
    const auto* failure = std::get_if<SignatureFailure>(&result);
    ASSERT_NE(failure, nullptr) << row.second;
    EXPECT_EQ(failure->error_type, "IncompleteSignatureException");
    EXPECT_NE(failure->body.find(row.second), std::string::npos) << failure->body;
  };
  for (const auto& row : in_headers) expect(in_header(), row);
  for (const auto& row : in_queries) expect(in_query(), row);
}

TEST_F(SignatureCheck, HostHasToBeSigned) {
  StoredRequest changed = in_header();
  replace(changed.header("Authorization"), ";host", "");
  EXPECT_EQ(refusal(verdict(changed)),
            body_of("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."));
}

TEST_F(SignatureCheck, TheDateFieldStandsInForXAmzDate) {
  StoredRequest changed = in_header();
  changed.headers.emplace_back("Date", "20260401T120000Z");
  EXPECT_EQ(refusal(verdict(changed)), "");
  changed.remove("X-Amz-Date");
  // It is read from there, and then lacks among the signed headers.
  EXPECT_EQ(std::get<SignatureFailure>(verdict(changed)).fault, SignatureFault::mismatch);
}

TEST_F(SignatureCheck, WithoutASignatureTheCallerIsAnonymous) {
  struct Row {
    std::vector<std::pair<std::string, std::string>> headers;
    const char* error_type;
    const char* message;
  };
  const Row rows[] = {
      {{}, "MissingAuthenticationTokenException", "Missing Authentication Token"},
      {{{"Authorization", "Bearer token"}},
       "IncompleteSignatureException",
       "Invalid key=value pair (missing equal-sign) in Authorization header"},
      {{{"Authorization", "Basic Zm9vOmJhcg=="}},
       "IncompleteSignatureException",
       "Authorization header requires 'Credential' parameter."},
      {{{"Authorization", "AWS4-X Credential=a, SignedHeaders=b, Signature=c"}, {"date", "x"}},
       "IncompleteSignatureException",
       "Unsupported AWS 'algorithm': 'AWS4-X'."},
  };
  for (const Row& row : rows) {
    StoredRequest stored;
    stored.headers = row.headers;
    EXPECT_TRUE(std::holds_alternative<Anonymous>(verdict(stored))) << row.message;
    const auto failure =
        stored.with_view([](const SignedRequest& view) { return refuse_anonymous(view); });
    EXPECT_EQ(failure.error_type, row.error_type);
    EXPECT_NE(failure.body.find(row.message), std::string::npos) << failure.body;
  }
}

TEST_F(SignatureCheck, TheRegionsOf4aAreAListWithWildcards) {
  const std::pair<const char*, bool> rows[] = {
      {"eu-west-1", true},   {"us-east-1,eu-west-1", true}, {"us-east-1, eu-*", true},
      {"*", true},           {"us-east-1", false},          {"", false},
      {"eu-west-10", false},
  };
  for (const auto& [regions, covered] : rows) {
    StoredRequest stored = in_header();
    stored.header("Authorization") =
        "AWS4-ECDSA-P256-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260401/execute-api/aws4_request, "
        "SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3000";
    stored.header("X-Amz-Region-Set") = regions;
    const auto failure = std::get<SignatureFailure>(verdict(stored));
    EXPECT_EQ(failure.fault, covered ? SignatureFault::mismatch : SignatureFault::wrong_scope)
        << regions;
  }
}

}  // namespace
}  // namespace hoplab::aws
