#include "aws/alb/user_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::SizeIs;
using ::testing::StartsWith;

const Time kLoginTime(std::chrono::seconds(1'800'000'000));

UserSession session(std::size_t size = 0) {
  UserSession one;
  one.subject = "alice";
  one.claims = R"({"sub":"alice"})" + std::string(size, ' ');
  one.access_token = "access";
  one.logged_in_at = kLoginTime;
  one.token_ends_at = kLoginTime + 3600s;
  return one;
}

class ClientOfSession {
 public:
  void keep(const std::vector<std::string>& cookies) {
    for (const std::string& one : cookies) {
      const auto equals = one.find('=');
      kept_[one.substr(0, equals)] = one.substr(equals + 1, one.find(';') - equals - 1);
    }
  }
  http::Request request(const std::string& before = "", const std::string& after = "") const {
    http::Request request;
    std::string sent = before;
    for (const auto& [name, value] : kept_) sent += (sent.empty() ? "" : "; ") + name + "=" + value;
    request.headers.add("Cookie", request.arena.copy(sent + after));
    return request;
  }

 private:
  std::map<std::string, std::string> kept_;
};

TEST(SessionCookies, GiveTheSessionBack) {
  Rng rng(1);
  const SessionCookies cookies("alb");
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 3'000, 11'000}) {
    const auto written = cookies.write(session(size), "name", kLoginTime, false, rng);
    ClientOfSession client;
    client.keep(written);
    const auto sent = cookies.read(client.request().headers, "name");
    ASSERT_TRUE(sent.session) << size;
    EXPECT_EQ(*sent.session, session(size));
    EXPECT_FALSE(cookies.read(client.request().headers, "other").sent);
    EXPECT_FALSE(SessionCookies("alb-2").read(client.request().headers, "name").session);
  }
}

TEST(SessionCookies, AreFourOfFourKilobytesAtMost) {
  Rng rng(1);
  const SessionCookies cookies("alb");
  EXPECT_THAT(cookies.write(session(11'000), "name", kLoginTime, false, rng), SizeIs(4));
  EXPECT_THAT(cookies.write(session(12'000), "name", kLoginTime, false, rng), SizeIs(0));
}

TEST(SessionCookies, SayWhatBrowsersMayDoWithThem) {
  Rng rng(1);
  const SessionCookies cookies("alb");
  const auto plain = cookies.write(session(), "name", kLoginTime, false, rng);
  EXPECT_THAT(plain, ElementsAre(AllOf(StartsWith("name-0="),
                                       EndsWith("; Expires=Fri, 22 Jan 2027 08:00:00 GMT; Path=/; "
                                                "Secure; HttpOnly"))));
  EXPECT_THAT(cookies.write(session(), "name", kLoginTime, true, rng),
              ElementsAre(EndsWith("; Secure; HttpOnly; SameSite=None")));
}

TEST(SessionCookies, OfALargerSessionDoNotSpoilASmallerOne) {
  Rng rng(1);
  const SessionCookies cookies("alb");
  ClientOfSession client;
  client.keep(cookies.write(session(9'000), "name", kLoginTime, false, rng));
  client.keep(cookies.write(session(), "name", kLoginTime, false, rng));
  EXPECT_EQ(cookies.read(client.request().headers, "name").session, session());
}

TEST(SessionCookies, AreNotForTargets) {
  const auto left = [](const std::string& sent) {
    http::Request request;
    request.headers.add("Cookie", request.arena.copy(sent));
    SessionCookies::take_away(request, "name");
    return std::string(request.headers.get("Cookie"));
  };
  EXPECT_EQ(left("AWSALBAuthNonce=x; name-0=a"), "AWSALBAuthNonce=x; ") << "as it was seen";
  EXPECT_EQ(left("name-0=a; b=c; name-1=d; e=f"), "b=c; e=f");
  EXPECT_EQ(left("name=a; name-4=b; name-00=c; xname-0=d"),
            "name=a; name-4=b; name-00=c; xname-0=d");
  EXPECT_EQ(left("name-0=a"), "");
}

}  // namespace
}  // namespace hoplab::aws
