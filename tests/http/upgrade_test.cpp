// Connections that are taken over: the head of an answer of 101, and then bytes both ways.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/h1/http1_client.h"
#include "http/server.h"
#include "http/tunnel.h"
#include "net/memory_pipe.h"
#include "support/io.h"

namespace hoplab::http {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

constexpr std::string_view kOffer =
    "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
constexpr std::string_view kTaken =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

class NoPages final : public ErrorPages {
 public:
  void fill(int status, Response& response) const override { response.status = status; }
};

/// Passes requests on to one target, as a load balancer does.
class Forwarder final : public Handler {
 public:
  explicit Forwarder(std::unique_ptr<net::Stream> target) : client_(std::move(target), 60s) {}
  Task<void> handle(Request& request, Response& response) override {
    if (!request.upgrade.empty()) {
      request.headers.add("Connection", "Upgrade");
      request.headers.add("Upgrade", request.upgrade);
    }
    failure = co_await client_.exchange(request, response);
    if (failure != ExchangeFailure::none) response.status = 502;
    if (response.status == 101) response.upgrade = client_.take_over(60s);
  }

  ExchangeFailure failure = ExchangeFailure::none;

 private:
  Http1Client client_;
};

/// A client and a target, both of which the test plays.
class UpgradeTest : public ::testing::Test {
 protected:
  UpgradeTest() {
    auto [near, far] = net::make_memory_pipe(loop_);
    target_ = std::move(far);
    forwarder_ = std::make_unique<Forwarder>(std::move(near));
    auto made = testing::make_memory_connection(loop_);
    connection_ = std::move(made.connection);
    client_ = std::move(made.far);
    serving_.spawn(serve());
    loop_.settle();
  }
  ~UpgradeTest() override {
    client_->reset(testing::kTestCause);
    target_->reset(testing::kTestCause);
    loop_.settle();
  }

  Task<void> serve() {
    ServerContext context(*connection_.journal, hop_, pages_);
    context.idle_timeout = 60s;
    end_ = co_await serve_http1(*connection_.stream, *forwarder_, context);
    co_await net::finish_connection(connection_, hop_, *end_);
    connection_.stream.reset();
  }

  void send(net::Stream& stream, std::string_view text) {
    testing::write_now(loop_, stream, text);
    loop_.settle();
  }
  std::string read(net::Stream& stream) {
    loop_.settle();
    return testing::read_now(stream);
  }
  void take() {
    send(*client_, kOffer);
    EXPECT_THAT(read(*target_), HasSubstr("Upgrade: websocket\r\n"));
    send(*target_, kTaken);
    EXPECT_EQ(read(*client_), kTaken);
  }
  void pass(Duration time) {
    loop_.advance(time);
    loop_.settle();
  }

  testing::TestLoop loop_;
  const Hop hop_{"test", "load-balancer"};
  NoPages pages_;
  std::unique_ptr<Forwarder> forwarder_;
  net::Connection connection_;
  std::unique_ptr<net::Stream> client_, target_;
  std::optional<net::ServeEnd> end_;
  TaskGroup serving_;
};

}  // namespace

TEST_F(UpgradeTest, TheHeadPassesWholeAndThenBytesBothWays) {
  take();
  send(*client_, "ping");
  EXPECT_EQ(read(*target_), "ping");
  send(*target_, "pong");
  EXPECT_EQ(read(*client_), "pong");
  EXPECT_EQ(connection_.journal->last_status, 101);
}

TEST_F(UpgradeTest, WhatWasReadTooFarComesFirst) {
  send(*client_, std::string(kOffer) + "early");
  EXPECT_THAT(read(*target_), Not(HasSubstr("early")));  // not before the target agrees
  send(*target_, std::string(kTaken) + "hello");
  EXPECT_EQ(read(*client_), std::string(kTaken) + "hello");
  EXPECT_EQ(read(*target_), "early");
}

TEST_F(UpgradeTest, MoreThanAnyBufferGoesBothWaysAtOnce) {
  take();
  const std::string much = testing::pattern(1 << 20);
  std::string up, down;
  TaskGroup moving;
  const auto write = [&much](net::Stream& stream) -> Task<void> {
    co_await net::write_all(stream, much);
  };
  moving.spawn(write(*client_));
  moving.spawn(write(*target_));
  moving.spawn(testing::read_exactly(*target_, much.size(), up));
  moving.spawn(testing::read_exactly(*client_, much.size(), down));
  loop_.run_until([&moving] { return moving.running() == 0; });
  EXPECT_EQ(up, much);
  EXPECT_EQ(down, much);
}

TEST_F(UpgradeTest, EachSideEndsItsDirection) {
  take();
  client_->shutdown_write();
  loop_.settle();
  EXPECT_EQ(testing::read_status(*target_), net::IoStatus::closed);
  send(*target_, "the rest");
  EXPECT_EQ(read(*client_), "the rest");
  target_->shutdown_write();
  loop_.settle();
  ASSERT_TRUE(end_);
  EXPECT_EQ(end_->reason, Reason::client_closed);
  EXPECT_EQ(end_->how, EndKind::fin);
}

TEST_F(UpgradeTest, AResetPassesOn) {
  take();
  target_->reset(testing::kTestCause);
  loop_.settle();
  ASSERT_TRUE(end_);
  EXPECT_EQ(end_->reason, Reason::target_reset);
  EXPECT_EQ(testing::read_status(*client_), net::IoStatus::failed);
}

TEST_F(UpgradeTest, IdleCountsFromTheLastByteEitherWay) {
  take();
  pass(50s);
  send(*target_, "x");
  EXPECT_EQ(read(*client_), "x");
  pass(59s);
  EXPECT_FALSE(end_);
  pass(1s);
  ASSERT_TRUE(end_);
  EXPECT_EQ(end_->reason, Reason::idle_timeout);
}

TEST_F(UpgradeTest, AnAnswerThatDoesNotTakeItIsOrdinary) {
  send(*client_, kOffer);
  read(*target_);
  send(*target_, "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_THAT(read(*client_), StartsWith("HTTP/1.1 426 "));
  send(*client_, "GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(read(*target_), StartsWith("GET /next "));
}

TEST_F(UpgradeTest, A101ThatNobodyAskedForIsNoAnswer) {
  send(*client_, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  read(*target_);
  send(*target_, kTaken);
  EXPECT_EQ(forwarder_->failure, ExchangeFailure::malformed);
}

}  // namespace hoplab::http
