// Loop, Timer and the stepped clock.
#include "base/loop.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "support/test_loop.h"

namespace hoplab::testing {

TEST(SteppedClock, StandsStillUntilItIsAdvanced) {
  TestLoop loop;
  EXPECT_EQ(loop.now(), kStart);
  loop.settle();
  EXPECT_EQ(loop.now(), kStart);
  loop.advance(90s);
  EXPECT_EQ(loop.now(), kStart + 90s);
}

TEST(SteppedClock, TimersFireInOrderOfTimeAndEachSeesItsOwnTime) {
  TestLoop loop;
  std::string order;
  std::vector<Duration> seen;
  const auto note = [&](char name) {
    return [&, name] {
      order += name;
      seen.push_back(loop.now() - kStart);
    };
  };
  Timer c(loop, note('c')), a(loop, note('a')), b(loop, note('b'));
  c.after(30s);
  a.after(10s);
  b.after(20s);
  loop.advance(60s);
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(seen, (std::vector<Duration>{10s, 20s, 30s}));
}

TEST(SteppedClock, TiesFireInOrderOfArming) {
  TestLoop loop;
  std::string order;
  Timer a(loop, [&] { order += 'a'; }), b(loop, [&] { order += 'b'; });
  Timer c(loop, [&] { order += 'c'; });
  b.after(1s);
  c.after(1s);
  a.after(1s);
  loop.advance(1s);
  EXPECT_EQ(order, "bca");
}

TEST(SteppedClock, ATimerArmedByAnotherFiresInTheSameAdvance) {
  TestLoop loop;
  std::vector<Duration> seen;
  Timer second(loop, [&] { seen.push_back(loop.now() - kStart); });
  Timer first(loop, [&] {
    seen.push_back(loop.now() - kStart);
    second.after(5s);
  });
  first.after(10s);
  loop.advance(14s);
  EXPECT_EQ(seen, (std::vector<Duration>{10s}));
  loop.advance(1s);
  EXPECT_EQ(seen, (std::vector<Duration>{10s, 15s}));
}

TEST(SteppedClock, WhatIsDueExactlyAtTheEndFires) {
  TestLoop loop;
  int fired = 0;
  Timer timer(loop, [&] { ++fired; });
  timer.after(10s);
  loop.advance(10s - 1us);
  EXPECT_EQ(fired, 0);
  loop.advance(1us);
  EXPECT_EQ(fired, 1);
}

TEST(SteppedClock, CoroutinesRunBetweenTimers) {
  TestLoop loop;
  std::string order;
  WaitSlot slot(loop);
  Timer wake(loop, [&] { slot.notify(); }), later(loop, [&] { order += "timer "; });
  wake.after(1s);
  later.after(2s);
  TaskGroup group;
  group.spawn([](WaitSlot& wait, std::string& text) -> Task<void> {
    co_await wait;
    text += "coroutine ";
  }(slot, order));
  loop.advance(5s);
  EXPECT_EQ(order, "coroutine timer ");
}

TEST(SteppedClock, AJumpFiresWhatItPasses) {
  TestLoop loop;
  int fired = 0;
  Timer timer(loop, [&] { ++fired; });
  timer.after(1h);
  loop.clock().set_stepped(kStart + 2h);
  loop.clock_changed();
  EXPECT_EQ(fired, 1);
}

TEST(TimerTest, ACancelledOrDestroyedTimerNeverFires) {
  TestLoop loop;
  int fired = 0;
  Timer cancelled(loop, [&] { ++fired; });
  cancelled.after(1s);
  cancelled.cancel();
  {
    Timer gone(loop, [&] { ++fired; });
    gone.after(1s);
  }
  loop.advance(1min);
  EXPECT_EQ(fired, 0);
}

TEST(TimerTest, ArmingAgainMovesIt) {
  TestLoop loop;
  std::vector<Duration> seen;
  Timer timer(loop, [&] { seen.push_back(loop.now() - kStart); });
  timer.after(1s);
  timer.after(9s);
  EXPECT_TRUE(timer.armed());
  loop.advance(1min);
  EXPECT_EQ(seen, (std::vector<Duration>{9s}));
  EXPECT_FALSE(timer.armed());
}

TEST(TimerTest, OneMayCancelAnotherThatIsDueNow) {
  TestLoop loop;
  int fired = 0;
  Timer second(loop, [&] { ++fired; });
  Timer first(loop, [&] { second.cancel(); });
  first.after(1s);
  second.after(1s);
  loop.advance(1s);
  EXPECT_EQ(fired, 0);
}

TEST(TimerTest, FiresOnAScaledClock) {
  Loop loop;
  loop.clock().set_scaled(kStart, 1'000'000);
  loop.clock_changed();
  bool fired = false;
  Timer timer(loop, [&] { fired = true; });
  timer.after(1h);
  loop.run_until([&] { return fired; });
  EXPECT_GE(loop.now(), kStart + 1h);
}

TEST(TimerTest, AnEarlierTimerArmedLaterFiresFirstInRealTime) {
  Loop loop;
  std::string order;
  Timer slow(loop, [&] { order += "slow"; }), fast(loop, [&] { order += "fast "; });
  slow.after(20ms);
  fast.after(1ms);
  loop.run_until([&] { return order.ends_with("slow"); });
  EXPECT_EQ(order, "fast slow");
}

TEST(LoopTest, PostedWorkRunsInTheLoopInOrder) {
  TestLoop loop;
  std::string order;
  loop.post([&] { order += 'a'; });
  loop.post([&] { order += 'b'; });
  EXPECT_EQ(order, "");
  loop.settle();
  EXPECT_EQ(order, "ab");
}

TEST(LoopTest, AnotherThreadMayPostAndStop) {
  Loop loop;
  std::thread::id ran_in;
  std::thread other([&] {
    loop.post([&] {
      ran_in = std::this_thread::get_id();
      loop.stop();
    });
  });
  loop.run();
  other.join();
  EXPECT_EQ(ran_in, std::this_thread::get_id());
}

TEST(LoopTest, WhatManyThreadsPostRunsInTheOrderOfEach) {
  Loop loop;
  constexpr int kThreads = 4, kPosts = 1000;
  std::vector<int> next(kThreads);
  int ran = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kPosts; ++i) {
        loop.post([&, thread, i] {
          EXPECT_EQ(next[static_cast<std::size_t>(thread)]++, i);
          if (++ran == kThreads * kPosts) loop.stop();
        });
      }
    });
  }
  loop.run();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ran, kThreads * kPosts);
}

TEST(LoopTest, WhatWasPostedRunsInALoopWithinALoop) {
  Loop loop;
  std::string order;
  std::thread([&] {
    loop.post([&] {
      order += 'a';
      loop.run_until([&] { return order.ends_with('b'); });
      order += 'c';
    });
    loop.post([&] { order += 'b'; });
  }).join();
  loop.run_until([&] { return order.ends_with('c'); });
  EXPECT_EQ(order, "abc");
}

TEST(LoopTest, WhatFollowsFromOneThingComesBeforeTheNext) {
  TestLoop loop;
  WaitSlot first(loop), second(loop), after_first(loop), after_second(loop);
  std::string order;
  const auto wait = [&](WaitSlot& slot, char name, WaitSlot* next) -> Task<void> {
    co_await slot;
    order += name;
    if (next) next->notify();
  };
  TaskGroup group;
  group.spawn(wait(first, '1', &after_first));
  group.spawn(wait(second, '2', &after_second));
  group.spawn(wait(after_first, 'a', nullptr));
  group.spawn(wait(after_second, 'b', nullptr));
  loop.settle();
  first.notify();
  second.notify();
  loop.settle();
  EXPECT_EQ(order, "1a2b");
}

TEST(LoopTest, RunsAgainAfterStop) {
  Loop loop;
  for (int i = 0; i < 2; ++i) {
    loop.post([&] { loop.stop(); });
    loop.run();
  }
  bool ran = false;
  loop.post([&] { ran = true; });
  loop.poll();
  EXPECT_TRUE(ran);
}

TEST(LoopTest, ShutDownFiresWhateverIsArmed) {
  TestLoop loop;
  int fired = 0;
  Timer timer(loop, [&] { ++fired; });
  timer.after(24h);
  loop.shut_down();
  EXPECT_TRUE(loop.shutting_down());
  EXPECT_EQ(fired, 1);
}

}  // namespace hoplab::testing
