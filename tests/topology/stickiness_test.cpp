// Clients that stay with a target or a target group (alb-features.md 1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "https_client.h"
#include "running_emulator.h"
#include "support/raw_client.h"

namespace hoplab::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Group "one" of services "a", "b" and "c", and group "two" of service "d", which answer with
/// their names; an ALB forwards to "one".
model::Topology three_services() {
  model::Topology topology;
  for (const char* const name : {"one", "two"}) {
    model::TargetGroup& group = topology.target_groups.emplace_back();
    group.name = name;
    group.health_check.protocol = "HTTP";
  }
  for (const char* const name : {"a", "b", "c", "d"}) {
    model::Service& service = topology.services.emplace_back();
    service.name = service.stand_in.body = name;
    topology.target_groups[*name == 'd' ? 1 : 0].targets.emplace_back().service = name;
  }
  model::LoadBalancer& alb = topology.load_balancers.emplace_back();
  alb.name = "alb";
  alb.availability_zones = {"eu-west-1a"};
  model::Listener& listener = alb.listeners.emplace_back();
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action.target_groups = {{"one", 1}};
  topology.entries = {"alb"};
  return topology;
}

/// An answer: whose it is, and its cookies as a client sends them back.
struct Answer {
  std::string head, body;
  /// "A=1; B=2"; without the attributes, and without those whose names begin with `but`.
  [[nodiscard]] std::string cookies(const std::string& but = "-") const {
    std::string all;
    const std::string field = "\r\nSet-Cookie: ";
    for (std::size_t at = 0; (at = head.find(field, at)) != std::string::npos;) {
      at += field.size();
      const std::string cookie = head.substr(at, head.find(';', at) - at);
      if (!cookie.starts_with(but)) all += (all.empty() ? "" : "; ") + cookie;
    }
    return all;
  }
};

class Stickiness : public ::testing::Test {
 protected:
  void start(const model::Topology& topology) {
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    options.clock.start = Time(std::chrono::seconds(1'665'681'478));
    lab_.emplace(Emulator::from_topology(topology, options));
    client_.emplace(HttpsClient::plain(lab_->emulator));
  }
  Answer get(const std::string& cookies = {}) {
    EXPECT_TRUE(client_->send("GET / HTTP/1.1\r\nHost: a\r\n" +
                              (cookies.empty() ? "" : "Cookie: " + cookies + "\r\n") + "\r\n"));
    const std::string answer = client_->receive_answer();
    const auto end = answer.find("\r\n\r\n");
    return {answer.substr(0, end), answer.substr(end + 4)};
  }
  std::uint64_t metric(const std::string& name) { return lab_->metric("alb", name); }

  std::optional<RunningEmulator> lab_;
  std::optional<HttpsClient> client_;
};

class LbCookie : public Stickiness {
 protected:
  void SetUp() override {
    model::Topology topology = three_services();
    topology.target_groups[0].attributes.stickiness.enabled = true;
    topology.target_groups[0].attributes.stickiness.lb_cookie_s = 60;
    start(topology);
  }
};

TEST_F(LbCookie, KeepsAClientAtItsTarget) {
  const Answer first = get();
  EXPECT_THAT(first.head, HasSubstr("\r\nSet-Cookie: AWSALB="));
  EXPECT_THAT(first.head, HasSubstr("; Expires=Thu, 20 Oct 2022 17:17:58 GMT; Path=/\r\n"));
  std::string cookies = first.cookies();
  for (int i = 0; i < 20; ++i) {
    const Answer next = get(cookies);
    EXPECT_EQ(next.body, first.body);
    EXPECT_THAT(next.cookies(), Not(cookies)) << "each is issued anew";
    cookies = next.cookies();
  }
  EXPECT_EQ(metric("NonStickyRequestCount"), 1u) << "the first";
}

TEST_F(LbCookie, WithoutItRequestsAreDistributed) {
  EXPECT_NE(get().body, get().body);
  EXPECT_EQ(metric("NonStickyRequestCount"), 2u);
}

TEST_F(LbCookie, IsGoodForItsTimeAfterTheLastAnswer) {
  const Answer first = get();
  lab_->emulator.advance(59s);
  const Answer second = get(first.cookies());
  EXPECT_EQ(second.body, first.body);
  lab_->emulator.advance(59s);
  EXPECT_EQ(get(second.cookies()).body, first.body);
  lab_->emulator.advance(1s);
  get(second.cookies());
  EXPECT_EQ(metric("NonStickyRequestCount"), 2u) << "it is over";
}

TEST_F(LbCookie, OfATargetThatIsGoneGivesAnotherOneThatStays) {
  const Answer first = get();
  ASSERT_TRUE(lab_->emulator.deregister_target("one", first.body).ok());
  const Answer second = get(first.cookies());
  EXPECT_NE(second.body, first.body);
  EXPECT_EQ(get(second.cookies()).body, second.body);
  EXPECT_EQ(get(second.cookies()).body, second.body);
}

TEST_F(LbCookie, OfAnUnhealthyTargetGivesAnother) {
  const Answer first = get();
  ASSERT_TRUE(lab_->emulator.set_target_health("one", first.body, "unhealthy").ok());
  EXPECT_NE(get(first.cookies()).body, first.body);
}

TEST_F(LbCookie, ThatCannotBeReadGivesAnother) {
  EXPECT_THAT(get("AWSALB=abc").head, HasSubstr("\r\nSet-Cookie: AWSALB="));
  EXPECT_EQ(metric("NonStickyRequestCount"), 1u);
}

TEST_F(LbCookie, IsNoneOfAnAnswerOfTheLoadBalancerItself) {
  for (const char* const name : {"a", "b", "c"}) {
    ASSERT_TRUE(lab_->emulator.deregister_target("one", name).ok());
  }
  const Answer answer = get();
  EXPECT_THAT(answer.head, StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(answer.cookies(), "");
}

TEST_F(Stickiness, IsOffByItself) {
  start(three_services());
  const Answer first = get();
  EXPECT_EQ(first.cookies(), "");
  EXPECT_NE(get().body, first.body);
  EXPECT_EQ(metric("NonStickyRequestCount"), 0u);
}

class AppCookie : public Stickiness {
 protected:
  /// Targets set the cookie "session" when `set`.
  void start_sessions(bool set = true) {
    model::Topology topology = three_services();
    auto& stickiness = topology.target_groups[0].attributes.stickiness;
    stickiness.enabled = stickiness.by_app_cookie = true;
    stickiness.app_cookie_name = "session";
    for (std::size_t i = 0; set && i < topology.services.size(); ++i) {
      topology.services[i].stand_in.headers = {{"Set-Cookie", "session=mine; HttpOnly"}};
    }
    start(topology);
  }
};

TEST_F(AppCookie, KeepsAClientThatSendsBoth) {
  start_sessions();
  const Answer first = get();
  EXPECT_THAT(first.head, HasSubstr("\r\nSet-Cookie: session=mine; HttpOnly\r\n"));
  EXPECT_THAT(first.cookies(), HasSubstr("AWSALBAPP-1=_remove_; AWSALBAPP-2=_remove_"));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(get(first.cookies()).body, first.body);
  EXPECT_EQ(metric("AppCookieNonStickinessCount"), 1u);
}

TEST_F(AppCookie, LooksAtTheNameOfTheTargetsOnly) {
  start_sessions();
  const Answer first = get();
  const std::string cookies = first.cookies("session") + "; session=another";
  for (int i = 0; i < 4; ++i) EXPECT_EQ(get(cookies).body, first.body);
}

TEST_F(AppCookie, AloneIsNotEnough) {
  start_sessions();
  const Answer first = get();
  EXPECT_NE(get(first.cookies("session")).body, first.body);
  get("session=mine");
  EXPECT_EQ(metric("AppCookieNonStickinessCount"), 3u);
}

TEST_F(AppCookie, IsNotSetUntilTheTargetSetsIts) {
  start_sessions(false);
  EXPECT_EQ(get().cookies(), "");
}

TEST_F(AppCookie, AClientThatHadToMoveStaysWhereItIs) {
  start_sessions();
  const Answer first = get();
  ASSERT_TRUE(lab_->emulator.set_target_health("one", first.body, "unhealthy").ok());
  const Answer second = get(first.cookies());
  EXPECT_NE(second.body, first.body);
  ASSERT_TRUE(lab_->emulator.set_target_health("one", first.body, "healthy").ok());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(get(second.cookies()).body, second.body);
}

class GroupCookie : public Stickiness {
 protected:
  void start_two_groups(bool sticky_targets) {
    model::Topology topology = three_services();
    auto& action = topology.load_balancers[0].listeners[0].default_action;
    action.target_groups = {{"one", 1}, {"two", 1}};
    action.group_stickiness = {.enabled = true, .duration_s = 30};
    topology.target_groups[0].attributes.stickiness.enabled = sticky_targets;
    start(topology);
  }
  static char group_of(const Answer& answer) { return answer.body == "d" ? '2' : '1'; }
};

TEST_F(GroupCookie, KeepsAClientAtItsGroup) {
  start_two_groups(false);
  for (int client = 0; client < 8; ++client) {
    const Answer first = get();
    EXPECT_THAT(first.head, HasSubstr("\r\nSet-Cookie: AWSALBTG="));
    for (int i = 0; i < 8; ++i) EXPECT_EQ(group_of(get(first.cookies())), group_of(first));
  }
}

TEST_F(GroupCookie, GoesBeforeTheOneOfTheTarget) {
  start_two_groups(true);
  Answer answer = get();
  while (group_of(answer) == '2') answer = get();
  const std::string cookies = answer.cookies();
  const auto place = [&cookies](const char* name) { return cookies.find(name); };
  EXPECT_LT(place("AWSALBTG="), place("AWSALBTGCORS="));
  EXPECT_LT(place("AWSALBTGCORS="), place("AWSALB="));
  EXPECT_LT(place("AWSALB="), place("AWSALBCORS="));
  for (int i = 0; i < 8; ++i) EXPECT_EQ(get(cookies).body, answer.body);
}

TEST_F(GroupCookie, IsOverWithItsTime) {
  start_two_groups(false);
  Answer answer = get();
  while (group_of(answer) == '2') answer = get();
  lab_->emulator.advance(30s);
  bool moved = false;
  for (int i = 0; i < 64 && !moved; ++i) moved = group_of(get(answer.cookies())) == '2';
  EXPECT_TRUE(moved);
}

}  // namespace
}  // namespace hoplab::testing
