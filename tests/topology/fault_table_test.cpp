// Every stage, action and direction of a fault that makes sense, at every hop before the target,
// through real sockets; and what makes no sense never fires.
#include <gtest/gtest.h>

#include <thread>

#include "https_client.h"
#include "running_emulator.h"
#include "scenario/format/reader.h"

namespace hoplab::testing {
namespace {

using model::FaultAction;
using model::FaultDirection;
using End = HttpsClient::End;

/// The post's scenario, with an answer that does not fit into one write.
Result<Emulator> large_answers() {
  auto read = scenario::read_scenario({scenario_file("private-api-mtls")});
  model::Topology topology = read.scenario->topology;
  for (auto& method : topology.rest_apis.front().methods) {
    method.integration.body.clear();
    method.integration.body_bytes = 1'000'000;
  }
  return Emulator::from_topology(topology);
}

/// Bytes that the load balancer does not read at once.
const std::string& large_request() {
  static const std::string text =
      "POST /widgets HTTP/1.1\r\nHost: api.example.com\r\n"
      "Content-Length: 1000000\r\n\r\n" +
      std::string(1'000'000, 'x');
  return text;
}

/// Whether bytes move in `direction` once `stage` is reached, before the next stage that counts
/// anew.
bool makes_sense(Stage stage, FaultDirection direction) {
  switch (stage) {
    case Stage::response_headers:
    case Stage::response_body: return direction != FaultDirection::from_client;
    case Stage::upgraded: return false;  // an API opens no WebSocket
    case Stage::idle: return direction != FaultDirection::to_client;
    default: return true;
  }
}

struct Row {
  const char* hop;
  Stage stage;
  FaultDirection direction;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.hop << " " << to_text(row.stage) << " " << to_text(row.direction);
}

/// Those that make sense, or the others.
std::vector<Row> rows(bool sensible) {
  std::vector<Row> all;
  for (const char* hop : {"consumer-endpoint", "nlb", "alb"}) {
    for (int stage = 0; stage <= static_cast<int>(Stage::idle); ++stage) {
      for (const auto direction :
           {FaultDirection::from_client, FaultDirection::to_client, FaultDirection::both}) {
        const Row row{hop, static_cast<Stage>(stage), direction};
        if (makes_sense(row.stage, row.direction) == sensible) all.push_back(row);
      }
    }
  }
  return all;
}

std::string name_of(const ::testing::TestParamInfo<Row>& info) {
  std::string name = std::string(info.param.hop) + "_" + std::string(to_text(info.param.stage)) +
                     "_" + std::string(to_text(info.param.direction));
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

class FaultTable : public ::testing::TestWithParam<Row> {
 protected:
  static void SetUpTestSuite() { lab_ = new RunningEmulator(large_answers()); }
  static void TearDownTestSuite() {
    delete lab_;
    lab_ = nullptr;
  }
  ~FaultTable() override {
    const auto faults = emulator().faults();
    if (!faults.empty() && faults.front().fault.armed) {
      EXPECT_TRUE(emulator().disarm("the fault").ok());
    }
  }

  static Emulator& emulator() { return lab_->emulator; }
  static void arm(FaultAction action) {
    model::Fault fault;
    fault.name = "the fault";
    fault.hop = GetParam().hop;
    fault.stage = GetParam().stage;
    fault.direction = GetParam().direction;
    fault.action = action;
    const auto armed = emulator().arm(fault);
    ASSERT_TRUE(armed.ok()) << armed.error();
  }
  static std::size_t hits() { return emulator().faults().front().hits.size(); }

  /// One request, large where its body is what the stage is about, and then until the end. True:
  /// there was a whole answer.
  static bool ask(HttpsClient& client) {
    if (!client.connected()) return false;
    const bool body = GetParam().stage == Stage::request_body;
    client.send(body ? large_request() : "GET /widgets HTTP/1.1\r\nHost: api.example.com\r\n\r\n");
    return !client.receive_answer().empty();
  }

  static void expect_ended_as(FaultAction action, End end, EndKind how) {
    const std::size_t before = hits_before_;
    arm(action);
    HttpsClient client(emulator());
    const bool answered = ask(client);
    if (answered) client.receive_to_end();
    // A client in the middle of sending may meet what closing makes of its bytes: an RST.
    if (GetParam().stage != Stage::request_body || end == End::rst) {
      EXPECT_EQ(client.end(), end);
    }
    const auto record = lab_->ends->next();
    ASSERT_TRUE(record);
    EXPECT_EQ(record->reason, Reason::fault_injected) << to_text(record->reason);
    EXPECT_EQ(record->hop, GetParam().hop);
    EXPECT_EQ(record->how, how);
    EXPECT_GT(hits(), before);
    hits_before_ = hits();
  }

  static inline RunningEmulator* lab_ = nullptr;
  static inline std::size_t hits_before_ = 0;
};

TEST_P(FaultTable, Resets) {
  hits_before_ = emulator().faults().empty() ? 0 : hits();
  expect_ended_as(FaultAction::reset, End::rst, EndKind::rst);
}

TEST_P(FaultTable, EndsInOrder) {
  hits_before_ = emulator().faults().empty() ? 0 : hits();
  if (GetParam().direction == FaultDirection::from_client) {
    // Told to who is behind the hop only: it ends the connection as it does when a client leaves.
    arm(FaultAction::fin);
    HttpsClient client(emulator());
    if (ask(client)) client.receive_to_end();
    EXPECT_NE(client.end(), End::nothing);
    const auto record = lab_->ends->next();
    ASSERT_TRUE(record);
    EXPECT_EQ(record->reason, Reason::fault_injected);
    EXPECT_EQ(record->toward, Toward::target);
    return;
  }
  expect_ended_as(FaultAction::fin, End::fin, EndKind::fin);
}

TEST_P(FaultTable, HoldsUntilItIsDisarmed) {
  const std::size_t before = emulator().faults().empty() ? 0 : hits();
  arm(FaultAction::hold);
  std::thread disarming([before] {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (hits() == before && std::chrono::steady_clock::now() < give_up) {
      std::this_thread::yield();
    }
    EXPECT_GT(hits(), before) << "it has held nobody";
    EXPECT_TRUE(emulator().disarm("the fault").ok());
  });
  HttpsClient client(emulator());
  EXPECT_TRUE(ask(client));
  if (GetParam().stage == Stage::idle) {
    EXPECT_TRUE(ask(client)) << "held between the two";
  }
  disarming.join();
  EXPECT_EQ(hits(), before + 1);
  client.close();
  const auto record = lab_->ends->next();
  ASSERT_TRUE(record);
  EXPECT_NE(record->reason, Reason::fault_injected) << "it only waited";
}

TEST_P(FaultTable, DelaysAndSlicesWithoutHarm) {
  const std::size_t before = emulator().faults().empty() ? 0 : hits();
  for (const FaultAction action : {FaultAction::latency, FaultAction::slice}) {
    model::Fault fault;
    fault.name = "the fault";
    fault.hop = GetParam().hop;
    fault.stage = GetParam().stage;
    fault.direction = GetParam().direction;
    fault.action = action;
    fault.delay = action == FaultAction::latency ? 1ms : 0ms;
    if (action == FaultAction::latency) fault.jitter = 1ms;
    if (action == FaultAction::slice) fault.size = 5000;
    ASSERT_TRUE(emulator().apply(model::Put<model::Fault>{fault}).ok());
    HttpsClient client(emulator());
    EXPECT_TRUE(ask(client));
    if (GetParam().stage == Stage::idle) {
      EXPECT_TRUE(ask(client)) << "late between the two";
    }
    client.close();
    const auto record = lab_->ends->next();
    ASSERT_TRUE(record);
    EXPECT_NE(record->reason, Reason::fault_injected) << "it only came later";
  }
  EXPECT_EQ(hits(), before + 2);
}

INSTANTIATE_TEST_SUITE_P(All, FaultTable, ::testing::ValuesIn(rows(true)), name_of);

/// Where no bytes move in the direction.
class FaultTableWithoutBytes : public FaultTable {};

TEST_P(FaultTableWithoutBytes, NeverFires) {
  const std::size_t before = emulator().faults().empty() ? 0 : hits();
  arm(FaultAction::reset);
  HttpsClient client(emulator());
  EXPECT_TRUE(ask(client));
  EXPECT_EQ(hits(), before);
  client.close();
  lab_->ends->next();
}

INSTANTIATE_TEST_SUITE_P(All, FaultTableWithoutBytes, ::testing::ValuesIn(rows(false)), name_of);

}  // namespace
}  // namespace hoplab::testing
