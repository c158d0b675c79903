#include <gtest/gtest.h>

#include "awsapi/caller.h"
#include "awsapi/rest_binding.h"
#include "awsapi/s3/s3_request.h"

namespace hoplab::awsapi {
namespace {

constexpr Member kIn[] = {text("Id").in_path("id"), text("Arn").in_path("arn"),
                          integer("Most").in_query("limit"), texts("Keys").in_query("key")};
constexpr Member kImportIn[] = {text("Mode").in_query("mode"), map("Others").at(Where::query)};
constexpr Operation kOperations[] = {
    {"Get", kIn, {}, nullptr, "GET", "/apis/{id}", 200},
    {"List", kIn, {}, nullptr, "GET", "/apis", 200},
    {"Tags", kIn, {}, nullptr, "GET", "/tags/{arn+}", 200},
    {"Import", kImportIn, {}, nullptr, "POST", "/apis?mode=import", 201},
    {"Create", kIn, {}, nullptr, "POST", "/apis", 201},
};
constexpr Service kService{"x", Protocol::rest_json, "", "", "", "", kOperations};

std::string found(std::string_view path, std::string_view query = {},
                  std::string_view method = "GET") {
  const RestMatch match = match_place(kService, method, path, query);
  if (!match.operation) return "none";
  Json in = Json::object();
  if (const auto refused = bind_place(kService, match, query, in)) return refused->message;
  return std::string(match.operation->name) + in.dump();
}

TEST(RestBinding, PathsAreSplitBeforeTheyAreDecoded) {
  EXPECT_EQ(found("/apis"), "List{}");
  EXPECT_EQ(found("/apis/"), "List{}");
  EXPECT_EQ(found("/apis/a%2Fb"), R"(Get{"Id":"a/b"})");
  EXPECT_EQ(found("/apis/a/b"), "none");
  EXPECT_EQ(found("/tags/arn%3Aaws%3Ax%2Fy"), R"(Tags{"Arn":"arn:aws:x/y"})");
  EXPECT_EQ(found("/tags/arn:aws:x/y/z"), R"(Tags{"Arn":"arn:aws:x/y/z"})");
}

TEST(RestBinding, QueriesBindWhatTheTableKnows) {
  EXPECT_EQ(found("/apis", "limit=5&key=a&key=b+c&x-id=List"),
            R"(List{"Keys":["a","b c"],"Most":5})");
  EXPECT_EQ(found("/apis", "limit=x"), "the parameter limit is not a whole number");
}

TEST(RestBinding, AParameterChoosesAnOperationAndAMapHasTheRest) {
  EXPECT_EQ(found("/apis", "", "POST"), "Create{}");
  EXPECT_EQ(found("/apis", "mode=create", "POST"), "Create{}");
  EXPECT_EQ(found("/apis", "b=1&mode=import&a=%2F&b=2", "POST"),
            R"(Import{"Mode":"import","Others":{"a":"/","b":"2"}})");
}

TEST(Caller, AccountsOfAccessKeys) {
  Accounts accounts;
  accounts.of_keys = {{"AKIAMINE", "444444444444"}};
  const auto account = [&](const std::string& key) {
    const std::string field = "AWS4-HMAC-SHA256 Credential=" + key +
                              "/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host";
    return caller_of(credential_of(field, ""), accounts).account;
  };
  EXPECT_EQ(account("111111111111"), "111111111111");
  EXPECT_EQ(account("AKIAMINE"), "444444444444");
  EXPECT_EQ(account("AKIAOTHER"), accounts.own);
  EXPECT_EQ(account(access_key_for("222222222222")), "222222222222");
}

TEST(Caller, CredentialsOfPresignedUrls) {
  const Credential found =
      credential_of("", "a=b&X-Amz-Credential=AK%2F20260101%2Feu-west-1%2Fs3%2Faws4_request");
  EXPECT_EQ(found.scope, "s3");
  EXPECT_EQ(found.region, "eu-west-1");
  EXPECT_TRUE(credential_of("", "").scope.empty());
}

TEST(S3Request, ChunksAreUndone) {
  using s3::without_chunks;
  EXPECT_EQ(
      *without_chunks("3\r\nabc\r\n2;chunk-signature=x\r\nde\r\n0\r\nx-amz-trailer:1\r\n\r\n"),
      "abcde");
  for (const char* const bad :
       {"", "3", "3\r\nab", "zz\r\n", "ffffffffffffffff\r\na", "3\r\nabcd\r\n0\r\n"}) {
    EXPECT_FALSE(without_chunks(bad)) << bad;
  }
}

TEST(S3Request, BucketsByPathAndByHost) {
  const auto parts = [](std::string_view authority, std::string_view target) {
    const auto made = s3::take_apart({"GET", target, authority, {}, ""});
    return made->bucket + "|" + made->key;
  };
  EXPECT_EQ(parts("127.0.0.1:1", "/b/k%20/x?versionId=1"), "b|k /x");
  EXPECT_EQ(parts("127.0.0.1:1", "/b/"), "b|");
  EXPECT_EQ(parts("b.localhost:1", "/k"), "b|k");
}

}  // namespace
}  // namespace hoplab::awsapi
