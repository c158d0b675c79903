// The small value types: journal and cause, time stamps, Rng, Result, Arena, Bytes.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/journal.h"
#include "base/result.h"
#include "base/rng.h"

namespace hoplab {

TEST(JournalTest, TheFirstCauseWinsAndCarriesTheStage) {
  const Hop first{"network-load-balancer", "nlb"}, second{"application-load-balancer", "alb"};
  Journal journal;
  journal.reached(Stage::client_certificate);
  const Time at{std::chrono::seconds(5)};
  EXPECT_TRUE(journal.end(first, Reason::fault_injected, EndKind::rst, Toward::client, at));
  journal.reached(Stage::idle);
  EXPECT_FALSE(journal.end(second, Reason::client_closed, EndKind::fin, Toward::target, at));
  ASSERT_TRUE(journal.cause);
  EXPECT_EQ(journal.cause->hop, &first);
  EXPECT_EQ(journal.cause->reason, Reason::fault_injected);
  EXPECT_EQ(journal.cause->stage, Stage::client_certificate);
  EXPECT_EQ(journal.cause->at, at);
}

TEST(CauseTest, EveryReasonHasItsOwnNameAndSentence) {
  std::set<std::string> names, sentences;
  const int count = static_cast<int>(Reason::emulator_stopped) + 1;
  for (int i = 0; i < count; ++i) {
    const std::string name(to_text(static_cast<Reason>(i)));
    EXPECT_FALSE(name.empty()) << i;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos);
    names.insert(name);
    sentences.insert(std::string(explain(static_cast<Reason>(i))));
  }
  EXPECT_EQ(static_cast<int>(names.size()), count);
  EXPECT_EQ(static_cast<int>(sentences.size()), count);
}

TEST(CauseTest, EveryStageHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Stage::idle); ++i) {
    names.insert(to_text(static_cast<Stage>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Stage::idle) + 1);
  EXPECT_EQ(names.count(""), 0u);
}

TEST(ClockText, StampsAreThoseOfAwsLogsAndHttp) {
  const Time at{std::chrono::seconds(1'696'439'115) + 514'108us};
  EXPECT_EQ(iso8601_microseconds(at), "2023-10-04T17:05:15.514108Z");
  EXPECT_EQ(iso8601_seconds(1'696'439'115), "2023-10-04T17:05:15Z");
  EXPECT_EQ(http_date(at), "Wed, 04 Oct 2023 17:05:15 GMT");
}

TEST(ClockText, TimesBeforeTheEpochRoundDown) {
  EXPECT_EQ(iso8601_microseconds(Time{-1us}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(epoch_seconds(Time{-1us}), -1);
}

TEST(ScaledClock, RunsFasterFromItsStart) {
  Clock clock;
  const Time start{std::chrono::seconds(1'000'000)};
  clock.set_scaled(start, 3600);
  EXPECT_EQ(clock.mode(), Clock::Mode::scaled);
  EXPECT_GE(clock.now(), start);
  EXPECT_LE(clock.real_time_until(start + 1h), 1s);
  EXPECT_EQ(clock.real_time_until(start - 1h), 0s);
}

TEST(RngTest, OneSeedIsOneSequence) {
  Rng a(42), b(42), c(43);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
  // The published first value of SplitMix64 for seed 1234567.
  EXPECT_EQ(Rng(1234567).next(), 6457827717110365317ULL);
}

TEST(RngTest, BelowStaysBelowAndReachesAll) {
  Rng rng(7);
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(rng.below(5));
  EXPECT_EQ(seen, (std::set<std::uint32_t>{0, 1, 2, 3, 4}));
}

TEST(ResultTest, IsAValueOrASentence) {
  const Result<int> good(5);
  const Result<int> bad(Error{"no such port"});
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(good.value(), 5);
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(bad.error(), "no such port");
  EXPECT_TRUE(Result<void>().ok());
  EXPECT_FALSE(Result<void>(Error{"x"}).ok());
}

TEST(ArenaTest, ViewsStayValidWhileItGrowsAndMoves) {
  Arena arena;
  const std::string_view first = arena.copy("first");
  const std::string_view joined = arena.join("a", std::string("b"), std::string_view("c"));
  for (int i = 0; i < 100; ++i) (void)arena.allocate(1000);
  const std::string large(100'000, 'x');
  const std::string_view copy = arena.copy(large);
  const Arena moved = std::move(arena);
  EXPECT_EQ(first, "first");
  EXPECT_EQ(joined, "abc");
  EXPECT_EQ(copy, large);
}

TEST(BytesTest, AppendsAndShows) {
  Bytes bytes;
  bytes.append("hello ");
  bytes.append("world");
  EXPECT_EQ(bytes.view(), "hello world");
  EXPECT_EQ(bytes.view(6), "world");
  bytes.resize(5);
  EXPECT_EQ(bytes.view(), "hello");
}

}  // namespace hoplab
