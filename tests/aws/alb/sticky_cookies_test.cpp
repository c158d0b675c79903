// The cookies of stickiness (alb-features.md 1.1).
#include "aws/alb/sticky_cookies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

const Time kAt(std::chrono::seconds(1'666'286'278));  // Thu, 20 Oct 2022 17:17:58 GMT
const StickyPlace kPlace{17, 23, kAt - std::chrono::days(7)};

class StickyCookiesOf : public ::testing::Test {
 protected:
  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    for (const auto& field : response_.headers.fields()) {
      EXPECT_EQ(field.name, "Set-Cookie");
      lines.emplace_back(field.value);
    }
    return lines;
  }
  static std::string value_of(const std::string& line) {
    const auto begin = line.find('=') + 1;
    return line.substr(begin, line.find(';') - begin);
  }
  http::Headers sent(const std::string& cookie) {
    http::Headers headers;
    headers.add("Cookie", arena_.copy(cookie));
    return headers;
  }

  Arena arena_;
  http::Response response_;
  Rng rng_{1};
  StickyCookies cookies_{"my-load-balancer"};
};

TEST_F(StickyCookiesOf, ATargetAreTwo) {
  cookies_.add_target_cookies(response_, kPlace, rng_);
  const auto set = lines();
  ASSERT_EQ(set.size(), 2u);
  const std::string value = value_of(set[0]);
  EXPECT_EQ(value.size(), 128u);
  EXPECT_EQ(set[0], "AWSALB=" + value + "; Expires=Thu, 20 Oct 2022 17:17:58 GMT; Path=/");
  EXPECT_EQ(set[1], "AWSALBCORS=" + value +
                        "; Expires=Thu, 20 Oct 2022 17:17:58 GMT; Path=/; SameSite=None; Secure");
  EXPECT_EQ(cookies_.target_cookie(sent("AWSALB=" + value)).place, kPlace);
}

TEST_F(StickyCookiesOf, AGroupAreTwo) {
  cookies_.add_group_cookies(response_, kPlace, rng_);
  const auto set = lines();
  ASSERT_EQ(set.size(), 2u);
  const std::string value = value_of(set[0]);
  EXPECT_EQ(value.size(), 172u);
  EXPECT_EQ(set[0], "AWSALBTG=" + value + "; Expires=Thu, 20 Oct 2022 17:17:58 GMT; Path=/");
  EXPECT_EQ(set[1], "AWSALBTGCORS=" + value +
                        "; Expires=Thu, 20 Oct 2022 17:17:58 GMT; Path=/; SameSite=None; Secure");
  EXPECT_EQ(cookies_.group_cookie(sent("a=b; AWSALBTG=" + value)).place, kPlace);
}

TEST_F(StickyCookiesOf, AnApplicationAreFour) {
  cookies_.add_app_cookies(response_, kPlace, false, rng_);
  const auto set = lines();
  ASSERT_EQ(set.size(), 4u);
  EXPECT_THAT(set[0], StartsWith("AWSALBAPP-0=AAAAAAAAAA"));
  const std::string expires = "; Expires=Thu, 20 Oct 2022 17:17:58 GMT; Path=/";
  EXPECT_EQ(set[1], "AWSALBAPP-1=_remove_" + expires);
  EXPECT_EQ(set[2], "AWSALBAPP-2=_remove_" + expires);
  EXPECT_EQ(set[3], "AWSALBAPP-3=_remove_" + expires);
  EXPECT_EQ(cookies_.app_cookie(sent("AWSALBAPP-0=" + value_of(set[0]))).place, kPlace);
}

TEST_F(StickyCookiesOf, TheCorsCookieDecides) {
  cookies_.add_target_cookies(response_, kPlace, rng_);
  StickyPlace other = kPlace;
  other.target = 42;
  cookies_.add_target_cookies(response_, other, rng_);
  const auto set = lines();
  const std::string both = "AWSALB=" + value_of(set[0]) + "; AWSALBCORS=" + value_of(set[3]);
  EXPECT_EQ(cookies_.target_cookie(sent(both)).place, other);
}

TEST_F(StickyCookiesOf, EachAnswerIsAnother) {
  cookies_.add_target_cookies(response_, kPlace, rng_);
  cookies_.add_target_cookies(response_, kPlace, rng_);
  const auto set = lines();
  EXPECT_NE(value_of(set[0]), value_of(set[2]));
}

TEST_F(StickyCookiesOf, WhatNobodyMadeHasNoPlace) {
  cookies_.add_target_cookies(response_, kPlace, rng_);
  const std::string value = value_of(lines()[0]);
  std::string changed = value;
  changed[40] = changed[40] == 'A' ? 'B' : 'A';
  std::string encoded = value;  // by a client, as of a URL
  for (std::size_t at = 0; (at = encoded.find_first_of("+/=", at)) != std::string::npos;) {
    encoded.replace(at, 1, "%2B");
  }
  encoded += "%3D";
  for (const std::string& bad :
       {std::string(), std::string("A"), std::string("nonsense"), changed, value.substr(4),
        value + "AAAA", encoded, std::string(5000, 'A')}) {
    const SentCookie cookie = cookies_.target_cookie(sent("AWSALB=" + bad));
    EXPECT_TRUE(cookie.sent) << bad;
    EXPECT_FALSE(cookie.place) << bad;
  }
  EXPECT_FALSE(cookies_.target_cookie(sent("awsalb=" + value)).sent) << "case counts";
  EXPECT_FALSE(StickyCookies("another").target_cookie(sent("AWSALB=" + value)).place);
}

TEST(SameSiteNone, IsForChromiumInCorsRequests) {
  const auto wants = [](const char* agent, const char* origin) {
    http::Headers headers;
    if (*agent) headers.add("User-Agent", agent);
    if (*origin) headers.add("Origin", origin);
    return wants_same_site_none(headers);
  };
  constexpr char kChrome80[] = "Mozilla/5.0 AppleWebKit/537.36 Chrome/80.0.3987.87 Safari/537.36";
  EXPECT_TRUE(wants(kChrome80, "https://a.example"));
  EXPECT_FALSE(wants(kChrome80, ""));
  EXPECT_FALSE(wants("Mozilla/5.0 Chrome/79.0.1 Safari/537.36", "https://a.example"));
  EXPECT_FALSE(wants("curl/7.88.1", "https://a.example"));
  EXPECT_FALSE(wants("", "https://a.example"));
}

}  // namespace
}  // namespace hoplab::aws
