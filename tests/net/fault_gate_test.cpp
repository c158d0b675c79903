// FaultGate and HopStream: what faults do to a hop's operations, and at which of them.
#include "fault_gate_lab.h"
#include "net/tcp_stream.h"
#include "support/raw_client.h"

namespace hoplab::testing {

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

}  // namespace hoplab::testing
