// A flow that an NLB forgets: nothing is sent then; who sends next gets the RST, and the other side
// learns nothing (nlb-privatelink.md 2.1, R1 and R2).
#include "aws/nlb/flow_stream.h"

#include <gtest/gtest.h>

#include <functional>

#include "net/memory_pipe.h"
#include "net/silenced_stream.h"
#include "support/io.h"

namespace hoplab::testing {

using net::IoStatus;

namespace {

class FlowStreamTest : public ::testing::Test {
 protected:
  FlowStreamTest() {
    make([](aws::FlowStream::Parts&) {});
  }
  ~FlowStreamTest() override {
    target_.reset();
    abandoned_.stop();
    loop_.settle();
  }

  /// Another flow, in place of the one that there was.
  void make(const std::function<void(aws::FlowStream::Parts&)>& adjust) {
    target_.reset();
    auto made = make_memory_connection(loop_);
    journal_ = made.connection.journal;
    client_ = std::move(made.far);
    aws::FlowStream::Parts parts{.table = table_,
                                 .owner = nullptr,
                                 .target = known_,
                                 .zone = "eu-west-1a",
                                 .destination = destination_,
                                 .translated = true,
                                 .preserved = std::nullopt,
                                 .idle_timeout = 350s,
                                 .reset_when_idle = false,
                                 .connection_tracking = std::nullopt};
    adjust(parts);
    target_ = std::make_unique<aws::FlowStream>(std::move(made.connection.stream), journal_,
                                                std::move(parts));
  }

  void send(net::Stream& stream, std::string_view text) {
    stream.try_write(text);
    loop_.settle();
  }

  TestLoop loop_;
  const Hop nlb_{"network-load-balancer", "nlb"};
  RecordingSink sink_;
  net::AbandonedClients abandoned_{loop_, nlb_, sink_};
  int changes_ = 0;  // of what the table lets in
  aws::FlowTable table_{nlb_, abandoned_, {.flows = 2, .source_ports = 1}, [this] { ++changes_; }};
  const std::shared_ptr<const aws::Target> known_ =
      std::make_shared<aws::Target>("target", nullptr, nullptr, nullptr);
  const net::Address destination_{"10.0.0.9", 443};
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
  EXPECT_EQ(abandoned_.running(), 0u);
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
  EXPECT_EQ(abandoned_.running(), 0u);
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
  EXPECT_EQ(abandoned_.running(), 1u);
  abandoned_.stop();
  loop_.settle();
  EXPECT_EQ(abandoned_.running(), 0u);
  EXPECT_EQ(read_status(*client_), IoStatus::failed);
  EXPECT_EQ(sink_.journals.at(0).cause->reason, Reason::emulator_stopped);
}

TEST_F(FlowStreamTest, AFlowThatItsTargetHasEndedIsNotForgotten) {
  target_->shutdown_write();
  loop_.settle();
  target_.reset();
  loop_.advance(1h);
  EXPECT_EQ(read_status(*client_), IoStatus::closed);
  EXPECT_EQ(abandoned_.running(), 0u);
}

TEST_F(FlowStreamTest, ATargetThatClosesIsResetAndTheClientLearnsNothing) {
  loop_.advance(351s);
  target_->shutdown_write();
  EXPECT_EQ(read_status(*target_), IoStatus::failed);
  EXPECT_EQ(read_status(*client_), IoStatus::would_block);
  EXPECT_EQ(journal_->cause->hop, &nlb_);
}

TEST_F(FlowStreamTest, ATargetThatHasClosedDoesNotWaitForAForgottenClient) {
  target_->shutdown_write();
  WaitSlot slot(loop_);
  target_->watch_read(&slot);
  loop_.advance(351s);
  EXPECT_TRUE(slot.notified());
  target_->watch_read(nullptr);
  EXPECT_EQ(read_status(*target_), IoStatus::closed);
  EXPECT_FALSE(journal_->cause);
}

TEST_F(FlowStreamTest, NorForOneWhosePacketsAreDropped) {
  make([](auto& parts) { parts.connection_tracking = 100s; });
  target_->shutdown_write();
  loop_.advance(101s + net::kRetransmissionTime);
  EXPECT_EQ(read_status(*target_), IoStatus::failed);
}

TEST_F(FlowStreamTest, TheTableForgetsTheFlowsOfATarget) {
  const auto forget = [this](const std::string& meant) {
    table_.forget(*known_, Reason::target_unhealthy,
                  [&meant](const std::string& zone) { return zone == meant; });
  };
  forget("eu-west-1b");
  EXPECT_EQ(table_.size(), 1u);
  forget("eu-west-1a");
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_EQ(read_status(*client_), IoStatus::would_block) << "nothing is sent at that moment";
  send(*client_, "more");
  EXPECT_EQ(read_status(*client_), IoStatus::failed);
  EXPECT_EQ(sink_.journals.at(0).cause->reason, Reason::target_unhealthy);
}

TEST_F(FlowStreamTest, TheTableResetsTheFlowsOfATarget) {
  table_.reset(*known_, Reason::target_deregistered);
  EXPECT_EQ(read_status(*client_), IoStatus::failed);
  EXPECT_EQ(read_status(*target_), IoStatus::failed);
  EXPECT_EQ(journal_->cause->reason, Reason::target_deregistered);
}

TEST_F(FlowStreamTest, FlowsOfOtherTargetsAreLeftAlone) {
  const aws::Target other("other", nullptr, nullptr, nullptr);
  table_.reset(other, Reason::target_deregistered);
  table_.forget(other, Reason::target_unhealthy, [](const std::string&) { return true; });
  send(*client_, "up");
  EXPECT_EQ(read_now(*target_), "up");
}

TEST_F(FlowStreamTest, LimitsAreMetAndLeft) {
  EXPECT_TRUE(table_.out_of_ports(destination_));
  EXPECT_FALSE(table_.full());
  const int before = changes_;
  target_.reset();
  EXPECT_FALSE(table_.out_of_ports(destination_));
  EXPECT_EQ(changes_, before + 1);
}

TEST_F(FlowStreamTest, ATargetsConnectionTrackingDropsBothWays) {
  make([](auto& parts) { parts.connection_tracking = 100s; });
  loop_.advance(101s);
  send(*client_, "late");
  EXPECT_EQ(read_status(*client_), IoStatus::would_block);
  EXPECT_EQ(read_status(*target_), IoStatus::would_block);
  EXPECT_EQ(target_->try_write("late too").status, IoStatus::ok) << "the kernel takes it";
  loop_.advance(net::kRetransmissionTime);
  EXPECT_EQ(read_status(*target_), IoStatus::failed);
  EXPECT_EQ(read_status(*client_), IoStatus::would_block);
  client_->reset(kTestCause);
  loop_.settle();
  ASSERT_EQ(sink_.journals.size(), 1u);
  EXPECT_EQ(sink_.journals[0].cause->reason, Reason::connection_tracking_expired);
  EXPECT_EQ(sink_.journals[0].cause->how, EndKind::silence);
}

TEST_F(FlowStreamTest, BytesKeepTheTrackedConnection) {
  make([](auto& parts) { parts.connection_tracking = 100s; });
  loop_.advance(99s);
  send(*client_, "a");
  EXPECT_EQ(read_now(*target_), "a");
  loop_.advance(99s);
  send(*client_, "b");
  EXPECT_EQ(read_now(*target_), "b");
}

TEST_F(FlowStreamTest, ATlsListenersFlowIsResetWhenItIsIdle) {
  make([](auto& parts) { parts.reset_when_idle = true; });
  loop_.advance(351s);
  EXPECT_EQ(read_status(*client_), IoStatus::failed);
  EXPECT_EQ(read_status(*target_), IoStatus::failed);
  EXPECT_EQ(journal_->cause->toward, Toward::both);
}

TEST_F(FlowStreamTest, AFlowIsFoundByTheClientsAddressWhereTheTargetSeesIt) {
  const net::Address client{"127.0.0.9", 4000};
  make([&](auto& parts) {
    parts.translated = false;
    parts.preserved = client;
  });
  EXPECT_EQ(table_.find(destination_, client), target_.get());
  EXPECT_EQ(table_.find(destination_, {"127.0.0.9", 4001}), nullptr);
  target_.reset();
  EXPECT_EQ(table_.find(destination_, client), nullptr);
}

}  // namespace

}  // namespace hoplab::testing
