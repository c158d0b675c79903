// FaultGate and HopStream: bytes that come later, or otherwise, or not at all, on a stepped clock.
#include <set>

#include "fault_gate_lab.h"

namespace hoplab::testing {

namespace {

Fault latency(Duration delay, Direction direction, Duration jitter = {}) {
  Fault made;
  made.action = FaultAction::latency;
  made.direction = direction;
  made.delay = delay;
  made.jitter = jitter;
  return made;
}

Fault of(FaultAction action, Direction direction = Direction::both) {
  Fault made;
  made.action = action;
  made.direction = direction;
  return made;
}

const Cause kTestCauseOfTarget{&kTestHop,      Reason::target_reset, EndKind::rst,
                               Toward::client, Stage::accept,        kStart};

}  // namespace

class LateTest : public FaultTest {
 protected:
  /// What came at the other end until now, again and again.
  std::string arrived(net::Stream& stream) {
    loop_.settle();
    std::string all;
    for (std::string some = read_now(stream); !some.empty(); some = read_now(stream)) all += some;
    return all;
  }
  void pass(Duration time) {
    loop_.advance(time);
    loop_.settle();
  }
};

TEST_F(LateTest, LatencyToTheClientIsExact) {
  const auto id = gate_.arm(latency(200ms, Direction::to_client));
  auto& line = connect();
  EXPECT_EQ(line.hop->try_write("pong").size, 4u);
  pass(199'999us);
  EXPECT_EQ(arrived(*line.client), "");
  pass(1us);
  EXPECT_EQ(arrived(*line.client), "pong");
  EXPECT_TRUE(write_now(loop_, *line.client, "ping"));
  EXPECT_EQ(read_now(*line.hop), "ping") << "the other direction is as it was";
  EXPECT_EQ(ids(gate_.hits(id)), Ids{1});
}

TEST_F(LateTest, LatencyFromTheClientWakesWhoWaits) {
  gate_.arm(latency(200ms, Direction::from_client));
  auto& line = connect();
  std::string got;
  TaskGroup group;
  group.spawn(read_exactly(*line.hop, 8, got));
  EXPECT_TRUE(write_now(loop_, *line.client, "ping"));
  loop_.settle();
  pass(100ms);
  EXPECT_TRUE(write_now(loop_, *line.client, "PING"));
  loop_.settle();
  pass(99'999us);
  EXPECT_EQ(got, "");
  pass(1us);
  EXPECT_EQ(got, "ping");
  pass(99'999us);
  EXPECT_EQ(got, "ping");
  pass(1us);
  EXPECT_EQ(got, "pingPING");
  EXPECT_EQ(group.running(), 0u);
}

TEST_F(LateTest, BytesKeepTheirOrderWhateverTheJitter) {
  Fault fault = latency(50ms, Direction::both, 50ms);
  fault.seed = 3;
  gate_.arm(fault);
  auto& line = connect();
  const std::string text = pattern(2000);
  std::string down, up;
  TaskGroup group;
  group.spawn(read_exactly(*line.hop, text.size(), up));
  for (std::size_t at = 0; at < text.size(); at += 10) {
    EXPECT_EQ(line.hop->try_write(text.substr(at, 10)).size, 10u);
    EXPECT_TRUE(write_now(loop_, *line.client, text.substr(at, 10)));
    pass(1ms);
    down += arrived(*line.client);
  }
  EXPECT_LT(down.size(), text.size());
  pass(100ms);
  down += arrived(*line.client);
  EXPECT_EQ(down, text);
  EXPECT_EQ(up, text);
}

TEST_F(LateTest, JitterIsDrawnByTheSeed) {
  const auto when = [this](std::uint64_t seed) {
    Fault fault = latency(50ms, Direction::to_client, 50ms);
    fault.seed = seed;
    const auto id = gate_.arm(fault);
    auto& line = connect();
    std::vector<int> times;
    for (int i = 0; i < 8; ++i) {
      line.hop->try_write("x");
      int waited = 0;
      while (arrived(*line.client).empty() && waited < 200) {
        pass(1ms);
        ++waited;
      }
      times.push_back(waited);
    }
    gate_.disarm(id);
    return times;
  };
  const auto first = when(1);
  EXPECT_EQ(when(1), first);
  EXPECT_NE(when(2), first);
  for (const int one : first) EXPECT_LE(one, 100);
}

TEST_F(LateTest, ALateWriterMeetsBackPressure) {
  gate_.arm(latency(1s, Direction::to_client));
  auto& line = connect();
  const std::string much(4 * 1024 * 1024, 'x');
  TaskGroup group;
  group.spawn([](net::Stream& stream, const std::string& text) -> Task<void> {
    co_await net::write_all(stream, text);
  }(*line.hop, much));
  loop_.settle();
  EXPECT_EQ(group.running(), 1u) << "only so much is in the air";
  std::size_t got = 0;
  for (int i = 0; i < 20 && got < much.size(); ++i) {
    pass(1s);
    for (std::string some = arrived(*line.client); !some.empty(); some = arrived(*line.client)) {
      got += some.size();
    }
  }
  EXPECT_EQ(got, much.size());
  EXPECT_EQ(group.running(), 0u);
}

TEST_F(LateTest, BandwidthIsExact) {
  Fault fault = of(FaultAction::bandwidth, Direction::to_client);
  fault.bytes_per_second = 1000;
  gate_.arm(fault);
  auto& line = connect();
  EXPECT_EQ(line.hop->try_write(pattern(500)).size, 500u);
  pass(19'999us);
  EXPECT_EQ(arrived(*line.client), "");
  pass(1us);
  EXPECT_EQ(arrived(*line.client).size(), 20u) << "a fiftieth of a second at once";
  pass(480ms - 1us);
  EXPECT_EQ(arrived(*line.client).size(), 460u);
  pass(1us);
  EXPECT_EQ(arrived(*line.client).size(), 20u);
  EXPECT_EQ(line.hop->try_write(std::string(1'000'000, 'x')).size, 64u * 1024u)
      << "as much as a socket's buffer";
}

TEST_F(LateTest, SlicesComeOneAfterTheOther) {
  Fault fault = of(FaultAction::slice, Direction::to_client);
  fault.size = 4;
  fault.delay = 10ms;
  gate_.arm(fault);
  auto& line = connect();
  line.hop->try_write("abcdefghij");
  EXPECT_EQ(arrived(*line.client), "abcd");
  pass(9'999us);
  EXPECT_EQ(arrived(*line.client), "");
  pass(1us);
  EXPECT_EQ(arrived(*line.client), "efgh");
  pass(10ms);
  EXPECT_EQ(arrived(*line.client), "ij");
}

TEST_F(LateTest, SlicesVaryAroundTheirSize) {
  Fault fault = of(FaultAction::slice, Direction::from_client);
  fault.size = 100;
  fault.variation = 30;
  fault.seed = 5;
  gate_.arm(fault);
  auto& line = connect();
  const std::string text = pattern(10'000);
  EXPECT_TRUE(write_now(loop_, *line.client, text));
  std::string all;
  std::set<std::size_t> sizes;
  for (std::string one = read_now(*line.hop); !one.empty(); one = read_now(*line.hop)) {
    if (all.size() + one.size() < text.size()) sizes.insert(one.size());
    all += one;
  }
  EXPECT_EQ(all, text);
  EXPECT_GT(sizes.size(), 10u);
  EXPECT_GE(*sizes.begin(), 70u);
  EXPECT_LE(*sizes.rbegin(), 130u);
}

TEST_F(LateTest, SeveralFaultsAddUp) {
  gate_.arm(latency(100ms, Direction::to_client));
  Fault fault = of(FaultAction::slice, Direction::to_client);
  fault.size = 2;
  fault.delay = 10ms;
  gate_.arm(fault);
  auto& line = connect();
  line.hop->try_write("abcd");
  pass(100ms);
  EXPECT_EQ(arrived(*line.client), "ab");
  pass(10ms);
  EXPECT_EQ(arrived(*line.client), "cd");
}

TEST_F(LateTest, AnEndInOrderStaysBehindTheBytes) {
  gate_.arm(latency(100ms, Direction::to_client));
  auto& line = connect();
  line.hop->try_write("bye");
  line.hop->shutdown_write();
  EXPECT_EQ(line.hop->try_write("more").status, IoStatus::failed);
  pass(99ms);
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  pass(1ms);
  EXPECT_EQ(arrived(*line.client), "bye");
  EXPECT_EQ(read_status(*line.client), IoStatus::closed);
  EXPECT_TRUE(write_now(loop_, *line.client, "thanks"));
  EXPECT_EQ(read_now(*line.hop), "thanks") << "half of it is open";
}

TEST_F(LateTest, AResetStaysBehindTheBytesThoughItsMakerIsGone) {
  gate_.arm(latency(100ms, Direction::to_client));
  auto& line = connect();
  line.hop->try_write("bye");
  line.hop->reset(kTestCauseOfTarget);
  EXPECT_EQ(read_status(*line.hop), IoStatus::failed);
  line.hop.reset();
  std::string got;
  auto end = IoStatus::ok;
  TaskGroup group;
  group.spawn(read_to_end(*line.client, got, end));
  pass(99ms);
  EXPECT_EQ(group.running(), 1u);
  EXPECT_EQ(gate_.running(), 1u);
  pass(1ms);
  EXPECT_EQ(got, "bye");
  EXPECT_EQ(end, IoStatus::failed);
  EXPECT_EQ(gate_.running(), 0u);
}

TEST_F(LateTest, WhatIsLateKeepsItsRecord) {
  gate_.arm(latency(3s, Direction::to_client));
  auto& line = connect();
  line.hop->try_write("bye");
  std::weak_ptr<Journal> record = line.record;
  line.record.reset();
  line.hop.reset();
  EXPECT_FALSE(record.expired()) << "its bytes are still to be counted";
  pass(3s);
  EXPECT_EQ(arrived(*line.client), "bye");
  line.client.reset();
  loop_.settle();
  EXPECT_EQ(gate_.running(), 0u);
  EXPECT_TRUE(record.expired());
}

TEST_F(LateTest, TheClientsEndsStayBehindItsBytes) {
  gate_.arm(latency(100ms, Direction::from_client));
  auto& closing = connect();
  auto& resetting = connect();
  std::string got, other;
  auto end = IoStatus::ok, other_end = IoStatus::ok;
  TaskGroup group;
  group.spawn(read_to_end(*closing.hop, got, end));
  group.spawn(read_to_end(*resetting.hop, other, other_end));
  EXPECT_TRUE(write_now(loop_, *closing.client, "bye"));
  EXPECT_TRUE(write_now(loop_, *resetting.client, "bye"));
  loop_.settle();
  closing.client->shutdown_write();
  resetting.client->reset(kTestCause);
  loop_.settle();
  EXPECT_TRUE(resetting.hop->try_write("who knows").ok()) << "the reset is on its way";
  pass(99ms);
  EXPECT_EQ(group.running(), 2u);
  EXPECT_EQ(got + other, "");
  pass(1ms);
  EXPECT_EQ(got, "bye");
  EXPECT_EQ(other, "bye");
  EXPECT_EQ(end, IoStatus::closed);
  EXPECT_EQ(other_end, IoStatus::failed);
  EXPECT_EQ(resetting.hop->try_write("x").status, IoStatus::failed) << "it has been told";
}

TEST_F(LateTest, SlowCloseDelaysNothingButTheEnd) {
  Fault fault = of(FaultAction::slow_close, Direction::to_client);
  fault.delay = 3s;
  gate_.arm(fault);
  auto& line = connect();
  line.hop->try_write("bye");
  EXPECT_EQ(arrived(*line.client), "bye");
  line.hop->shutdown_write();
  line.hop.reset();
  pass(2'999ms);
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  pass(1ms);
  EXPECT_EQ(read_status(*line.client), IoStatus::closed);
}

TEST_F(LateTest, DisarmingReleasesWhatWaits) {
  const auto down = gate_.arm(latency(1h, Direction::to_client));
  const auto up = gate_.arm(latency(1h, Direction::from_client));
  auto& line = connect();
  std::string got;
  TaskGroup group;
  group.spawn(read_exactly(*line.hop, 4, got));
  line.hop->try_write("pong");
  line.hop->shutdown_write();
  EXPECT_TRUE(write_now(loop_, *line.client, "ping"));
  pass(1min);
  gate_.disarm(down);
  EXPECT_EQ(arrived(*line.client), "pong");
  EXPECT_EQ(read_status(*line.client), IoStatus::closed);
  EXPECT_EQ(got, "");
  gate_.disarm(up);
  loop_.settle();
  EXPECT_EQ(got, "ping");
}

TEST_F(LateTest, ABlackHoleTakesOneDirectionAndLeavesTheOther) {
  const auto id = gate_.arm(of(FaultAction::blackhole, Direction::from_client));
  auto& line = connect();
  std::string got;
  auto end = IoStatus::ok;
  TaskGroup group;
  group.spawn(read_to_end(*line.hop, got, end));
  EXPECT_TRUE(write_now(loop_, *line.client, std::string(1'000'000, 'x'))) << "it never waits";
  loop_.settle();
  EXPECT_TRUE(line.hop->try_write("pong").ok());
  EXPECT_EQ(arrived(*line.client), "pong");
  gate_.disarm(id);
  EXPECT_TRUE(write_now(loop_, *line.client, "ping"));
  line.client->shutdown_write();
  loop_.settle();
  EXPECT_EQ(got, "ping") << "what is lost is lost";
  EXPECT_EQ(end, IoStatus::closed);
}

TEST_F(LateTest, ABlackHoleTakesEndsToo) {
  const auto id = gate_.arm(of(FaultAction::blackhole));
  auto& line = connect();
  std::string got;
  auto end = IoStatus::ok;
  TaskGroup group;
  group.spawn(read_to_end(*line.hop, got, end));
  line.client->shutdown_write();
  line.hop->shutdown_write();
  loop_.settle();
  EXPECT_EQ(end, IoStatus::ok);
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  gate_.disarm(id);
  loop_.settle();
  EXPECT_EQ(end, IoStatus::closed);
  EXPECT_EQ(read_status(*line.client), IoStatus::closed);
}

TEST_F(LateTest, ABlackHoleWithADelayEndsTheConnection) {
  Fault fault = of(FaultAction::blackhole, Direction::to_client);
  fault.delay = 5s;
  gate_.arm(fault);
  auto& line = connect();
  EXPECT_TRUE(line.hop->try_write("pong").ok());
  pass(4'999ms);
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  pass(1ms);
  EXPECT_EQ(read_status(*line.client), IoStatus::closed);
  EXPECT_EQ(read_status(*line.hop), IoStatus::closed);
  ASSERT_TRUE(line.journal.cause);
  EXPECT_EQ(line.journal.cause->reason, Reason::fault_injected);
}

TEST_F(LateTest, AResetMayComeLater) {
  Fault fault = of(FaultAction::reset);
  fault.delay = 5s;
  gate_.arm(fault);
  auto& line = connect();
  EXPECT_TRUE(line.hop->try_write("pong").ok());
  pass(4'999ms);
  EXPECT_EQ(arrived(*line.client), "pong");
  pass(1ms);
  EXPECT_EQ(read_status(*line.client), IoStatus::failed);
  EXPECT_EQ(line.journal.cause->reason, Reason::fault_injected);
}

TEST_F(LateTest, AResetOfAFaultStaysBehindLateBytes) {
  gate_.arm(latency(100ms, Direction::both));
  Fault cut = of(FaultAction::reset, Direction::to_client);
  cut.after_bytes = 3;
  gate_.arm(cut);
  auto& line = connect();
  EXPECT_EQ(line.hop->try_write("abcdef").size, 3u);
  EXPECT_EQ(line.hop->try_write("def").status, IoStatus::failed);
  std::string got;
  auto end = IoStatus::ok;
  TaskGroup group;
  group.spawn(read_to_end(*line.client, got, end));
  pass(100ms);
  EXPECT_EQ(got, "abc");
  EXPECT_EQ(end, IoStatus::failed);
}

TEST_F(LateTest, OneByteIsCorrupted) {
  Fault fault = of(FaultAction::corrupt, Direction::to_client);
  fault.after_bytes = 2;
  fault.seed = 9;
  const auto id = gate_.arm(fault);
  auto& line = connect();
  std::string sent = "abcdef";
  for (std::size_t at = 0; at < sent.size();) at += line.hop->try_write(sent.substr(at)).size;
  const std::string got = arrived(*line.client);
  ASSERT_EQ(got.size(), sent.size());
  EXPECT_NE(got[2], 'c');
  const auto bits = static_cast<unsigned char>(got[2] ^ 'c');
  EXPECT_EQ(bits & (bits - 1), 0) << "one bit";
  sent[2] = got[2];
  EXPECT_EQ(got, sent);
  EXPECT_EQ(ids(gate_.hits(id)), Ids{1});
}

TEST_F(LateTest, AByteOfTheClientIsCorruptedToo) {
  Fault fault = of(FaultAction::corrupt, Direction::from_client);
  fault.after_bytes = 1;
  gate_.arm(fault);
  auto& line = connect();
  std::string got;
  TaskGroup group;
  group.spawn(read_exactly(*line.hop, 3, got));
  EXPECT_TRUE(write_now(loop_, *line.client, "abc"));
  loop_.settle();
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0], 'a');
  EXPECT_NE(got[1], 'b');
  EXPECT_EQ(got[2], 'c');
}

TEST_F(LateTest, TruncationEndsBothSidesBehindItsBytes) {
  gate_.arm(latency(100ms, Direction::both));
  Fault cut = of(FaultAction::truncate, Direction::to_client);
  cut.after_bytes = 3;
  gate_.arm(cut);
  auto& line = connect();
  EXPECT_EQ(line.hop->try_write("abcdef").size, 3u);
  EXPECT_EQ(line.hop->try_write("def").status, IoStatus::failed);
  pass(100ms);
  EXPECT_EQ(arrived(*line.client), "abc");
  EXPECT_EQ(read_status(*line.client), IoStatus::closed);
  EXPECT_EQ(read_status(*line.hop), IoStatus::would_block);
  pass(100ms);
  EXPECT_EQ(read_status(*line.hop), IoStatus::closed);
  EXPECT_EQ(line.journal.cause->how, EndKind::fin);
}

TEST_F(LateTest, WhoStopsEndsWhatIsLateAtOnce) {
  gate_.arm(latency(1h, Direction::to_client));
  auto& line = connect();
  line.hop->try_write("bye");
  line.hop->reset(kTestCause);  // emulator_stopped
  EXPECT_EQ(read_status(*line.client), IoStatus::failed);
}

TEST_F(LateTest, ALateWriterIsWokenThoughNobodyWaitsAboveIt) {
  gate_.arm(latency(10ms, Direction::to_client));
  auto& line = connect();
  const std::string chunk(16 * 1024, 'x');
  std::size_t sent = 0;
  const auto fill = [&] {
    for (auto some = line.hop->try_write(chunk); some.ok(); some = line.hop->try_write(chunk)) {
      sent += some.size;
    }
  };
  fill();
  pass(10ms);  // the client takes no more than its buffer
  fill();
  loop_.settle();
  WaitSlot slot(loop_);
  line.hop->watch_write(&slot);
  line.hop->watch_write(nullptr);
  std::size_t got = 0;
  for (int i = 0; i < 100 && got < sent; ++i) {
    got += arrived(*line.client).size();
    pass(1ms);
  }
  EXPECT_EQ(got, sent);
}

TEST_F(LateTest, WhoComesToWaitForWhatIsDueIsWokenAtOnce) {
  gate_.arm(latency(100ms, Direction::from_client));
  auto& line = connect();
  EXPECT_EQ(read_now(*line.hop), "");
  EXPECT_TRUE(write_now(loop_, *line.client, "ping"));
  EXPECT_EQ(read_now(*line.hop), "");
  pass(100ms);
  WaitSlot slot(loop_);
  line.hop->watch_read(&slot);
  EXPECT_TRUE(slot.notified());
  line.hop->watch_read(nullptr);
  EXPECT_EQ(read_now(*line.hop), "ping");
}

TEST_F(LateTest, DisarmingReleasesWhatItsSenderHasLeft) {
  const auto id = gate_.arm(latency(1h, Direction::to_client));
  auto& line = connect();
  line.hop->try_write("bye");
  line.hop.reset();
  pass(1min);
  EXPECT_EQ(arrived(*line.client), "");
  gate_.disarm(id);
  EXPECT_EQ(arrived(*line.client), "bye");
  EXPECT_EQ(read_status(*line.client), IoStatus::closed);
  line.client.reset();
  loop_.settle();
  EXPECT_EQ(gate_.running(), 0u);
}

TEST_F(LateTest, EachDelayedEndComesAtItsTime) {
  Fault fin = of(FaultAction::fin, Direction::from_client);
  fin.delay = 1s;
  Fault reset = of(FaultAction::reset);
  reset.delay = 5s;
  gate_.arm(fin);
  gate_.arm(reset);
  auto& line = connect();
  std::string got;
  auto end = IoStatus::ok;
  TaskGroup group;
  group.spawn(read_to_end(*line.hop, got, end));
  pass(999ms);
  EXPECT_EQ(end, IoStatus::ok);
  pass(1ms);
  EXPECT_EQ(end, IoStatus::closed);
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  pass(3'999ms);
  EXPECT_EQ(read_status(*line.client), IoStatus::would_block);
  pass(1ms);
  EXPECT_EQ(read_status(*line.client), IoStatus::failed);
}

TEST_F(LateTest, ABlackHoleWithADelayEndsAlsoWhatItsSenderHasLeft) {
  Fault fault = of(FaultAction::blackhole, Direction::to_client);
  fault.delay = 5s;
  gate_.arm(fault);
  auto& closed = connect();
  auto& broken = connect();
  EXPECT_TRUE(closed.hop->try_write("pong").ok());
  EXPECT_TRUE(broken.hop->try_write("pong").ok());
  closed.hop->shutdown_write();
  closed.hop.reset();
  broken.hop->reset(kTestCauseOfTarget);
  pass(4'999ms);
  EXPECT_EQ(read_status(*closed.client), IoStatus::would_block);
  EXPECT_EQ(read_status(*broken.client), IoStatus::would_block);
  pass(1ms);
  EXPECT_EQ(read_status(*closed.client), IoStatus::closed);
  EXPECT_EQ(read_status(*broken.client), IoStatus::closed);
}

TEST_F(LateTest, AHeldEndAfterTheStopNeedsNoRecordedCause) {
  gate_.arm(of(FaultAction::hold));
  auto& line = connect();
  line.hop->shutdown_write();
  gate_.stop(hop_);
  line.hop.reset();
  EXPECT_EQ(read_status(*line.client), IoStatus::failed);
}

TEST_F(LateTest, AHeldEndStaysBehindLateBytes) {
  gate_.arm(latency(100ms, Direction::to_client));
  auto& closed = connect();
  auto& broken = connect();
  auto& impatient = connect();
  closed.hop->try_write("bye");
  broken.hop->try_write("bye");
  impatient.hop->try_write("bye");
  const auto hold = gate_.arm(of(FaultAction::hold, Direction::to_client));
  closed.hop->shutdown_write();
  closed.hop.reset();
  broken.hop->reset(kTestCauseOfTarget);
  impatient.hop->reset(kTestCauseOfTarget);
  impatient.client.reset();
  loop_.settle();
  EXPECT_EQ(gate_.running(), 4u) << "two ends are held, two writers have something to write";
  pass(100ms);
  EXPECT_EQ(arrived(*closed.client), "bye");
  EXPECT_EQ(arrived(*broken.client), "bye");
  pass(1s);
  EXPECT_EQ(read_status(*closed.client), IoStatus::would_block);
  EXPECT_EQ(read_status(*broken.client), IoStatus::would_block);
  gate_.disarm(hold);
  loop_.settle();
  pass(100ms);
  EXPECT_EQ(read_status(*closed.client), IoStatus::closed);
  EXPECT_EQ(read_status(*broken.client), IoStatus::failed);
}

TEST_F(LateTest, FacingATargetTheDirectionsAreTheOthers) {
  gate_.arm(latency(100ms, Direction::from_client));
  auto [near, far] = net::make_memory_pipe(loop_);
  auto journal = std::make_shared<Journal>();
  net::HopStream stream(std::move(near), hop_, gate_, journal, net::Facing::target);
  EXPECT_TRUE(stream.try_write("request").ok());
  EXPECT_TRUE(write_now(loop_, *far, "hello"));
  EXPECT_EQ(read_now(stream), "hello");
  EXPECT_EQ(arrived(*far), "");
  pass(100ms);
  EXPECT_EQ(arrived(*far), "request");
}

}  // namespace hoplab::testing
