// An ALB's connections to its targets: kept, answered when the target closes, closed when nobody
// needs them, and never used again after an ambiguous request (alb.md 2.3, 8).
#include <gmock/gmock.h>

#include "alb_exchange_lab.h"

namespace hoplab::testing {

using ::testing::EndsWith;
using ::testing::HasSubstr;

namespace {

using AlbTargetConnections = AlbExchanges;
INSTANTIATE_TEST_SUITE_P(Clients, AlbTargetConnections, ::testing::Bool(), client_kind);

TEST_P(AlbTargetConnections, OneAtRestEndsAfterTheIdleTimeout) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  answer(client, at_target);
  advance(59s);
  EXPECT_EQ(at_target.receive_now(), "");
  EXPECT_EQ(at_target.end(), RawClient::End::none);
  advance(1s);
  EXPECT_EQ(at_target.receive_to_end(), "");
  EXPECT_EQ(at_target.end(), RawClient::End::fin);
}

/// alb.md 6.4: "in-flight requests" are let finish until the deregistration delay is over.
class AlbDeregistration : public AlbExchanges {
 protected:
  void start_with_delay(int seconds) {
    model::Topology topology = alb_before(target_.address());
    topology.target_groups[0].attributes.deregistration_delay_s = seconds;
    start(topology);
  }
};
INSTANTIATE_TEST_SUITE_P(Clients, AlbDeregistration, ::testing::Bool(), client_kind);

TEST_P(AlbDeregistration, ARequestThatIsNotAnsweredWhenTheDelayIsOverGets502) {
  start_with_delay(30);
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(lab_->emulator.deregister_target("group", "my-service").ok());
  advance(29s);
  EXPECT_FALSE(client.peer_has_spoken());
  advance(1s);
  EXPECT_THAT(client.receive_answer(), ::testing::StartsWith("HTTP/1.1 502 "));
  EXPECT_EQ(at_target.receive_to_end(), "");
  EXPECT_EQ(at_target.end(), RawClient::End::rst);
  client.close();
  expect_failure(next_end(), 502, Reason::target_deregistered);
}

TEST_P(AlbDeregistration, AnAnswerUnderWayIsCutShort) {
  start_with_delay(30);
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(at_target.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
  client.receive_until("half");
  ASSERT_TRUE(lab_->emulator.deregister_target("group", "my-service").ok());
  advance(30s);
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), HttpsClient::End::rst);
  expect_failure(next_end(), 200, Reason::target_deregistered);
}

TEST_P(AlbDeregistration, AnAnswerWithinTheDelayIsWhole) {
  start_with_delay(30);
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(lab_->emulator.deregister_target("group", "my-service").ok());
  advance(29s);
  answer(client, at_target);
  advance(1s);
  ASSERT_TRUE(lab_->emulator.register_target("group", "my-service").ok());
  RawClient anew = ask(client, kGet);
  answer(client, anew);
}

TEST_P(AlbTargetConnections, ARequestBeginsTheIdleTimeoutAnew) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  answer(client, at_target);
  for (int i = 0; i < 3; ++i) {
    advance(45s);
    ASSERT_TRUE(client.send(kGet));
    at_target.receive_until("\r\n\r\n");
    ASSERT_TRUE(at_target.send(kOk));
    ASSERT_THAT(client.receive_answer(), EndsWith("ok")) << i;
  }
}

TEST_P(AlbTargetConnections, OneThatTheTargetClosesIsAnsweredAtOnce) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  answer(client, at_target);
  at_target.shutdown_write();
  EXPECT_EQ(at_target.receive_to_end(), "");  // blocks until the answer
  EXPECT_EQ(at_target.end(), RawClient::End::fin);
  RawClient anew = ask(client, kGet);
  ASSERT_TRUE(anew.send(kOk));
  EXPECT_THAT(client.receive_answer(), EndsWith("ok")) << "and no 502";
}

TEST_P(AlbTargetConnections, OneThatSaysWhatNobodyAskedForIsClosed) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(at_target.send(std::string(kOk)));
  client.receive_answer();
  ASSERT_TRUE(at_target.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(at_target.receive_to_end(), "");
  RawClient anew = ask(client, kGet);
  answer(client, anew);
}

TEST_P(AlbTargetConnections, AnAmbiguousRequestEndsBoth) {
  const std::string large(200'000, 'x');
  const std::string answers[] = {kOk, "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + large};
  start();
  for (const std::string& answer : answers) {
    HttpsClient client = connect();
    RawClient at_target = ask(client, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
    ASSERT_TRUE(at_target.send(answer));
    EXPECT_THAT(client.receive_to_end(), HasSubstr("Connection: close\r\n"));
    EXPECT_EQ(client.end(), HttpsClient::End::fin);
    at_target.receive_to_end();
    client.close();
    EXPECT_EQ(next_end().reason, Reason::desync_mitigation);
  }
}

TEST_P(AlbTargetConnections, ADashThatIsASpaceIsSuspicious) {
  for (const char* field : {"Transfer Encoding: identity", "Content Length: 4",
                            "Transfer\x01"
                            "Encoding: identity"}) {
    start();
    HttpsClient client = connect();
    RawClient at_target =
        ask(client, std::string("POST / HTTP/1.1\r\nHost: a\r\n") + field + "\r\n\r\n");
    ASSERT_TRUE(at_target.send(kOk));
    client.receive_to_end();
    client.close();
    EXPECT_EQ(next_end().reason, Reason::desync_mitigation) << field;
  }
}

}  // namespace

}  // namespace hoplab::testing
