// What an ALB's listeners speak, and what passes of it to targets: ALPN, Expect, pipelining, Server
// (alb.md 3.1, 4.4).
#include <gmock/gmock.h>

#include "alb_exchange_lab.h"

namespace hoplab::testing {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

TEST(AlbHttp2, IsOfferedUnlessItsAttributeSaysNo) {
  for (const bool on : {true, false}) {
    model::Topology topology = alb_before("127.0.0.1:1");
    topology.load_balancers.front().attributes.http2 = on;
    const RunningEmulator lab(Emulator::from_topology(topology));
    for (const EndpointAddress& door : lab.emulator.endpoints()) {
      if (door.listener_port != 443) continue;
      EXPECT_EQ(HttpsClient::alpn_of(lab.emulator, door), on ? "h2" : "http/1.1");
    }
  }
}

using AlbProtocols = AlbExchanges;
INSTANTIATE_TEST_SUITE_P(Clients, AlbProtocols, ::testing::Bool(), client_kind);

TEST_P(AlbProtocols, AnExpectationIsAnsweredAndGoesNoFurther) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client,
                            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                            "Content-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(head_, Not(HasSubstr("xpect")));
  ASSERT_TRUE(client.send("hi"));
  EXPECT_EQ(at_target.receive_until("hi"), "hi");
  answer(client, at_target);
}

TEST_P(AlbProtocols, PipelinedRequestsReachTheTargetOneAfterTheOther) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client,
                            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                            "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(head_, StartsWith("GET /1 "));
  EXPECT_EQ(at_target.receive_now(), "") << "the second waits for the first one's answer";
  answer(client, at_target);
  EXPECT_THAT(at_target.receive_until("\r\n\r\n"), StartsWith("GET /2 "));
  answer(client, at_target);
}

TEST_P(AlbProtocols, ATargetsServerFieldPasses) {
  start();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  ASSERT_TRUE(at_target.send("HTTP/1.1 200 OK\r\nServer: theirs\r\nContent-Length: 2\r\n\r\nok"));
  const std::string answer = client.receive_answer();
  EXPECT_THAT(answer, HasSubstr("Server: theirs\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("awselb")));
  EXPECT_THAT(answer, EndsWith("ok"));
}

}  // namespace

}  // namespace hoplab::testing
