// A flow that an NLB forgets: nothing is sent then; who sends next gets the RST, and the other side
// learns nothing (nlb-privatelink.md 2.1, R1 and R2).
#include "aws/nlb/flow_stream.h"

#include <gtest/gtest.h>

#include "net/memory_pipe.h"
#include "support/io.h"

namespace hoplab::testing {

using net::IoStatus;

namespace {

class FlowStreamTest : public ::testing::Test {
 protected:
  FlowStreamTest() {
    auto made = make_memory_connection(loop_);
    journal_ = made.connection.journal;
    client_ = std::move(made.far);
    target_ = std::make_unique<aws::FlowStream>(std::move(made.connection.stream), journal_, nlb_,
                                                350s, forgotten_);
  }
  ~FlowStreamTest() override {
    target_.reset();
    forgotten_.stop();
    loop_.settle();
  }

  void send(net::Stream& stream, std::string_view text) {
    stream.try_write(text);
    loop_.settle();
  }

  TestLoop loop_;
  const Hop nlb_{"network-load-balancer", "nlb"};
  RecordingSink sink_;
  aws::ForgottenFlows forgotten_{loop_, nlb_, sink_};
  std::shared_ptr<Journal> journal_;
  std::unique_ptr<net::Stream> client_, target_;
};

TEST_F(FlowStreamTest, IsAStreamUntilThen) {
  send(*client_, "up");
  EXPECT_EQ(read_now(*target_), "up");
  send(*target_, "down");
  EXPECT_EQ(read_now(*client_), "down");
}

TEST_F(FlowStreamTest, NothingIsSentAtTheIdleTimeout) {
  loop_.advance(10h);
  EXPECT_EQ(read_status(*client_), IoStatus::would_block);
  EXPECT_EQ(read_status(*target_), IoStatus::would_block);
  EXPECT_TRUE(sink_.journals.empty());
}

TEST_F(FlowStreamTest, BytesOfEitherSideKeepIt) {
  loop_.advance(349s);
  send(*client_, "a");
  EXPECT_EQ(read_now(*target_), "a");
  loop_.advance(349s);
  send(*target_, "b");
  loop_.advance(349s);
  EXPECT_EQ(read_now(*client_), "b");
  send(*client_, "c");
  EXPECT_EQ(read_now(*target_), "c");
}

TEST_F(FlowStreamTest, AClientThatSendsIsResetAndTheTargetLearnsNothing) {
  loop_.advance(351s);
  send(*client_, "late");
  EXPECT_EQ(read_status(*client_), IoStatus::failed);
  EXPECT_EQ(read_status(*target_), IoStatus::would_block);
  ASSERT_EQ(sink_.journals.size(), 1u);
  const Cause& cause = *sink_.journals[0].cause;
  EXPECT_EQ(cause.reason, Reason::idle_timeout);
  EXPECT_EQ(cause.toward, Toward::client);
  EXPECT_EQ(cause.hop, &nlb_);
  EXPECT_EQ(target_->try_write("late too").status, IoStatus::failed);
  EXPECT_EQ(forgotten_.running(), 0u);
}

TEST_F(FlowStreamTest, ATargetThatSendsIsResetAndTheClientLearnsNothing) {
  loop_.advance(351s);
  WaitSlot slot(loop_);
  target_->watch_write(&slot);
  EXPECT_TRUE(slot.notified()) << "a kernel takes the bytes; the RST comes back";
  target_->watch_write(nullptr);
  EXPECT_EQ(target_->try_write("late").status, IoStatus::failed);
  EXPECT_EQ(read_status(*target_), IoStatus::failed);
  EXPECT_EQ(read_status(*client_), IoStatus::would_block);
  EXPECT_EQ(journal_->cause->toward, Toward::target);
}

TEST_F(FlowStreamTest, AClosingClientIsResetToo) {
  loop_.advance(351s);
  client_->shutdown_write();
  loop_.settle();
  EXPECT_EQ(read_status(*client_), IoStatus::failed);
  EXPECT_EQ(sink_.journals.at(0).cause->reason, Reason::idle_timeout);
}

TEST_F(FlowStreamTest, AResetOfTheClientEndsItToo) {
  loop_.advance(351s);
  client_->reset(kTestCause);
  loop_.settle();
  EXPECT_EQ(sink_.journals.at(0).cause->reason, Reason::client_reset);
  EXPECT_EQ(forgotten_.running(), 0u);
}

TEST_F(FlowStreamTest, WhoWaitsAtTheTargetIsWokenByAResetOfItsOwn) {
  WaitSlot slot(loop_);
  target_->watch_read(&slot);
  loop_.advance(351s);
  EXPECT_FALSE(slot.notified());
  target_->reset(kTestCause);
  EXPECT_TRUE(slot.notified());
  target_->watch_read(nullptr);
}

TEST_F(FlowStreamTest, StoppingResetsWhatWasForgotten) {
  loop_.advance(351s);
  EXPECT_EQ(forgotten_.running(), 1u);
  forgotten_.stop();
  loop_.settle();
  EXPECT_EQ(forgotten_.running(), 0u);
  EXPECT_EQ(read_status(*client_), IoStatus::failed);
  EXPECT_EQ(sink_.journals.at(0).cause->reason, Reason::emulator_stopped);
}

TEST_F(FlowStreamTest, AFlowThatItsTargetHasEndedIsNotForgotten) {
  target_->shutdown_write();
  loop_.settle();
  target_.reset();
  loop_.advance(1h);
  EXPECT_EQ(read_status(*client_), IoStatus::closed);
  EXPECT_EQ(forgotten_.running(), 0u);
}

}  // namespace

}  // namespace hoplab::testing
