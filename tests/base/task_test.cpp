// Task, TaskGroup and WaitSlot.
#include "base/task.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "support/test_loop.h"

namespace hoplab::testing {

namespace {

Task<int> ready(int value) {
  co_return value;
}

Task<int> after(WaitSlot& slot, int value) {
  co_await slot;
  co_return value;
}

Task<std::unique_ptr<int>> boxed(int value) {
  co_return std::make_unique<int>(value);
}

Task<int> sum_of_ready(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await ready(1);
  co_return sum;
}

Task<void> store(Task<int> from, int& into) {
  into = co_await std::move(from);
}

Task<int> nested(WaitSlot& slot, int depth) {
  if (depth == 0) co_return co_await after(slot, 1);
  co_return 1 + co_await nested(slot, depth - 1);
}

}  // namespace

TEST(TaskTest, StartsOnlyWhenAwaited) {
  bool started = false;
  const auto make = [](bool& flag) -> Task<void> {
    flag = true;
    co_return;
  };
  Task<void> task = make(started);
  EXPECT_FALSE(started);
  TaskGroup group;
  group.spawn(std::move(task));
  EXPECT_TRUE(started);
}

TEST(TaskTest, ATaskThatIsNeverAwaitedIsFreed) {
  const auto alive = std::make_shared<int>(1);
  {
    const auto task = [](std::shared_ptr<int> held) -> Task<int> { co_return *held; }(alive);
    EXPECT_EQ(alive.use_count(), 2);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(TaskTest, GivesItsValue) {
  TestLoop loop;
  EXPECT_EQ(loop.run_for(ready(7)), 7);
  EXPECT_EQ(*loop.run_for(boxed(8)), 8);
}

TEST(TaskTest, GivesItsValueAfterWaiting) {
  TestLoop loop;
  WaitSlot slot(loop);
  int value = 0;
  TaskGroup group;
  group.spawn(store(after(slot, 9), value));
  EXPECT_EQ(value, 0);
  EXPECT_EQ(group.running(), 1u);
  slot.notify();
  EXPECT_EQ(value, 0) << "notify() never resumes inside the caller";
  loop.settle();
  EXPECT_EQ(value, 9);
  EXPECT_EQ(group.running(), 0u);
}

TEST(TaskTest, AMillionReadyChildrenDoNotGrowTheStack) {
  TestLoop loop;
  EXPECT_EQ(loop.run_for(sum_of_ready(1'000'000)), 1'000'000);
}

TEST(TaskTest, AMillionWaitsDoNotGrowTheStack) {
  TestLoop loop;
  WaitSlot ping(loop), pong(loop);
  const auto player = [](WaitSlot& mine, WaitSlot& other) -> Task<void> {
    for (int i = 0; i < 500'000; ++i) {
      other.notify();
      co_await after(mine, 0);
    }
    other.notify();
  };
  TaskGroup group;
  group.spawn(player(ping, pong));
  group.spawn(player(pong, ping));
  loop.drain();
  EXPECT_EQ(group.running(), 2u) << "one turn is not endless: the reactor must be asked in between";
  loop.settle();
  EXPECT_EQ(group.running(), 0u);
}

/// It does its work again and again, as whoever is flooded does, and each time much of it.
TEST(TaskTest, WhoIsAlwaysReadyHasFewTurnsWhileOthersWaitForTheReactor) {
  TestLoop loop;
  WaitSlot slot(loop);
  int turns = 0;
  const auto busy = [](WaitSlot& mine, int& count) -> Task<void> {
    while (++count < 100'000) {
      mine.notify();
      co_await after(mine, 0);
    }
  };
  TaskGroup group;
  group.spawn(busy(slot, turns));
  int steps = 0;  // of somebody else, each of which the reactor makes possible
  std::function<void()> step = [&] {
    if (++steps < 20) loop.post(step);
  };
  loop.post(step);
  loop.run_until([&] { return steps == 20; });
  EXPECT_LT(turns, 20 * 20);
  loop.settle();
  EXPECT_EQ(group.running(), 0u);
}

TEST(TaskTest, ManyLevelsUnwindAfterOneWait) {
  TestLoop loop;
  WaitSlot slot(loop);
  int value = 0;
  TaskGroup group;
  group.spawn(store(nested(slot, 1000), value));
  slot.notify();
  loop.settle();
  EXPECT_EQ(value, 1001);
}

TEST(WaitSlotTest, ANotificationBeforeWaitingIsKeptOnce) {
  TestLoop loop;
  WaitSlot slot(loop);
  slot.notify();
  slot.notify();
  int value = 0;
  TaskGroup group;
  group.spawn(store(after(slot, 1), value));
  EXPECT_EQ(value, 0) << "others have their turn first";
  loop.settle();
  EXPECT_EQ(value, 1) << "nobody had to notify again";
  group.spawn(store(after(slot, 2), value));
  loop.settle();
  EXPECT_EQ(group.running(), 1u) << "two notifications of nobody are one";
  slot.notify();
  loop.settle();
  EXPECT_EQ(value, 2);
}

TEST(WaitSlotTest, SeveralMayNotifyOneWaiter) {
  TestLoop loop;
  WaitSlot slot(loop);
  Timer early(loop, [&] { slot.notify(); }), late(loop, [&] { slot.notify(); });
  early.after(1s);
  late.after(2s);
  int woken = 0;
  TaskGroup group;
  group.spawn([](WaitSlot& wait, int& count) -> Task<void> {
    for (; count < 2; ++count) co_await wait;
  }(slot, woken));
  loop.advance(1s);
  EXPECT_EQ(woken, 1);
  loop.advance(1s);
  EXPECT_EQ(woken, 2);
}

TEST(WaitSlotTest, WaitersResumeInTheOrderOfNotification) {
  TestLoop loop;
  WaitSlot first(loop), second(loop);
  std::string order;
  const auto wait = [](WaitSlot& slot, std::string& text, char name) -> Task<void> {
    co_await slot;
    text += name;
  };
  TaskGroup group;
  group.spawn(wait(first, order, '1'));
  group.spawn(wait(second, order, '2'));
  second.notify();
  first.notify();
  loop.settle();
  EXPECT_EQ(order, "21");
}

TEST(TaskGroupTest, CountsWhatRuns) {
  TestLoop loop;
  WaitSlot a(loop), b(loop);
  int ignored = 0;
  TaskGroup group;
  group.spawn(store(after(a, 1), ignored));
  group.spawn(store(after(b, 1), ignored));
  EXPECT_EQ(group.running(), 2u);
  b.notify();
  loop.settle();
  EXPECT_EQ(group.running(), 1u);
  a.notify();
  loop.settle();
  EXPECT_EQ(group.running(), 0u);
}

}  // namespace hoplab::testing
