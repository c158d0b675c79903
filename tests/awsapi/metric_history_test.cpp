#include "awsapi/metric_history.h"

#include <gtest/gtest.h>

namespace hoplab::awsapi {
namespace {

constexpr std::int64_t kStart = 1'800'000'000;  // a whole hour

MetricReading reading(double value, bool is_level = false, double samples = -1) {
  return {{"AWS/ApplicationELB", "RequestCount", {{"LoadBalancer", "app/front/1"}}},
          "111111111111",
          value,
          is_level,
          samples};
}

std::vector<MetricPoint> all(const MetricHistory& history, std::int64_t period,
                             std::int64_t end = kStart + 3'600) {
  return history.points(reading(0).name, "111111111111", kStart, end, period);
}

TEST(MetricHistory, WhatWasCountedBelongsToItsMinute) {
  MetricHistory history;
  history.record(kStart + 5, {reading(3)});
  history.record(kStart + 50, {reading(4)});
  history.record(kStart + 70, {reading(4)});  // nothing has come
  history.record(kStart + 125, {reading(10)});
  const auto minutes = all(history, 60);
  ASSERT_EQ(minutes.size(), 2U);
  EXPECT_EQ(minutes[0].at, kStart);
  EXPECT_EQ(minutes[0].sum, 4);
  EXPECT_EQ(minutes[0].samples, 1);
  EXPECT_EQ(minutes[1].at, kStart + 120);
  EXPECT_EQ(minutes[1].sum, 6);
  const auto five = all(history, 300);
  ASSERT_EQ(five.size(), 1U);
  EXPECT_EQ(five[0].sum, 10);
  EXPECT_EQ(five[0].average(), 5);
  EXPECT_EQ(five[0].least, 4);
  EXPECT_EQ(five[0].most, 6);
  EXPECT_EQ(all(history, 60, kStart + 120).size(), 1U) << "the end is not in it";
}

TEST(MetricHistory, CountsThatBeginAnewAreNoLoss) {
  MetricHistory history;
  history.record(kStart, {reading(100)});
  history.record(kStart + 60, {reading(2)});
  EXPECT_EQ(all(history, 60).back().sum, 2);
}

TEST(MetricHistory, LevelsAreTheLastOfTheirMinute) {
  MetricHistory history;
  history.record(kStart, {reading(2, true)});
  history.record(kStart + 30, {reading(0, true)});
  ASSERT_EQ(all(history, 60).size(), 1U);
  EXPECT_EQ(all(history, 60)[0].most, 0);
}

TEST(MetricHistory, DurationsHaveAsManySamplesAsThereWere) {
  MetricHistory history;
  history.record(kStart, {reading(30, false, 3)});
  history.record(kStart + 10, {reading(50, false, 4)});
  ASSERT_EQ(all(history, 60).size(), 1U);
  EXPECT_EQ(all(history, 60)[0].samples, 4);
  EXPECT_EQ(all(history, 60)[0].average(), 12.5);
}

TEST(MetricHistory, IsTheOwners) {
  MetricHistory history;
  history.record(kStart, {reading(1)});
  EXPECT_EQ(history.names("111111111111").size(), 1U);
  EXPECT_TRUE(history.names("222222222222").empty());
  EXPECT_TRUE(history.points(reading(0).name, "222222222222", kStart, kStart + 60, 60).empty());
}

}  // namespace
}  // namespace hoplab::awsapi
