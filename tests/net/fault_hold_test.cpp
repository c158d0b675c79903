// FaultGate and HopStream: connections that are held, or silent, and what their ends do meanwhile.
#include "fault_gate_lab.h"

namespace hoplab::testing {

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

}  // namespace hoplab::testing
