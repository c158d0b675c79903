// Bodies through an ALB: both directions of an exchange move by themselves, and a connection is
// idle only when no byte moves on it (alb.md 8).
#include <gmock/gmock.h>

#include "alb_exchange_lab.h"

namespace hoplab::testing {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

using AlbStreams = AlbExchanges;
INSTANTIATE_TEST_SUITE_P(Clients, AlbStreams, ::testing::Bool(), client_kind);

TEST_P(AlbStreams, AnAnswerMayLastAsLongAsItsBytesFlow) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(at_target.send(kChunkedOk));
  EXPECT_THAT(client.receive_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  for (int i = 0; i < 10; ++i) {
    advance(45s);
    ASSERT_TRUE(at_target.send("7\r\ndata: x\r\n")) << i;
    ASSERT_THAT(client.receive_until("data: x\r\n"), EndsWith("data: x\r\n")) << i;
  }
  ASSERT_TRUE(at_target.send("0\r\n\r\n"));
  EXPECT_EQ(client.receive_until("0\r\n\r\n"), "0\r\n\r\n");
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::client_closed);
  EXPECT_TRUE(end.failures.empty());
}

TEST_P(AlbStreams, AnUploadMayLastAsLongAsItsBytesFlow) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kChunkedUpload);
  for (int i = 0; i < 5; ++i) {
    advance(45s);
    ASSERT_TRUE(client.send("4\r\npart\r\n"));
    ASSERT_EQ(at_target.receive_until("part\r\n"), "4\r\npart\r\n") << i;
  }
  ASSERT_TRUE(client.send("0\r\n\r\n"));
  EXPECT_EQ(at_target.receive_until("0\r\n\r\n"), "0\r\n\r\n");
  answer(client, at_target);
}

TEST_P(AlbStreams, ATargetMayAnswerWhileItReads) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kChunkedUpload);
  ASSERT_TRUE(at_target.send(kChunkedOk));
  client.receive_until("\r\n\r\n");
  for (int i = 0; i < 3; ++i) {  // an echo
    ASSERT_TRUE(client.send("4\r\nping\r\n"));
    ASSERT_EQ(at_target.receive_until("ping\r\n"), "4\r\nping\r\n");
    ASSERT_TRUE(at_target.send("4\r\npong\r\n"));
    ASSERT_EQ(client.receive_until("pong\r\n"), "4\r\npong\r\n");
  }
  ASSERT_TRUE(client.send("0\r\n\r\n"));
  EXPECT_EQ(at_target.receive_until("0\r\n\r\n"), "0\r\n\r\n");
  ASSERT_TRUE(at_target.send("0\r\n\r\n"));
  EXPECT_EQ(client.receive_until("0\r\n\r\n"), "0\r\n\r\n");
  // Both connections take the next request.
  ASSERT_TRUE(client.send(kGet));
  EXPECT_THAT(at_target.receive_until("\r\n\r\n"), StartsWith("GET / HTTP/1.1\r\n"));
  answer(client, at_target);
}

TEST_P(AlbStreams, TheRestOfAnUploadFollowsAnAnswerThatIsComplete) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kChunkedUpload);
  answer(client, at_target);
  const std::string part(300'000, 'x');
  ASSERT_TRUE(client.send("493e0\r\n" + part + "\r\n0\r\n\r\n"));
  EXPECT_THAT(at_target.receive_until("x\r\n0\r\n\r\n"), EndsWith("x\r\n0\r\n\r\n"));
  ASSERT_TRUE(client.send(kGet));
  at_target.receive_until("\r\n\r\n");
  answer(client, at_target);
}

TEST_P(AlbStreams, ATargetThatFallsSilentInItsAnswerIsNotWaitedForLonger) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(at_target.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
  client.receive_until("half");
  advance(59s);
  EXPECT_FALSE(client.peer_has_spoken());
  advance(1s);
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), HttpsClient::End::rst);
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::target_timeout);
  EXPECT_EQ(end.by, Party::hop);
  EXPECT_EQ(end.hop, "alb");
  expect_failure(end, 200, Reason::target_timeout);
  EXPECT_EQ(at_target.receive_to_end(), "");
}

TEST_P(AlbStreams, AnAnswerThatBreaksOffNamesHowTheTargetDidIt) {
  struct Case {
    std::string last;
    bool reset;
    Reason reason;
  };
  const Case cases[] = {{"half", false, Reason::response_truncated},
                        {"half", true, Reason::target_reset},
                        {"half\r\nzz\r\n", false, Reason::target_malformed_response}};
  start();
  for (const Case& one : cases) {
    HttpsClient client = connect();
    RawClient at_target = ask(client, kGet);
    ASSERT_TRUE(at_target.send(std::string(kChunkedOk) + "4\r\n" + one.last));
    client.receive_until("half");
    if (one.reset) {
      at_target.reset();
    } else {
      at_target.close();
    }
    client.receive_to_end();
    EXPECT_EQ(client.end(), HttpsClient::End::rst);
    const EndRecord end = next_end();
    EXPECT_EQ(end.reason, one.reason);
    EXPECT_EQ(end.by, Party::target);
    expect_failure(end, 200, one.reason);
  }
}

TEST_P(AlbStreams, WhatATargetSentBeforeItsEndArrives) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(at_target.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
  at_target.close();
  const std::string got = client.receive_to_end();
  EXPECT_THAT(got, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(got, EndsWith("half"));
  EXPECT_EQ(client.end(), HttpsClient::End::rst);
}

TEST_P(AlbStreams, AClientThatTakesNothingIsTheOneWhoIsIdle) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  constexpr std::size_t kMuch = 64 << 20;  // more than all buffers on the way
  ASSERT_TRUE(
      at_target.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kMuch) + "\r\n\r\n"));
  const std::string piece(1 << 20, 'x');
  while (at_target.send_now(piece)) {
  }
  advance(60s);
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::idle_timeout);
  EXPECT_EQ(end.how, EndKind::rst);
  EXPECT_TRUE(end.failures.empty());
}

TEST_P(AlbStreams, AStalledUploadIs408) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  at_target.receive_until("half");
  advance(59s);
  EXPECT_FALSE(client.peer_has_spoken());
  advance(1s);
  EXPECT_THAT(client.receive_to_end(),
              StartsWith("HTTP/1.1 408 Request Time-out\r\nServer: awselb/2.0"));
  EXPECT_EQ(client.end(), HttpsClient::End::fin);
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::request_timeout);
  EXPECT_EQ(end.last_status, 408);
  EXPECT_EQ(failure_of(end).reason, Reason::request_timeout);
  EXPECT_EQ(at_target.receive_to_end(), "") << "the target's connection ends, too";
}

TEST_P(AlbStreams, AnUploadThatStallsUnderAnAnswerEndsAsTheClientsDoing) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kChunkedUpload);
  ASSERT_TRUE(at_target.send(kChunkedOk));
  client.receive_until("\r\n\r\n");
  advance(60s);
  client.receive_to_end();
  EXPECT_EQ(client.end(), HttpsClient::End::rst);
  EXPECT_EQ(next_end().reason, Reason::request_timeout);
}

TEST_P(AlbStreams, ATargetThatStopsReadingGetsA504) {
  start();
  HttpsClient client = connect();
  RawClient at_target =
      ask(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
  const std::string piece(1 << 20, 'x');
  while (client.send_now(piece)) {
  }
  advance(60s);
  EXPECT_THAT(client.receive_until("</html>\r\n"), StartsWith("HTTP/1.1 504 Gateway Time-out\r\n"));
  client.close();
  expect_failure(next_end(), 504, Reason::target_timeout);
}

TEST_P(AlbStreams, AMalformedChunkIs400) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, std::string(kChunkedUpload) + "4\r\npart\r\nnonsense\r\n");
  EXPECT_THAT(client.receive_to_end(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::bad_request);
  EXPECT_EQ(failure_of(end).status, 400);
}

TEST_P(AlbStreams, HalfABodyAndAFinIs400) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  client.shutdown_write();
  EXPECT_THAT(client.receive_to_end(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::client_closed_mid_request);
  EXPECT_EQ(end.by, Party::client);
  EXPECT_EQ(end.last_status, 400);
}

TEST_P(AlbStreams, AClientThatBreaksItsUploadOffUnderAWholeAnswerIsTheOneWhoEndsIt) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  answer(client, at_target);
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::client_closed_mid_request);
  EXPECT_EQ(end.by, Party::client);
  EXPECT_EQ(end.how, EndKind::fin);
}

TEST_P(AlbStreams, AClientThatGivesUpIsOnlyLoggedAs460) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::client_closed_before_response);
  EXPECT_EQ(end.how, EndKind::fin);
  EXPECT_EQ(end.by, Party::client);
  EXPECT_EQ(at_target.receive_to_end(), "");
  EXPECT_EQ(lab_->metric("alb", "HTTPCode_ELB_4XX_Count"), 1u);
}

TEST_P(AlbStreams, AClientThatOnlyStopsSendingGetsItsAnswerWhole) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(at_target.send(kChunkedOk));
  client.receive_until("\r\n\r\n");
  client.shutdown_write();
  advance(1s);
  ASSERT_TRUE(at_target.send("3\r\nend\r\n0\r\n\r\n"));
  EXPECT_EQ(client.receive_until("0\r\n\r\n"), "3\r\nend\r\n0\r\n\r\n");
  client.close();
  EXPECT_EQ(next_end().reason, Reason::client_closed);
}

TEST_P(AlbStreams, TrailerFieldsPassBothWays) {
  start();
  HttpsClient client = connect();
  RawClient at_target =
      ask(client, std::string(kChunkedUpload) +
                      "4\r\npart\r\n0\r\nX-Sum: 1\r\nX-Amzn-Mtls-Clientcert-Subject: "
                      "CN=forged\r\nContent-Length: 5\r\n\r\n");
  EXPECT_THAT(head_ + at_target.receive_until("\r\n\r\n"),
              EndsWith("4\r\npart\r\n0\r\nX-Sum: 1\r\n\r\n"));
  ASSERT_TRUE(at_target.send(std::string(kChunkedOk) + "2\r\nok\r\n0\r\nX-Signature: abc\r\n\r\n"));
  EXPECT_THAT(client.receive_until("X-Signature: abc\r\n\r\n"),
              EndsWith("2\r\nok\r\n0\r\nX-Signature: abc\r\n\r\n"));
}

TEST_P(AlbStreams, InterimAnswersReachTheClient) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(
      at_target.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
                     "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"));
  EXPECT_EQ(client.receive_until("preload\r\n\r\n"),
            "HTTP/1.1 102 Processing\r\n\r\n"
            "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
  ASSERT_TRUE(at_target.send(kOk));
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_P(AlbStreams, InterimAnswersAreBytesThatKeepAConnectionAlive) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  for (int i = 0; i < 3; ++i) {
    advance(45s);
    ASSERT_TRUE(at_target.send("HTTP/1.1 102 Processing\r\n\r\n"));
    ASSERT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 102 Processing\r\n\r\n");
  }
  answer(client, at_target);
}

TEST_P(AlbStreams, AnHttp10ClientGetsNoInterimAnswer) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, "GET / HTTP/1.0\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(at_target.send("HTTP/1.1 103 Early Hints\r\n\r\n" + std::string(kOk)));
  EXPECT_THAT(client.receive_to_end(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_P(AlbStreams, AnEmptyBodyIsSaidToTheTarget) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(head_, HasSubstr("\r\nContent-Length: 0\r\n"));
  answer(client, at_target);
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(at_target.receive_until("\r\n\r\n").find("Content-Length"), std::string::npos)
      << "a client that says nothing";
}

}  // namespace

}  // namespace hoplab::testing
