// Which names are secret, and what is masked of a text.
#include "http/secrets.h"

#include <gmock/gmock.h>

namespace hoplab::testing {

using http::is_secret;
using http::masked;
using http::masked_target;
using http::secrets_in;

TEST(Secrets, AreKnownByTheirNames) {
  for (const char* name :
       {"Authorization", "proxy-authorization", "Cookie", "Set-Cookie", "X-Api-Key", "x-apikey",
        "X-Amz-Security-Token", "access_token", "client_secret", "PASSWORD", "X-Amz-Signature"}) {
    EXPECT_TRUE(is_secret(name)) << name;
  }
  for (const char* name : {"Host", "X-Amzn-Mtls-Clientcert", "X-Amzn-Trace-Id", "Content-Type",
                           "nextToken", "X-Forwarded-For", "key", "Cookie-Policy", ""}) {
    EXPECT_FALSE(is_secret(name)) << name;
  }
}

TEST(Secrets, OfAQueryAreMaskedWhereTheyStand) {
  EXPECT_EQ(masked_target("/a?b=1&access_token=abc&c"), "/a?b=1&access_token=***&c");
  EXPECT_EQ(masked_target("/a?api_key=x"), "/a?api_key=***");
  EXPECT_EQ(masked_target("/a?api_key=&b=2&"), "/a?api_key=***&b=2&");
  EXPECT_EQ(masked_target("/token=1?token"), "/token=1?token");
  EXPECT_EQ(masked_target("/a?"), "/a?");
  EXPECT_EQ(masked_target(""), "");
}

TEST(Secrets, AreFoundInOtherTexts) {
  EXPECT_EQ(masked("saw Bearer abcdef.ghi and abcdef.ghi", secrets_in("Bearer abcdef.ghi")),
            "saw *** and ***");
  EXPECT_EQ(masked("{session: 123456789, theme: dark}", secrets_in("sid=123456789; theme=dark")),
            "{session: ***, theme: dark}");
  EXPECT_EQ(masked("yes", secrets_in("yes")), "yes") << "what is so short may stand anywhere";
  EXPECT_THAT(secrets_in(""), ::testing::IsEmpty());
}

}  // namespace hoplab::testing
