// Relay: a client's connection carried to a real target and back.
#include "net/relay.h"

#include <gtest/gtest.h>

#include "net/memory_pipe.h"
#include "net/tcp_listener.h"
#include "net/tcp_stream.h"
#include "support/io.h"
#include "support/raw_client.h"

namespace hoplab::testing {

using net::IoStatus;

namespace {

/// Hands out the near end of a pipe; the test is the target. A failure instead when set.
class PipeDialer final : public net::Dialer {
 public:
  explicit PipeDialer(Loop& loop) : accepted(loop), loop_(loop) {}
  Task<Dialed> dial([[maybe_unused]] Duration timeout, const net::DialOptions&) override {
    if (at_once) accepted.notify();
    co_await accepted;
    Dialed dialed = answer();
    co_return dialed;
  }
  net::Address address() const override { return {"10.0.1.1", 8443}; }

  std::unique_ptr<net::Stream> target;
  std::optional<Reason> failure;
  WaitSlot accepted;
  bool at_once = true;  // otherwise the test notifies `accepted`

 private:
  Dialed answer() {
    Dialed dialed;
    if (failure) {
      dialed.failure = *failure;
      return dialed;
    }
    auto [near, far] = net::make_memory_pipe(loop_);
    target = std::move(far);
    dialed.stream = std::move(near);
    return dialed;
  }

  Loop& loop_;
};

class RelayTest : public ::testing::Test {
 protected:
  RelayTest() {
    auto dialer = std::make_unique<PipeDialer>(loop_);
    dialer_ = dialer.get();
    relay_ = std::make_unique<net::Relay>(loop_, hop_, std::move(dialer), sink_);
  }
  ~RelayTest() override {
    relay_->stop();
    loop_.settle();
  }

  /// Serves one more connection; its client's end is client_.
  void serve() {
    auto made = make_memory_connection(loop_);
    made.connection.journal->hops.push_back(&nlb_);
    client_ = std::move(made.far);
    relay_->serve(std::move(made.connection));
    loop_.settle();
  }

  net::Stream& target() { return *dialer_->target; }
  const Cause& cause() { return *sink_.journals.at(0).cause; }
  std::string read(net::Stream& stream) {
    loop_.settle();
    return read_now(stream);
  }

  TestLoop loop_;
  const Hop nlb_{"network-load-balancer", "nlb"};
  const Hop hop_{"service", "my-service"};
  RecordingSink sink_;
  PipeDialer* dialer_ = nullptr;
  std::unique_ptr<net::Relay> relay_;
  std::unique_ptr<net::Stream> client_;
};

}  // namespace

TEST_F(RelayTest, CarriesBytesBothWays) {
  serve();
  client_->try_write("ping");
  EXPECT_EQ(read(target()), "ping");
  target().try_write("pong");
  EXPECT_EQ(read(*client_), "pong");
  EXPECT_EQ(relay_->running(), 1u);
}

TEST_F(RelayTest, PassesHalfClosesOnAndNamesWhoEndedFirst) {
  serve();
  client_->try_write("request");
  client_->shutdown_write();
  EXPECT_EQ(read(target()), "request");
  EXPECT_EQ(read_status(target()), IoStatus::closed);
  target().try_write("answer");
  EXPECT_EQ(read(*client_), "answer");
  EXPECT_TRUE(sink_.journals.empty());
  target().shutdown_write();
  loop_.settle();
  EXPECT_EQ(read_status(*client_), IoStatus::closed);
  ASSERT_EQ(sink_.journals.size(), 1u);
  EXPECT_EQ(cause().reason, Reason::client_closed);
  EXPECT_EQ(cause().how, EndKind::fin);
  EXPECT_EQ(relay_->running(), 0u);
}

TEST_F(RelayTest, ATargetThatEndsFirstIsNamed) {
  serve();
  target().shutdown_write();
  loop_.settle();
  EXPECT_EQ(read_status(*client_), IoStatus::closed);
  client_->shutdown_write();
  loop_.settle();
  ASSERT_EQ(sink_.journals.size(), 1u);
  EXPECT_EQ(cause().reason, Reason::target_closed);
  EXPECT_EQ(cause().toward, Toward::client);
  EXPECT_EQ(cause().hop, &hop_);
}

TEST_F(RelayTest, AResetOfTheClientReachesTheTarget) {
  serve();
  client_->reset(kTestCause);
  loop_.settle();
  EXPECT_EQ(read_status(target()), IoStatus::failed);
  ASSERT_EQ(sink_.journals.size(), 1u);
  EXPECT_EQ(cause().reason, Reason::client_reset);
  EXPECT_EQ(cause().toward, Toward::target);
}

TEST_F(RelayTest, AResetOfTheTargetReachesTheClient) {
  serve();
  target().reset(kTestCause);
  loop_.settle();
  EXPECT_EQ(read_status(*client_), IoStatus::failed);
  ASSERT_EQ(sink_.journals.size(), 1u);
  EXPECT_EQ(cause().reason, Reason::target_reset);
  EXPECT_EQ(cause().toward, Toward::client);
}

TEST_F(RelayTest, AFailedDialResetsTheClientWithItsReason) {
  for (const Reason reason : {Reason::target_unreachable, Reason::target_connect_timeout}) {
    sink_.journals.clear();
    dialer_->failure = reason;
    serve();
    EXPECT_EQ(read_status(*client_), IoStatus::failed);
    ASSERT_EQ(sink_.journals.size(), 1u);
    EXPECT_EQ(cause().reason, reason);
  }
}

TEST_F(RelayTest, BytesThatComeWhileDialingAreNotLost) {
  dialer_->at_once = false;
  serve();
  client_->try_write("early");
  client_->shutdown_write();
  dialer_->accepted.notify();
  loop_.settle();
  EXPECT_EQ(read(target()), "early");
  EXPECT_EQ(read_status(target()), IoStatus::closed);
}

TEST_F(RelayTest, ASlowTargetHoldsTheClientBack) {
  serve();
  const std::string text = pattern(4 << 20);
  std::size_t taken = 0;
  for (;;) {
    const auto result = client_->try_write(std::string_view(text).substr(taken));
    if (!result.ok()) break;
    taken += result.size;
    loop_.settle();
  }
  EXPECT_LT(taken, 512u * 1024) << "two pipes and one buffer";
  std::string got;
  TaskGroup group;
  group.spawn(read_exactly(target(), text.size(), got));
  EXPECT_TRUE(write_now(loop_, *client_, std::string_view(text).substr(taken)));
  loop_.settle();
  EXPECT_TRUE(got == text);
}

TEST_F(RelayTest, BothDirectionsMoveAtOnce) {
  serve();
  const std::string text = pattern(1 << 20);
  std::string up, down;
  TaskGroup group;
  group.spawn(read_exactly(target(), text.size(), up));
  group.spawn(read_exactly(*client_, text.size(), down));
  const auto writer = [](net::Stream& stream, std::string_view all) -> Task<void> {
    co_await net::write_all(stream, all);
  };
  group.spawn(writer(*client_, text));
  group.spawn(writer(target(), text));
  loop_.settle();
  EXPECT_EQ(group.running(), 0u);
  EXPECT_TRUE(up == text);
  EXPECT_TRUE(down == text);
}

TEST_F(RelayTest, StopResetsBothSides) {
  serve();
  relay_->stop();
  loop_.settle();
  EXPECT_EQ(relay_->running(), 0u);
  EXPECT_EQ(read_status(*client_), IoStatus::failed);
  EXPECT_EQ(read_status(target()), IoStatus::failed);
  ASSERT_EQ(sink_.journals.size(), 1u);
  EXPECT_EQ(cause().reason, Reason::emulator_stopped);
}

TEST_F(RelayTest, StopWhileDialingEndsWhenTheDialDoes) {
  dialer_->at_once = false;
  serve();
  relay_->stop();
  EXPECT_EQ(relay_->running(), 1u);
  dialer_->accepted.notify();
  loop_.settle();
  EXPECT_EQ(relay_->running(), 0u);
  EXPECT_EQ(cause().reason, Reason::emulator_stopped);
  EXPECT_EQ(read_status(target()), IoStatus::failed);
}

TEST(RelayOverTcp, ARefusedTargetIsAnRstForTheClient) {
  TestLoop loop;
  RecordingSink sink;
  const Hop hop{"service", "my-service"};
  auto dialer = net::make_tcp_dialer(loop, "127.0.0.1", closed_port());
  ASSERT_TRUE(dialer.ok());
  net::Relay relay(loop, hop, std::move(dialer).value(), sink);
  std::atomic<std::uint64_t> ids{0};
  net::TcpListener::Options options;
  options.ip = "127.0.0.1";
  auto listener = net::TcpListener::open(loop, options, ids);
  ASSERT_TRUE(listener.ok()) << listener.error();
  listener.value()->start(relay);
  RawClient client(listener.value()->address().port);
  ASSERT_TRUE(client.connected());
  loop.run_until([&] { return !sink.journals.empty() && relay.running() == 0; });
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), RawClient::End::rst);
  EXPECT_EQ(sink.journals.at(0).cause->reason, Reason::target_unreachable);
  EXPECT_EQ(sink.journals.at(0).id, 1u);
}

TEST(RelayOverTcp, ARealTargetsResetArrivesAsAReset) {
  TestLoop loop;
  RecordingSink sink;
  const Hop hop{"service", "my-service"};
  struct Keeper final : net::ConnectionHandler {
    void serve(net::Connection connection) override { kept.push_back(std::move(connection)); }
    std::vector<net::Connection> kept;
  } target;
  std::atomic<std::uint64_t> ids{0};
  net::TcpListener::Options options;
  options.ip = "127.0.0.1";
  auto behind = net::TcpListener::open(loop, options, ids);
  auto front = net::TcpListener::open(loop, options, ids);
  ASSERT_TRUE(behind.ok() && front.ok());
  behind.value()->start(target);
  auto dialer = net::make_tcp_dialer(loop, "127.0.0.1", behind.value()->address().port);
  net::Relay relay(loop, hop, std::move(dialer).value(), sink);
  front.value()->start(relay);
  RawClient client(front.value()->address().port);
  EXPECT_TRUE(client.send("x"));
  loop.run_until([&] { return !target.kept.empty(); });
  std::string got;
  loop.run(read_exactly(*target.kept[0].stream, 1, got));
  target.kept[0].stream->reset(kTestCause);
  loop.run_until([&] { return !sink.journals.empty() && relay.running() == 0; });
  client.receive_to_end();
  EXPECT_EQ(client.end(), RawClient::End::rst);
  EXPECT_EQ(sink.journals.at(0).cause->reason, Reason::target_reset);
}

}  // namespace hoplab::testing
