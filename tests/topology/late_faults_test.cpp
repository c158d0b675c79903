// Faults that delay, change or replace, in a whole emulator and through real sockets: exact on a
// stepped clock, and with an answer that is the same in the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "https_client.h"
#include "running_emulator.h"
#include "scenario/format/reader.h"

namespace hoplab::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using End = HttpsClient::End;
using model::FaultAction;
using model::FaultDirection;

constexpr const char* kFine = "HTTP/1.1 200 OK\r\n";
constexpr const char* kRequest = "GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n";

model::Fault fault_at(const std::string& hop, FaultAction action,
                      FaultDirection direction = FaultDirection::both) {
  model::Fault fault;
  fault.name = "the fault";
  fault.hop = hop;
  fault.action = action;
  fault.direction = direction;
  return fault;
}

/// Of `size` bytes each.
Result<Emulator> answers_of(int size) {
  auto read = scenario::read_scenario({scenario_file("private-api-mtls")});
  model::Topology topology = read.scenario->topology;
  for (auto& method : topology.rest_apis.front().methods) {
    method.integration.body.clear();
    method.integration.body_bytes = size;
  }
  return Emulator::from_topology(topology);
}

void wait_for_hit(Emulator& emulator) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (emulator.faults().front().hits.empty() && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(emulator.faults().front().hits.empty()) << "it has hit nobody";
}

class LateFaults : public ::testing::Test {
 protected:
  void arm(const model::Fault& fault) {
    const auto armed = emulator_.arm(fault);
    ASSERT_TRUE(armed.ok()) << armed.error();
  }
  /// A request by a client that is connected, while a fault delays something by 200 ms.
  void expect_exactly_200ms(HttpsClient& client) {
    ASSERT_TRUE(client.send(kRequest));
    wait_for_hit(emulator_);
    emulator_.advance(199'999us);
    EXPECT_FALSE(client.peer_has_spoken());
    emulator_.advance(1us);
    EXPECT_THAT(client.receive_answer(), StartsWith(kFine));
  }

  RunningEmulator lab_ = RunningEmulator::stepped("private-api-mtls");
  Emulator& emulator_ = lab_.emulator;
};

TEST_F(LateFaults, LatencyIsExactAtEachHopAndEitherWay) {
  for (const char* hop : {"consumer-endpoint", "nlb", "alb", "execute-api-endpoint"}) {
    for (const auto direction : {FaultDirection::from_client, FaultDirection::to_client}) {
      SCOPED_TRACE(std::string(hop) + " " + std::string(to_text(direction)));
      HttpsClient client(emulator_);
      ASSERT_THAT(client.get("/widgets"), StartsWith(kFine));
      auto fault = fault_at(hop, FaultAction::latency, direction);
      fault.delay = 200ms;
      fault.name = std::string(hop) + "-" + std::string(to_text(direction));
      ASSERT_TRUE(emulator_.apply(model::Put<model::Fault>{fault}).ok());
      ASSERT_TRUE(client.send(kRequest));
      const auto hits = [&] {
        for (const auto& one : emulator_.faults()) {
          if (one.fault.name == fault.name) return one.hits.size();
        }
        return std::size_t{0};
      };
      while (hits() == 0) std::this_thread::yield();
      emulator_.advance(199'999us);
      EXPECT_FALSE(client.peer_has_spoken());
      emulator_.advance(1us);
      EXPECT_THAT(client.receive_answer(), StartsWith(kFine));
      ASSERT_TRUE(emulator_.disarm(fault.name).ok());
    }
  }
}

TEST_F(LateFaults, ALoadBalancersOwnConnectionsAreAHop) {
  HttpsClient client(emulator_);
  ASSERT_THAT(client.get("/widgets"), StartsWith(kFine));
  auto fault = fault_at("alb>api-group", FaultAction::latency, FaultDirection::from_client);
  fault.delay = 200ms;
  arm(fault);
  expect_exactly_200ms(client);
}

TEST_F(LateFaults, AResetOfALegIsThe502OfTheLoadBalancer) {
  arm(fault_at("alb>api-group", FaultAction::reset));
  HttpsClient client(emulator_);
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
  ASSERT_TRUE(emulator_.disarm("the fault").ok());
  EXPECT_THAT(client.get("/widgets"), StartsWith(kFine));
}

TEST_F(LateFaults, ALegThatIsDownIsThe502OfTheLoadBalancer) {
  arm(fault_at("alb>api-group", FaultAction::down));
  EXPECT_THAT(HttpsClient(emulator_).get("/widgets"), StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));
}

TEST_F(LateFaults, AWayInThatIsDownRefuses) {
  HttpsClient client(emulator_);
  EXPECT_THAT(client.get("/widgets"), StartsWith(kFine));
  arm(fault_at("consumer-endpoint", FaultAction::down));
  client.receive_to_end();
  EXPECT_EQ(client.end(), End::fin);
  EXPECT_FALSE(HttpsClient::plain(emulator_).connected());
  ASSERT_TRUE(emulator_.disarm("the fault").ok());
  EXPECT_THAT(HttpsClient(emulator_).get("/widgets"), StartsWith(kFine));
}

TEST_F(LateFaults, AHeadMayComeLater) {
  for (const char* hop : {"alb", "execute-api-endpoint"}) {
    HttpsClient client(emulator_);
    ASSERT_THAT(client.get("/widgets"), StartsWith(kFine));
    auto fault = fault_at(hop, FaultAction::delay_head);
    fault.delay = 200ms;
    ASSERT_TRUE(emulator_.apply(model::Put<model::Fault>{fault}).ok());
    expect_exactly_200ms(client);
    ASSERT_TRUE(emulator_.apply(model::Delete<model::Fault>{fault.name}).ok());
  }
}

TEST_F(LateFaults, AStatusTakesThePlaceOfTheAnswer) {
  auto fault = fault_at("alb", FaultAction::answer);
  fault.status = 503;
  fault.every = 2;
  arm(fault);
  HttpsClient client(emulator_);
  EXPECT_THAT(client.get("/widgets"), StartsWith(kFine));
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 503 Service Temporarily Unavailable"));
  EXPECT_THAT(client.get("/widgets"), StartsWith(kFine)) << "the connection goes on";
  EXPECT_EQ(emulator_.counters().api_requests.at("widgets-api"), 2U);
  client.close();
  const auto record = lab_.ends->next();
  ASSERT_TRUE(record && record->failures.size() == 1);
  EXPECT_EQ(record->failures[0].reason, Reason::fault_injected);
  EXPECT_EQ(record->failures[0].hop, "alb");
  EXPECT_EQ(record->failures[0].status, 503);
}

TEST_F(LateFaults, TheApiMayAnswerSomethingElse) {
  auto fault = fault_at("execute-api-endpoint", FaultAction::answer);
  fault.status = 429;
  arm(fault);
  HttpsClient client(emulator_);
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 429 Too Many Requests"));
  client.close();
  const auto record = lab_.ends->next();
  ASSERT_TRUE(record && record->failures.size() == 1);
  EXPECT_EQ(record->failures[0].hop, "execute-api-endpoint");
  EXPECT_EQ(record->failures[0].reason, Reason::fault_injected);
}

/// The body of what came.
std::string body_of(const std::string& answer) {
  const auto at = answer.find("\r\n\r\n");
  return at == std::string::npos ? "" : answer.substr(at + 4);
}

class CutBodies : public ::testing::TestWithParam<CutBy> {};

TEST_P(CutBodies, EndInTheMiddle) {
  RunningEmulator lab(answers_of(50'000));
  auto fault = fault_at("alb", FaultAction::cut_body);
  fault.after_bytes = 1000;
  fault.cut = GetParam();
  ASSERT_TRUE(lab.emulator.arm(fault).ok());
  HttpsClient client(lab.emulator);
  ASSERT_TRUE(client.send(kRequest));
  const std::string got = client.receive_to_end();
  EXPECT_THAT(got, StartsWith(kFine));
  EXPECT_THAT(got, HasSubstr("Content-Length: 50000\r\n"));
  EXPECT_EQ(body_of(got).size(), 1000U);
  EXPECT_EQ(client.end(), GetParam() == CutBy::reset ? End::rst : End::fin);
  const auto record = lab.ends->next();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->reason, Reason::fault_injected);
  EXPECT_EQ(record->hop, "alb");
  EXPECT_EQ(record->how, GetParam() == CutBy::reset ? EndKind::rst : EndKind::fin);
}

INSTANTIATE_TEST_SUITE_P(ByBoth, CutBodies, ::testing::Values(CutBy::reset, CutBy::fin),
                         [](const auto& one) { return std::string(to_text(one.param)); });

TEST(WrongLengths, PromiseMoreThanComes) {
  RunningEmulator lab(answers_of(5000));
  auto fault = fault_at("alb", FaultAction::wrong_length);
  fault.missing_bytes = 10;
  ASSERT_TRUE(lab.emulator.arm(fault).ok());
  HttpsClient client(lab.emulator);
  ASSERT_TRUE(client.send(kRequest));
  const std::string got = client.receive_to_end();
  EXPECT_THAT(got, HasSubstr("Content-Length: 5010\r\n"));
  EXPECT_EQ(body_of(got).size(), 5000U);
  EXPECT_EQ(client.end(), End::fin);
  const auto record = lab.ends->next();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->reason, Reason::fault_injected);
}

TEST(LateAnswers, AreTheSameInTheEnd) {
  RunningEmulator lab(answers_of(300'000));
  std::string whole;
  {
    HttpsClient client(lab.emulator);
    whole = body_of(client.get("/widgets"));
    ASSERT_EQ(whole.size(), 300'000U);
  }
  int number = 0;
  for (const char* hop :
       {"consumer-endpoint", "nlb", "alb", "execute-api-endpoint", "alb>api-group"}) {
    auto slices = fault_at(hop, FaultAction::slice);
    slices.name = "slices-" + std::to_string(++number);
    slices.size = 1500;
    slices.variation = 700;
    ASSERT_TRUE(lab.emulator.arm(slices).ok());
    auto latency = fault_at(hop, FaultAction::latency);
    latency.name = "latency-" + std::to_string(number);
    latency.delay = 2ms;
    latency.jitter = 2ms;
    ASSERT_TRUE(lab.emulator.arm(latency).ok());
  }
  HttpsClient client(lab.emulator);
  EXPECT_EQ(body_of(client.get("/widgets")), whole);
  EXPECT_EQ(body_of(client.get("/widgets")), whole);
}

TEST(CorruptedBytes, BreakTheTlsOfTheClient) {
  RunningEmulator lab(answers_of(5000));
  auto fault = fault_at("nlb", FaultAction::corrupt, FaultDirection::to_client);
  fault.stage = Stage::response_headers;
  fault.after_bytes = 100;
  ASSERT_TRUE(lab.emulator.arm(fault).ok());
  HttpsClient client(lab.emulator);
  EXPECT_EQ(client.get("/widgets"), "");
  EXPECT_EQ(lab.emulator.faults().front().hits.size(), 1U);
}

TEST(SlowHandshakes, AreAnsweredWhenTheClientAsksAgain) {
  RunningEmulator lab("private-api-mtls", {});
  auto fault = fault_at("consumer-endpoint", FaultAction::slow_handshake);
  fault.delay = 300ms;
  ASSERT_TRUE(lab.emulator.arm(fault).ok());
  const auto connecting = [&lab] {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(HttpsClient::plain(lab.emulator).connected());
    return std::chrono::steady_clock::now() - start;
  };
  EXPECT_GE(connecting(), 300ms);
  // Open for that client, and then closed again.
  int quick = 0;
  while (connecting() < 300ms && quick < 10'000) ++quick;
  EXPECT_LT(quick, 10'000);
}

TEST(Proxies, PassOnWhatComesAndAreHops) {
  RunningEmulator lab = RunningEmulator::stepped("own-service");
  std::string upstream;
  for (const TargetStatus& one : lab.emulator.target_health()) upstream = one.target;
  ASSERT_TRUE(
      lab.emulator.apply(model::Put<model::Proxy>{{"extra", "127.0.0.1:0", upstream}}).ok());
  auto fault = fault_at("extra", FaultAction::latency, FaultDirection::to_client);
  fault.delay = 200ms;
  ASSERT_TRUE(lab.emulator.arm(fault).ok());
  EndpointAddress door;
  for (const EndpointAddress& one : lab.emulator.endpoints()) {
    if (one.name == "extra") door = one;
  }
  ASSERT_NE(door.port, 0);
  HttpsClient client(lab.emulator, door, "");
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  while (lab.emulator.faults().front().hits.empty()) std::this_thread::yield();
  lab.emulator.advance(199'999us);
  EXPECT_FALSE(client.peer_has_spoken());
  lab.emulator.advance(1us);
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 "));
  ASSERT_TRUE(
      lab.emulator
          .apply({model::Delete<model::Fault>{fault.name}, model::Delete<model::Proxy>{"extra"}})
          .ok());
  client.receive_to_end();
  EXPECT_EQ(client.end(), End::rst);
}

}  // namespace
}  // namespace hoplab::testing
