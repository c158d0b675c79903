// Answers that an ALB gives by itself, in its targets' place or before any is asked: the record
// says which, for what reason, and about which target (alb.md 3).
#include <gmock/gmock.h>

#include "alb_exchange_lab.h"

namespace hoplab::testing {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

using AlbFailures = AlbExchanges;
INSTANTIATE_TEST_SUITE_P(Clients, AlbFailures, ::testing::Bool(), client_kind);

/// What a target does instead of answering, and what is made of it.
struct Instead {
  std::string sends;
  bool resets;
  int status;
  Reason reason;
};

TEST_P(AlbFailures, ATargetThatDoesNotAnswerIsToldApart) {
  const std::string too_much = "HTTP/1.1 200 OK\r\nX: " + std::string(33 * 1024, 'x') + "\r\n\r\n";
  const Instead cases[] = {
      {"", false, 502, Reason::target_closed},
      {"", true, 502, Reason::target_reset},
      {"HTTP/1.1 2", false, 502, Reason::target_closed},
      {"\x15\x03\x03\x02\x02", false, 502, Reason::target_malformed_response},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", false, 502, Reason::target_malformed_response},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", false, 502, Reason::target_malformed_response},
      {too_much, false, 502, Reason::target_headers_too_large}};
  start();
  for (const Instead& one : cases) {
    HttpsClient client = connect();
    RawClient at_target = ask(client, kGet);
    at_target.send(one.sends);
    if (one.resets) {
      at_target.reset();
    } else {
      at_target.shutdown_write();
    }
    EXPECT_THAT(client.receive_until("</html>\r\n"),
                StartsWith("HTTP/1.1 " + std::to_string(one.status)));
    client.close();
    const EndRecord end = next_end();
    EXPECT_EQ(end.reason, Reason::client_closed) << "the client's connection lives on";
    expect_failure(end, one.status, one.reason);
  }
}

/// The load balancer takes an offer that it does not pass on out of the request.
TEST_P(AlbFailures, A101ToAnOfferThatTheTargetDidNotGetIs502) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: foo\r\n\r\n");
  EXPECT_EQ(head_.find("Upgrade"), std::string::npos) << head_;
  at_target.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\n\r\n");
  EXPECT_THAT(client.receive_until("</html>\r\n"), StartsWith("HTTP/1.1 502 "));
  client.close();
  expect_failure(next_end(), 502, Reason::target_malformed_response);
}

TEST_P(AlbFailures, ATargetThatRefusesIs502) {
  start();
  target_.close();
  HttpsClient client = connect();
  EXPECT_THAT(client.get("/"), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  EXPECT_THAT(client.get("/"), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  client.close();
  const EndRecord end = next_end();
  expect_failure(end, 502, Reason::target_unreachable);
  EXPECT_EQ(failure_of(end).count, 2u) << "equal ones are counted together";
}

TEST_P(AlbFailures, ATargetThatDoesNotAcceptIs504AfterTenSeconds) {
  const SilentPort silent;
  start(alb_before("127.0.0.1:" + std::to_string(silent.port())));
  HttpsClient client = connect();
  ASSERT_TRUE(client.send(kGet));
  advance(0s);
  advance(10s);
  EXPECT_THAT(client.receive_until("</html>\r\n"), StartsWith("HTTP/1.1 504 Gateway Time-out\r\n"));
  client.close();
  EXPECT_EQ(failure_of(next_end()).reason, Reason::target_connect_timeout);
}

TEST_P(AlbFailures, TlsToATargetThatSpeaksNoneIs502) {
  start_before_tls_target();
  HttpsClient client = connect();
  ASSERT_TRUE(client.send(kGet));
  RawClient at_target = target_.accept();
  ASSERT_TRUE(at_target.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
  EXPECT_THAT(client.receive_until("</html>\r\n"), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  client.close();
  expect_failure(next_end(), 502, Reason::tls_target_failed);
}

TEST_P(AlbFailures, TlsToASilentTargetIs504AfterTenSeconds) {
  start_before_tls_target();
  HttpsClient client = connect();
  ASSERT_TRUE(client.send(kGet));
  RawClient at_target = target_.accept();
  advance(10s);
  EXPECT_THAT(client.receive_until("</html>\r\n"), StartsWith("HTTP/1.1 504 Gateway Time-out\r\n"));
  client.close();
  expect_failure(next_end(), 504, Reason::tls_target_timeout);
}

TEST_P(AlbFailures, ASilentTargetIs504AfterTheIdleTimeout) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  advance(59s);
  EXPECT_FALSE(client.peer_has_spoken());
  advance(1s);
  EXPECT_THAT(client.receive_until("</html>\r\n"), StartsWith("HTTP/1.1 504 Gateway Time-out\r\n"));
  client.close();
  expect_failure(next_end(), 504, Reason::target_timeout);
}

/// A request that reaches no target.
struct Refused {
  std::string request;
  int status;
  Reason reason;
};

TEST_P(AlbFailures, ARequestThatReachesNoTargetSaysWhy) {
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.0.0.1";
  for (int i = 0; i < 30; ++i) many += ", 10.0.0.1";
  const Refused cases[] = {
      {"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405, Reason::method_not_allowed},
      {many + "\r\n\r\n", 463, Reason::too_many_forwarded_addresses},
      {"GET / HTTP/1.1\r\n\r\n", 400, Reason::bad_request},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400,
       Reason::desync_blocked},
  };
  start();
  for (const Refused& one : cases) {
    HttpsClient client = connect();
    ASSERT_TRUE(client.send(one.request));
    EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 " + std::to_string(one.status)));
    client.close();
    const FailedRequests failure = failure_of(next_end());
    EXPECT_EQ(failure.status, one.status);
    EXPECT_EQ(failure.reason, one.reason);
    EXPECT_EQ(failure.hop, "alb");
    EXPECT_EQ(failure.target, "");
  }
}

TEST_P(AlbFailures, AGroupWithoutTargetsIs503) {
  start();
  ASSERT_TRUE(lab_->emulator.deregister_target("group", "my-service").ok());
  HttpsClient client = connect();
  EXPECT_THAT(client.get("/"), StartsWith("HTTP/1.1 503 Service Temporarily Unavailable\r\n"));
  client.close();
  EXPECT_EQ(failure_of(next_end()).reason, Reason::no_target);
}

TEST(ApiFailures, ARefusalOfThePrivateApiNamesItsGate) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  HttpsClient client(lab.emulator);
  ASSERT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200 OK\r\n"));
  ASSERT_THAT(client.get("/nothing"), StartsWith("HTTP/1.1 403 Forbidden\r\n"));
  ASSERT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200 OK\r\n"));
  client.close();
  const EndRecord end = lab.ends->next().value_or(EndRecord());
  ASSERT_EQ(end.failures.size(), 1u);
  const FailedRequests& failure = end.failures.front();
  EXPECT_EQ(failure.status, 403);
  EXPECT_EQ(failure.reason, Reason::api_refused);
  EXPECT_EQ(failure.detail, "missing-authentication-token");
  EXPECT_EQ(failure.hop, "execute-api-endpoint");
  EXPECT_THAT(failure.target, EndsWith(":443"));
}

TEST_P(AlbFailures, AnOfferOfHttp2WithoutTlsIs400UnlessItIsForwarded) {
  const std::string offer =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
      "Upgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAA\r\n\r\n";
  for (const bool forwards : {false, true}) {
    model::Topology topology = alb_before(target_.address());
    topology.load_balancers.front().forwards_h2c_upgrade = forwards;
    start(topology);
    HttpsClient client = connect();
    if (!forwards && !GetParam()) {
      ASSERT_TRUE(client.send(offer));
      EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
      client.close();
      EXPECT_EQ(failure_of(next_end()).reason, Reason::h2c_upgrade_refused);
      continue;
    }
    RawClient at_target = ask(client, offer);
    EXPECT_THAT(head_, Not(HasSubstr("pgrade")));
    EXPECT_THAT(head_, Not(HasSubstr("HTTP2-Settings")));
    answer(client, at_target);
    client.close();
    EXPECT_THAT(next_end().removed_fields, ElementsAre("Upgrade: h2c", "HTTP2-Settings"));
  }
}

TEST_P(AlbFailures, AnotherUpgradeIsRemovedAndNamed) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client,
                            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                            "Upgrade: TLS/1.0, foo/2\r\nX-Mine: 1\r\n\r\n");
  EXPECT_THAT(head_, Not(HasSubstr("pgrade")));
  EXPECT_THAT(head_, HasSubstr("X-Mine: 1\r\n"));
  answer(client, at_target);
  client.close();
  EXPECT_THAT(next_end().removed_fields, ElementsAre("Upgrade: TLS/1.0, foo/2"));
}

}  // namespace

}  // namespace hoplab::testing
