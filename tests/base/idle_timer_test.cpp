// IdleTimer: when it says that a connection has been idle, and when it does not.
#include "base/idle_timer.h"

#include <gtest/gtest.h>

#include "support/test_loop.h"

namespace hoplab::testing {

using namespace std::chrono_literals;

TEST(IdleTimer, SaysSoAfterEachTimeoutWithoutAByte) {
  TestLoop loop;
  int expired = 0;
  IdleTimer timer(loop, 10s, [&] { ++expired; });
  loop.advance(9s);
  timer.touch();
  loop.advance(9s);
  EXPECT_EQ(expired, 0);
  loop.advance(1s);
  EXPECT_EQ(expired, 1);
  loop.advance(20s);
  EXPECT_EQ(expired, 3);
}

// As of a health check whose connecting took all of its time.
TEST(IdleTimer, ATimeoutThatIsOverLetsTheLoopGoOn) {
  TestLoop loop;
  int expired = 0;
  IdleTimer timer(loop, -3s, [&] { ++expired; });
  loop.advance(5us);
  EXPECT_EQ(expired, 5);
  timer.restart(0s);
  loop.advance(1us);
  EXPECT_EQ(expired, 6);
}

}  // namespace hoplab::testing
