// FaultGate and HopStream: verdicts on the operations of a hop.
#include "net/fault_gate.h"

#include <gtest/gtest.h>

#include "net/hop_stream.h"
#include "net/tcp_stream.h"
#include "support/io.h"
#include "support/raw_client.h"

namespace hoplab::testing {

using net::Direction;
using net::Fault;
using net::FaultAction;
using net::IoStatus;

namespace {

/// Connections through one hop, each with its client's end in memory.
class FaultTest : public ::testing::Test {
 protected:
  ~FaultTest() override {
    lines_.clear();
    gate_.stop(hop_);
    loop_.settle();
  }

  struct Line {
    std::shared_ptr<Journal> record = std::make_shared<Journal>();
    Journal& journal = *record;
    std::unique_ptr<net::Stream> client, hop;
  };

  Line& connect(const std::string& peer = "10.0.0.1:5000") {
    auto [near, far] = net::make_memory_pipe(loop_);
    return add(peer, std::move(near), std::move(far));
  }

  Line& add(const std::string& peer, std::unique_ptr<net::Stream> near,
            std::unique_ptr<net::Stream> far) {
    auto& line = lines_.emplace_back(std::make_unique<Line>());
    line->journal.id = lines_.size();
    line->journal.client = peer;
    line->client = std::move(far);
    line->hop =
        std::make_unique<net::HopStream>(std::move(near), hop_, gate_, line->record);
    return *line;
  }

  static std::vector<std::uint64_t> ids(std::span<const std::uint64_t> hits) {
    return {hits.begin(), hits.end()};
  }

  static Fault fault(FaultAction action, Direction direction = Direction::both,
                     Stage stage = Stage::accept) {
    Fault made;
    made.action = action;
    made.direction = direction;
    made.stage = stage;
    return made;
  }

  TestLoop loop_;
  const Hop hop_{"vpc-endpoint", "consumer-endpoint"};
  net::FaultGate gate_{loop_};
  std::vector<std::unique_ptr<Line>> lines_;
};

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_F(FaultTest, NothingArmedPassesEverything) {
  auto& line = connect();
  EXPECT_FALSE(gate_.active());
  EXPECT_TRUE(write_now(loop_, *line.client, "ping"));
  EXPECT_EQ(read_now(*line.hop), "ping");
  EXPECT_FALSE(line.journal.cause);
}

TEST_F(FaultTest, AResetIsRecordedWithItsHopAndSeenByBothSides) {
  const auto id = gate_.arm(fault(FaultAction::reset));
  auto& line = connect();
  EXPECT_EQ(read_status(*line.hop), IoStatus::failed);
  EXPECT_EQ(read_status(*line.client), IoStatus::failed);
  ASSERT_TRUE(line.journal.cause);
  EXPECT_EQ(line.journal.cause->reason, Reason::fault_injected);
  EXPECT_EQ(line.journal.cause->hop, &hop_);
  EXPECT_EQ(line.journal.cause->how, EndKind::rst);
  EXPECT_EQ(ids(gate_.hits(id)), Ids{1});
}

TEST_F(FaultTest, AResetReachesTheWireAsAnRst) {
  const TcpPair pair = make_tcp_pair();
  RawClient client = RawClient::adopt(pair.connected);
  auto& line = add("127.0.0.1:1", net::make_tcp_stream(loop_, pair.accepted), nullptr);
  gate_.arm(fault(FaultAction::reset, Direction::to_client));
  EXPECT_EQ(line.hop->try_write("x").status, IoStatus::failed);
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), RawClient::End::rst);
}

TEST_F(FaultTest, OnlyItsDirectionIsHit) {
  gate_.arm(fault(FaultAction::reset, Direction::to_client));
  auto& line = connect();
  EXPECT_EQ(read_status(*line.hop), IoStatus::would_block);
  EXPECT_TRUE(write_now(loop_, *line.client, "ping"));
  EXPECT_EQ(read_now(*line.hop), "ping");
  EXPECT_EQ(line.hop->try_write("pong").status, IoStatus::failed);
}

TEST_F(FaultTest, FiresOnAStageThatSomebodyAbovePublishes) {
  gate_.arm(fault(FaultAction::reset, Direction::both, Stage::client_certificate));
  auto& line = connect();
  line.journal.reached(Stage::client_hello);
  EXPECT_EQ(line.hop->try_write("hello").status, IoStatus::ok);
  line.journal.reached(Stage::client_certificate);
  EXPECT_EQ(line.hop->try_write("finished").status, IoStatus::failed);
  EXPECT_EQ(line.journal.cause->stage, Stage::client_certificate);
}

TEST_F(FaultTest, BeingIdleBeforeTheFirstRequestIsNotAStageOfTheRequest) {
  gate_.arm(fault(FaultAction::reset, Direction::both, Stage::request_headers));
  auto& line = connect();
  line.journal.reached(Stage::idle);
  EXPECT_EQ(read_status(*line.hop), IoStatus::would_block);
  line.journal.reached(Stage::response_headers);
  EXPECT_EQ(line.hop->try_write("HTTP/1.1").status, IoStatus::failed);
}

TEST_F(FaultTest, AnIdleFaultFiresWhereTheComponentBeginsToWait) {
  gate_.arm(fault(FaultAction::reset, Direction::both, Stage::idle));
  auto& line = connect();
  line.journal.reached(Stage::response_headers);
  EXPECT_EQ(line.hop->try_write("answer").status, IoStatus::ok);
  EXPECT_EQ(read_now(*line.client), "answer");
  line.journal.requests = 1;
  line.journal.reached(Stage::idle);
  WaitSlot slot(loop_);
  line.hop->watch_read(&slot);
  EXPECT_TRUE(slot.notified());
  line.hop->watch_read(nullptr);
  EXPECT_EQ(read_status(*line.hop), IoStatus::failed);
  EXPECT_EQ(read_status(*line.client), IoStatus::failed);
}

TEST_F(FaultTest, ArmingReachesAConnectionThatWaitsAlready) {
  auto& line = connect();
  std::string got;
  auto end = IoStatus::ok;
  TaskGroup group;
  group.spawn(read_to_end(*line.hop, got, end));
  loop_.settle();
  gate_.arm(fault(FaultAction::reset));
  loop_.settle();
  EXPECT_EQ(group.running(), 0u);
  EXPECT_EQ(end, IoStatus::failed);
  EXPECT_EQ(read_status(*line.client), IoStatus::failed);
}

TEST_F(FaultTest, ExactlySoManyBytesPassAfterTheStage) {
  Fault cut = fault(FaultAction::reset, Direction::to_client, Stage::response_headers);
  cut.after_bytes = 5;
  gate_.arm(cut);
  auto& line = connect();
  EXPECT_EQ(line.hop->try_write("before").size, 6u);
  line.journal.reached(Stage::response_headers);
  EXPECT_EQ(line.hop->try_write("abc").size, 3u);
  EXPECT_EQ(line.hop->try_write("defgh").size, 2u);
  EXPECT_EQ(read_now(*line.client), "beforeabcde");
  EXPECT_EQ(line.hop->try_write("fgh").status, IoStatus::failed);
}

TEST_F(FaultTest, BytesFromTheClientAreCountedToo) {
  Fault cut = fault(FaultAction::reset, Direction::from_client);
  cut.after_bytes = 4;
  gate_.arm(cut);
  auto& line = connect();
  EXPECT_TRUE(write_now(loop_, *line.client, "abcdef"));
  EXPECT_EQ(read_now(*line.hop), "abcd");
  EXPECT_EQ(read_status(*line.hop), IoStatus::failed);
}

TEST_F(FaultTest, HoldingIsSilenceUntilDisarmed) {
  const auto id = gate_.arm(fault(FaultAction::hold));
  auto& line = connect();
  std::string got;
  TaskGroup group;
  group.spawn(read_exactly(*line.hop, 4, got));
  EXPECT_TRUE(write_now(loop_, *line.client, "ping"));
  loop_.settle();
  EXPECT_EQ(got, "");
  EXPECT_TRUE(line.hop->try_write("pong").would_block());
  EXPECT_EQ(ids(gate_.hits(id)), Ids{1}) << "held once, however often it asks";
  EXPECT_FALSE(line.journal.cause);
  EXPECT_TRUE(gate_.disarm(id));
  EXPECT_FALSE(gate_.active());
  loop_.settle();
  EXPECT_EQ(got, "ping");
  EXPECT_TRUE(line.hop->try_write("pong").ok());
  EXPECT_EQ(ids(gate_.hits(id)), Ids{1}) << "hits are known after disarming";
}

TEST_F(FaultTest, AHeldWriterGoesOnAfterDisarming) {
  const auto id = gate_.arm(fault(FaultAction::hold, Direction::to_client));
  auto& line = connect();
  TaskGroup group;
  group.spawn([](net::Stream& stream) -> Task<void> {
    co_await net::write_all(stream, "pong");
  }(*line.hop));
  loop_.settle();
  EXPECT_EQ(group.running(), 1u);
  gate_.disarm(id);
  loop_.settle();
  EXPECT_EQ(group.running(), 0u);
  EXPECT_EQ(read_now(*line.client), "pong");
}

TEST_F(FaultTest, AnEndInOrderIsHeldToo) {
  const auto id = gate_.arm(fault(FaultAction::hold, Direction::to_client));
  auto& line = connect();
  line.hop->shutdown_write();
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  gate_.disarm(id);
  EXPECT_EQ(read_status(*line.client), IoStatus::closed);
}

TEST_F(FaultTest, AHeldConnectionCanStillBeReset) {
  gate_.arm(fault(FaultAction::hold));
  auto& line = connect();
  std::string got;
  auto end = IoStatus::ok;
  TaskGroup group;
  group.spawn(read_to_end(*line.hop, got, end));
  loop_.settle();
  line.hop->reset(kTestCause);
  loop_.settle();
  EXPECT_EQ(group.running(), 0u);
  EXPECT_EQ(end, IoStatus::failed);
  EXPECT_EQ(line.hop->try_write("x").status, IoStatus::failed);
}

TEST_F(FaultTest, AResetFromBehindWaitsForTheEndOfAHold) {
  const auto id = gate_.arm(fault(FaultAction::hold));
  auto& line = connect();
  EXPECT_EQ(line.hop->try_write("x").status, IoStatus::would_block);
  line.hop->reset(kTestCause);
  line.hop.reset();
  loop_.settle();
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block) << "a black hole holds resets too";
  EXPECT_EQ(gate_.running(), 1u);
  gate_.disarm(id);
  loop_.settle();
  EXPECT_EQ(read_status(*line.client), IoStatus::failed);
  EXPECT_EQ(gate_.running(), 0u);
}

TEST_F(FaultTest, AnEndFromBehindWaitsForTheEndOfAHold) {
  const auto id = gate_.arm(fault(FaultAction::hold, Direction::to_client));
  auto& line = connect();
  line.hop->shutdown_write();
  line.hop.reset();
  loop_.settle();
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  gate_.disarm(id);
  loop_.settle();
  EXPECT_EQ(read_status(*line.client), IoStatus::closed);
  line.client->shutdown_write();
  loop_.settle();
  EXPECT_EQ(gate_.running(), 0u);
}

TEST_F(FaultTest, AClientThatGoesEndsWhatWaitsForIt) {
  gate_.arm(fault(FaultAction::hold));
  auto& line = connect();
  line.hop->reset(kTestCause);
  line.hop.reset();
  loop_.settle();
  line.client->reset(kTestCause);
  loop_.settle();
  EXPECT_EQ(gate_.running(), 0u);
}

TEST_F(FaultTest, SilenceIsForBothSidesAndForGood) {
  RecordingSink sink;
  net::AbandonedClients abandoned(loop_, hop_, sink);
  auto& line = connect();
  line.journal.cause.reset();
  gate_.silence_all(Reason::endpoint_not_available, abandoned);
  line.client->try_write("up");
  loop_.settle();
  EXPECT_EQ(read_status(*line.hop), IoStatus::would_block);
  EXPECT_EQ(line.hop->try_write("down").status, IoStatus::ok) << "nobody tells the sender";
  loop_.settle();
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  line.client->shutdown_write();
  loop_.settle();
  ASSERT_EQ(sink.journals.size(), 1u);
  EXPECT_EQ(sink.journals[0].cause->how, EndKind::silence);
  EXPECT_EQ(sink.journals[0].cause->reason, Reason::endpoint_not_available);
}

TEST_F(FaultTest, FinEndsBothSidesInOrderAndNoLaterResetSpoilsIt) {
  const TcpPair pair = make_tcp_pair();
  RawClient client = RawClient::adopt(pair.connected);
  auto& line = add("127.0.0.1:1", net::make_tcp_stream(loop_, pair.accepted), nullptr);
  gate_.arm(fault(FaultAction::fin));
  EXPECT_TRUE(client.send("unread request"));
  EXPECT_EQ(read_status(*line.hop), IoStatus::closed);
  EXPECT_EQ(line.hop->try_write("x").status, IoStatus::failed);
  EXPECT_EQ(line.journal.cause->how, EndKind::fin);
  line.hop->reset(kTestCause);
  line.hop.reset();
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), RawClient::End::fin);
}

TEST_F(FaultTest, FinFromTheClientIsToldToTheComponentOnly) {
  gate_.arm(fault(FaultAction::fin, Direction::from_client));
  auto& line = connect();
  EXPECT_EQ(read_status(*line.hop), IoStatus::closed);
  EXPECT_EQ(line.journal.cause->toward, Toward::target);
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  EXPECT_TRUE(line.hop->try_write("still there").ok());
  EXPECT_EQ(read_now(*line.client), "still there");
}

TEST_F(FaultTest, EveryNthCountsConnectionsThatComeThatFar) {
  Fault third = fault(FaultAction::reset, Direction::both, Stage::handshake_done);
  third.connections = net::EveryNth{3};
  const auto id = gate_.arm(third);
  for (int i = 0; i < 7; ++i) {
    auto& line = connect();
    read_status(*line.hop);
    if (i == 0) continue;  // never gets there
    line.journal.reached(Stage::handshake_done);
    read_status(*line.hop);
    read_status(*line.hop);
  }
  EXPECT_EQ(ids(gate_.hits(id)), (Ids{4, 7}));
}

TEST_F(FaultTest, ChanceIsReproducibleFromItsSeed) {
  Fault half = fault(FaultAction::reset);
  half.connections = net::WithProbability{0.5, Rng(99)};
  const auto first = gate_.arm(half);
  for (int i = 0; i < 100; ++i) read_status(*connect().hop);
  Ids hit = ids(gate_.hits(first));
  EXPECT_GT(hit.size(), 30u);
  EXPECT_LT(hit.size(), 70u);
  gate_.disarm(first);
  lines_.clear();
  const auto again = gate_.arm(half);
  for (int i = 0; i < 100; ++i) read_status(*connect().hop);
  EXPECT_EQ(ids(gate_.hits(again)), hit);
}

TEST_F(FaultTest, ProbabilityZeroNeverAndOneAlways) {
  Fault never = fault(FaultAction::reset);
  never.connections = net::WithProbability{0, Rng(1)};
  Fault always = never;
  always.connections = net::WithProbability{1, Rng(1)};
  const auto no = gate_.arm(never), yes = gate_.arm(always);
  for (int i = 0; i < 20; ++i) read_status(*connect().hop);
  EXPECT_EQ(gate_.hits(no).size(), 0u);
  EXPECT_EQ(gate_.hits(yes).size(), 20u);
}

TEST_F(FaultTest, OneClientAddressAndNotOneThatBeginsLikeIt) {
  Fault one = fault(FaultAction::reset);
  one.connections = net::FromClient{"10.0.0.1"};
  const auto id = gate_.arm(one);
  read_status(*connect("10.0.0.1:5000").hop);
  read_status(*connect("10.0.0.11:5000").hop);
  read_status(*connect("10.0.0.1").hop);
  EXPECT_EQ(ids(gate_.hits(id)), (Ids{1, 3}));
}

TEST_F(FaultTest, TheLimitEndsItsHits) {
  Fault twice = fault(FaultAction::reset);
  twice.limit = 2;
  const auto id = gate_.arm(twice);
  for (int i = 0; i < 5; ++i) read_status(*connect().hop);
  EXPECT_EQ(ids(gate_.hits(id)), (Ids{1, 2}));
  EXPECT_EQ(read_status(*lines_.back()->hop), IoStatus::would_block);
}

TEST_F(FaultTest, GivenIdsAreKeptAndUnknownOnesAreHarmless) {
  Fault named = fault(FaultAction::hold);
  named.id = 7;
  EXPECT_EQ(gate_.arm(named), 7u);
  EXPECT_EQ(gate_.arm(fault(FaultAction::hold)), 8u);
  EXPECT_FALSE(gate_.disarm(5));
  EXPECT_TRUE(gate_.disarm(7));
  EXPECT_FALSE(gate_.disarm(7));
  EXPECT_TRUE(gate_.active());
  EXPECT_TRUE(gate_.hits(5).empty());
}

TEST_F(FaultTest, SeveralFaultsOnOneConnectionActInOrderOfArming) {
  const auto held = gate_.arm(fault(FaultAction::hold));
  const auto reset = gate_.arm(fault(FaultAction::reset));
  auto& line = connect();
  EXPECT_EQ(read_status(*line.hop), IoStatus::would_block);
  EXPECT_TRUE(gate_.hits(reset).empty());
  gate_.disarm(held);
  EXPECT_EQ(read_status(*line.hop), IoStatus::failed);
}

TEST_F(FaultTest, ConnectionsMayGoInAnyOrder) {
  gate_.arm(fault(FaultAction::hold));
  for (int i = 0; i < 3; ++i) connect();
  lines_.erase(lines_.begin() + 1);
  lines_.erase(lines_.begin());
  gate_.arm(fault(FaultAction::hold));
  EXPECT_EQ(read_status(*lines_.front()->hop), IoStatus::would_block);
}

}  // namespace hoplab::testing
