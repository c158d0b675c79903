// Small helpers of the model: neighbours of words, derived ids, policy names, pointers.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/ids.h"
#include "model/nearest.h"
#include "model/problem.h"
#include "model/ssl_policies.h"
#include "model/text_rule.h"

namespace hoplab::model {
namespace {

TEST(Nearest, FindsTheWordThatWasMeant) {
  EXPECT_EQ(nearest("HTPS", {"HTTP", "HTTPS"}), "HTTPS");
  EXPECT_EQ(nearest("privatednsenabled", {"ServiceName", "PrivateDnsEnabled"}),
            "PrivateDnsEnabled");
  EXPECT_EQ(nearest("nbl", {"alb", "nlb"}), "nlb") << "neighbours swapped";
}

TEST(Nearest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("colour", {"HTTP", "HTTPS"}), "");
  EXPECT_EQ(nearest("", {"a"}), "a");
  EXPECT_EQ(nearest("x", {}), "");
  EXPECT_EQ(nearest(std::string(100000, 'a'), {"a"}), "");
}

TEST(DerivedIds, HaveAwsFormAndStayTheSame) {
  EXPECT_TRUE(rules::kVpcEndpointId.matches(derived_vpc_endpoint_id("execute-api-endpoint")));
  EXPECT_TRUE(rules::kVpcId.matches(derived_vpc_id("111111111111")));
  EXPECT_TRUE(rules::kRestApiId.matches(derived_rest_api_id("widgets-api")));
  EXPECT_EQ(derived_vpc_endpoint_id("a"), derived_vpc_endpoint_id("a"));
  EXPECT_NE(derived_vpc_endpoint_id("a"), derived_vpc_endpoint_id("b"));
}

TEST(SslPolicies, AreAwssFortyFourDifferentNames) {
  const auto names = ssl_policy_names();
  EXPECT_EQ(names.size(), 44u);
  for (const auto name : names) EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
  EXPECT_TRUE(is_ssl_policy("ELBSecurityPolicy-2016-08"));
  EXPECT_FALSE(is_ssl_policy("ELBSecurityPolicy-2015-05"));
}

TEST(SslPolicies, FipsAndPqAreOfOneFamily) {
  EXPECT_EQ(ssl_policy_family("ELBSecurityPolicy-TLS13-1-2-PQ-2025-09"), SslPolicyFamily::hardened);
  EXPECT_EQ(ssl_policy_family("ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04"),
            SslPolicyFamily::hardened);
  EXPECT_EQ(ssl_policy_family("ELBSecurityPolicy-TLS13-1-2-2021-06"), SslPolicyFamily::plain);
}

TEST(Pointers, EscapeTildeAndSlash) {
  EXPECT_EQ(at("/a", "b/c~d"), "/a/b~1c~0d");
  EXPECT_EQ(at("", std::size_t{3}), "/3");
}

TEST(Wording, QuotesAreShortAndPrintable) {
  EXPECT_EQ(in_quotes("a\nb"), "\"a?b\"");
  EXPECT_EQ(in_quotes(std::string(200, 'a')).size(), 85u);
  EXPECT_EQ(one_of({"a"}), "a");
  EXPECT_EQ(one_of({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace hoplab::model
