// Access keys: what is refused, by name, and what follows from an ARN.
#include "aws/iam/access_keys.h"

#include <gtest/gtest.h>

#include <functional>

namespace hoplab::aws {
namespace {

TEST(AccessKeys, RefuseWhatNobodyCouldSignWith) {
  Credentials good;
  good.access_key_id = "AKIA";
  good.secret_access_key = "secret";
  good.identity.arn = "arn:aws:iam::111122223333:user/alice";
  const auto error = [&](const std::function<void(Credentials&)>& change) {
    Credentials changed = good;
    change(changed);
    return AccessKeys::build({changed}).error();
  };
  EXPECT_EQ(error([](Credentials&) {}), "");
  EXPECT_EQ(error([](auto& c) { c.access_key_id = "a/b"; }), "access key a/b: its id has a slash");
  EXPECT_NE(error([](auto& c) { c.secret_access_key = ""; }).find("no secret"), std::string::npos);
  for (const char* const arn :
       {"", "alice", "arn:aws:iam::1:user/alice", "arn:aws:iam::111122223333:role/r",
        "arn:aws:iam::111122223333:user/", "arn:aws:sts::111122223333:assumed-role/r",
        "arn:aws:sts::111122223333:assumed-role//s", "arn:aws:sts::111122223333:assumed-role/r/"}) {
    EXPECT_NE(error([&](auto& c) { c.identity.arn = arn; }).find("is no ARN of"), std::string::npos)
        << arn;
  }
  EXPECT_NE(error([](auto& c) { c.identity.account = "444455556666"; }).find("another one"),
            std::string::npos);
  EXPECT_NE(error([](auto& c) { c.identity.role_arn = "arn:aws:iam::1:role/r"; }).find("session"),
            std::string::npos);
  EXPECT_NE(error([](auto& c) { c.expiration = Time(); }).find("session token"), std::string::npos);
  EXPECT_EQ(error([](auto& c) { c.policies = {"{"}; }),
            "access key AKIA: policy 0: policy: is not valid JSON");
  EXPECT_EQ(AccessKeys::build({good, good}).error(), "access key AKIA is there twice");
}

TEST(AccessKeys, KnowWhatFollowsFromTheArn) {
  struct Row {
    const char* arn;
    const char* type;
    const char* principal_arn;
    const char* user_name;
  };
  const Row rows[] = {
      {"arn:aws:iam::111122223333:user/team/alice", "User",
       "arn:aws:iam::111122223333:user/team/alice", "alice"},
      {"arn:aws:iam::111122223333:root", "Account", "arn:aws:iam::111122223333:root", "none"},
      {"arn:aws:sts::111122223333:assumed-role/reader/job", "AssumedRole",
       "arn:aws:iam::111122223333:role/reader", "none"},
      {"arn:aws-cn:sts::111122223333:federated-user/bob", "FederatedUser",
       "arn:aws-cn:sts::111122223333:federated-user/bob", "none"},
  };
  for (const Row& row : rows) {
    Credentials credentials;
    credentials.access_key_id = "AKIA";
    credentials.secret_access_key = "secret";
    credentials.identity.arn = row.arn;
    const auto keys = AccessKeys::build({credentials});
    ASSERT_TRUE(keys) << keys.error();
    const AccessKey* const key = keys.value().find("AKIA");
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(keys.value().find("AKI"), nullptr);
    const Identity& identity = key->credentials.identity;
    EXPECT_EQ(identity.account, "111122223333");
    EXPECT_EQ(identity.type(), row.type);
    EXPECT_EQ(identity.principal_arn(), row.principal_arn);
    EXPECT_EQ(identity.user_name().value_or("none"), row.user_name);
  }
}

}  // namespace
}  // namespace hoplab::aws
