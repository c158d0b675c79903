// The ALB's timers, seen by real clients while the clock is stepped (alb.md 8).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {

using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

constexpr char kBlog[] = "private-api-mtls";

TEST(AlbTimeouts, AnIdleConnectionEndsWithFinAfterSixtySeconds) {
  auto lab = RunningEmulator::stepped(kBlog);
  HttpsClient client(lab.emulator);
  ASSERT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200 OK\r\n"));
  lab.emulator.advance(59s);
  EXPECT_FALSE(client.peer_has_spoken());
  EXPECT_EQ(lab.emulator.counters().live_flows, 1u);
  lab.emulator.advance(2s);
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), HttpsClient::End::fin);
  client.close();
  const auto end = lab.ends->next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, Reason::idle_timeout);
  EXPECT_EQ(end->how, EndKind::fin);
  EXPECT_EQ(end->stage, Stage::idle);
  EXPECT_EQ(end->hop, "alb");
}

TEST(AlbTimeouts, ARequestBeginsTheSixtySecondsAnew) {
  auto lab = RunningEmulator::stepped(kBlog);
  HttpsClient client(lab.emulator);
  for (int i = 0; i < 3; ++i) {
    lab.emulator.advance(59s);
    ASSERT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200 OK\r\n")) << i;
  }
}

TEST(AlbTimeouts, AnIncompleteRequestGets408) {
  auto lab = RunningEmulator::stepped(kBlog);
  HttpsClient client(lab.emulator);
  ASSERT_TRUE(client.send("GET /widgets HTTP/1.1\r\nHost: api.exa"));
  lab.emulator.advance(59s);
  EXPECT_FALSE(client.peer_has_spoken());
  lab.emulator.advance(2s);
  const std::string answer = client.receive_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 Request Time-out\r\nServer: awselb/2.0\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(client.end(), HttpsClient::End::fin);
  client.close();
  const auto end = lab.ends->next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, Reason::request_timeout);
  EXPECT_EQ(end->how, EndKind::fin);
  EXPECT_EQ(end->last_status, 408);
}

TEST(AlbTimeouts, AClientThatSaysNothingIsResetAfterTenSeconds) {
  auto lab = RunningEmulator::stepped(kBlog);
  HttpsClient client = HttpsClient::plain(lab.emulator);
  ASSERT_TRUE(client.connected());
  lab.emulator.advance(9s);
  EXPECT_FALSE(client.peer_has_spoken());
  lab.emulator.advance(2s);
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), HttpsClient::End::rst);
  const auto end = lab.ends->next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, Reason::handshake_timeout);
  EXPECT_EQ(end->how, EndKind::rst);
  EXPECT_EQ(end->stage, Stage::accept);
}

TEST(AlbTimeouts, AClientThatStopsInItsHelloIsResetToo) {
  auto lab = RunningEmulator::stepped(kBlog);
  HttpsClient client = HttpsClient::plain(lab.emulator);
  ASSERT_TRUE(client.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)));
  lab.emulator.advance(11s);
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), HttpsClient::End::rst);
  const auto end = lab.ends->next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, Reason::handshake_timeout);
}

TEST(AlbTimeouts, AfterAnHourOneMoreRequestIsServedAndTheAnswerSaysClose) {
  auto lab = RunningEmulator::stepped(kBlog);
  HttpsClient client(lab.emulator);
  for (int minutes = 0; minutes < 60; ++minutes) {
    ASSERT_THAT(client.get("/widgets"), HasSubstr("Connection: keep-alive\r\n")) << minutes;
    lab.emulator.advance(59s);
  }
  ASSERT_THAT(client.get("/widgets"), HasSubstr("Connection: keep-alive\r\n"));
  lab.emulator.advance(59s);
  lab.emulator.advance(1s - 1us);
  ASSERT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200 OK\r\n"));
  lab.emulator.advance(30s);
  EXPECT_THAT(client.get("/widgets"), HasSubstr("Connection: close\r\n"));
  client.receive_to_end();
  EXPECT_EQ(client.end(), HttpsClient::End::fin);
  client.close();
  const auto end = lab.ends->next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, Reason::client_keep_alive_expired);
}

TEST(SteppedClock, StandsStillUntilItIsAdvanced) {
  auto lab = RunningEmulator::stepped(kBlog);
  const Time start = lab.emulator.now();
  HttpsClient(lab.emulator).get("/widgets");
  EXPECT_EQ(lab.emulator.now(), start);
  lab.emulator.advance(90s);
  EXPECT_EQ(lab.emulator.now(), start + 90s);
}

}  // namespace

}  // namespace hoplab::testing
