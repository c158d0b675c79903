// Bodies that pass as they come: their limits in time and size, and what is told of them at the
// end.
#include "aws/apigateway/streamed_body.h"

#include <gtest/gtest.h>

#include "aws/lambda/response_stream.h"
#include "support/test_loop.h"

namespace hoplab::aws::testing {
namespace {

using hoplab::testing::TestLoop;
using net::IoStatus;

class StreamedBodies : public ::testing::Test {
 protected:
  void start(std::optional<std::uint64_t> content_length = {}) {
    body_ = streamed_body(loop_, {stream_, stream_.get(), content_length},
                          [this](const Streamed& said) { told_.push_back(said); });
  }
  /// All that can be read now, and how that ended.
  std::pair<std::string, IoStatus> read() {
    std::string all;
    while (true) {
      std::array<char, 64 * 1024> piece;
      const net::IoResult result = body_->try_read(piece);
      all.append(piece.data(), result.size);
      if (!result.ok()) return {all, result.status};
    }
  }
  void pass(Duration time) {
    loop_.clock().set_stepped(loop_.now() + time);
    loop_.clock_changed();
    loop_.settle();
  }

  TestLoop loop_;
  std::shared_ptr<lambda::ResponseStream> stream_ = std::make_shared<lambda::ResponseStream>();
  std::unique_ptr<http::ResponseBody> body_;
  std::vector<Streamed> told_;
};

TEST_F(StreamedBodies, PassWhatComes) {
  start();
  EXPECT_EQ(read(), std::pair(std::string(), IoStatus::would_block));
  pass(2s);
  stream_->put("first");
  EXPECT_EQ(read(), std::pair(std::string("first"), IoStatus::would_block));
  stream_->put("last");
  stream_->end();
  EXPECT_TRUE(told_.empty());
  EXPECT_EQ(read(), std::pair(std::string("last"), IoStatus::closed));
  body_.reset();
  ASSERT_EQ(told_.size(), 1U) << "once";
  EXPECT_EQ(told_.front().bytes, 9U);
  EXPECT_EQ(told_.front().first_content_at, hoplab::testing::kStart + 2s);
  EXPECT_FALSE(told_.front().broken);
}

TEST_F(StreamedBodies, WhoeverDropsOneIsToldAsWell) {
  start();
  stream_->put("first");
  read();
  body_.reset();
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_.front().bytes, 5U);
}

TEST_F(StreamedBodies, SayWhyTheyBrokeOff) {
  start();
  stream_->put("first");
  stream_->fail(Reason::lambda_unhandled, "exit status 3");
  EXPECT_EQ(read(), std::pair(std::string("first"), IoStatus::failed));
  EXPECT_EQ(body_->failure(), Reason::lambda_unhandled);
  EXPECT_EQ(body_->detail(), "exit status 3");
  EXPECT_EQ(told_.front().broken, Reason::lambda_unhandled);
}

TEST_F(StreamedBodies, WithoutAByteForFiveMinutesEnd) {
  start();
  WaitSlot slot(loop_);
  pass(5min - 1ms);
  stream_->put("x");
  EXPECT_EQ(read().second, IoStatus::would_block);
  body_->watch(&slot);
  pass(5min - 1ms);
  EXPECT_FALSE(slot.notified());
  EXPECT_EQ(read().second, IoStatus::would_block);
  body_->watch(&slot);
  pass(1ms);
  EXPECT_TRUE(slot.notified());
  EXPECT_EQ(read().second, IoStatus::failed);
  EXPECT_EQ(body_->failure(), Reason::target_timeout);
}

TEST_F(StreamedBodies, EndAfterFifteenMinutes) {
  start();
  for (int minute = 1; minute < 15; ++minute) {
    pass(1min);
    stream_->put("x");
    EXPECT_EQ(read(), std::pair(std::string("x"), IoStatus::would_block)) << minute;
  }
  pass(1min);
  stream_->put("x");
  EXPECT_EQ(read(), std::pair(std::string(), IoStatus::failed));
  EXPECT_EQ(body_->failure(), Reason::target_timeout);
}

TEST_F(StreamedBodies, BehindTenMegabytesPassAtTwoInASecond) {
  constexpr std::size_t kMegabyte = 1024UL * 1024;
  start();
  WaitSlot slot(loop_);
  stream_->put(std::string(13 * kMegabyte, 'x'));
  stream_->end();
  const std::size_t first = read().first.size();
  EXPECT_EQ(first, 10 * kMegabyte + 1);
  body_->watch(&slot);
  pass(1s);
  EXPECT_TRUE(slot.notified()) << "there is some more";
  EXPECT_EQ(first + read().first.size(), 12 * kMegabyte);
  pass(500ms);
  const auto [rest, status] = read();
  EXPECT_EQ(rest.size(), kMegabyte);
  pass(1ms);
  EXPECT_EQ(read(), std::pair(std::string(), IoStatus::closed));
}

TEST_F(StreamedBodies, ALengthThatWasSaidIsHeld) {
  start(7);
  EXPECT_EQ(body_->remaining(), 7U);
  stream_->put("firstlast");
  EXPECT_EQ(read(), std::pair(std::string("firstla"), IoStatus::closed));
  stream_ = std::make_shared<lambda::ResponseStream>();
  start(7);
  stream_->put("first");
  stream_->end();
  EXPECT_EQ(read(), std::pair(std::string("first"), IoStatus::failed));
  EXPECT_EQ(body_->failure(), Reason::response_truncated);
}

}  // namespace
}  // namespace hoplab::aws::testing
