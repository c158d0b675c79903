// Throttles, quotas and who is let through by an API key.
#include "aws/apigateway/usage_plan.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/time_text.h"

namespace hoplab::aws {
namespace {

using Kind = UsageAnswer::Kind;

Time at(std::string_view text) {
  return Time(std::chrono::seconds(parse_time(text).value()));
}

const Time kStart = at("2026-12-01T10:00:00Z");  // a Tuesday

int taken(TokenBucket& bucket, Time now, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += bucket.take(now) ? 1 : 0;
  return count;
}

// ---- Buckets -----------------------------------------------------------------------------------

TEST(Throttle, ABurstThenTheRate) {
  TokenBucket bucket({3, 5});
  EXPECT_EQ(taken(bucket, kStart, 9), 5);
  EXPECT_EQ(taken(bucket, kStart + 333ms, 9), 0);
  EXPECT_EQ(taken(bucket, kStart + 334ms, 9), 1);
  EXPECT_EQ(taken(bucket, kStart + 1s, 9), 2);
  EXPECT_EQ(taken(bucket, kStart + 1h, 9), 5) << "it holds no more than its burst";
}

TEST(Throttle, RatesThatAreNoWholeNumbers) {
  TokenBucket slow({0.5, 1});
  EXPECT_EQ(taken(slow, kStart, 2), 1);
  EXPECT_EQ(taken(slow, kStart + 1999ms, 2), 0);
  EXPECT_EQ(taken(slow, kStart + 2s, 2), 1);
  TokenBucket fast({10'000, 5'000});
  EXPECT_EQ(taken(fast, kStart, 9'000), 5'000);
  EXPECT_EQ(taken(fast, kStart + 100ms, 9'000), 1'000);
}

TEST(Throttle, NoLimitAndNothingAtAll) {
  for (const auto& [settings, count] :
       {std::pair(ThrottleSettings{-1, -1}, 100), std::pair(ThrottleSettings{0, 10}, 0),
        std::pair(ThrottleSettings{10, 0}, 0)}) {
    TokenBucket bucket(settings);
    EXPECT_EQ(taken(bucket, kStart, 100), count) << settings.rate_limit;
  }
}

TEST(Throttle, ManyThreadsTakeNoMoreThanThereIs) {
  TokenBucket bucket({1, 1000});
  std::atomic<int> count{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { count += taken(bucket, kStart, 1000); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 1000);
}

// ---- Quotas ------------------------------------------------------------------------------------

TEST(QuotaPeriods, BeginOnTheDayOfTheirOffset) {
  const struct {
    QuotaPeriod period;
    int offset;
    const char* now;
    const char* start;
  } rows[] = {
      {QuotaPeriod::day, 0, "2026-12-01T23:59:59Z", "2026-12-01T00:00:00Z"},
      {QuotaPeriod::week, 0, "2026-12-01T10:00:00Z", "2026-11-29T00:00:00Z"},
      {QuotaPeriod::week, 2, "2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"},
      {QuotaPeriod::week, 3, "2026-12-01T10:00:00Z", "2026-11-25T00:00:00Z"},
      {QuotaPeriod::month, 0, "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z"},
      {QuotaPeriod::month, 27, "2028-02-29T00:00:00Z", "2028-02-28T00:00:00Z"},
      {QuotaPeriod::month, 1, "2027-01-01T10:00:00Z", "2026-12-02T00:00:00Z"},
      {QuotaPeriod::month, 0, "1969-12-31T10:00:00Z", "1969-12-01T00:00:00Z"},
  };
  for (const auto& row : rows) {
    const auto days = period_start({1, row.offset, row.period}, at(row.now));
    EXPECT_EQ(Time(std::chrono::days(days)), at(row.start)) << row.now << " " << row.offset;
  }
}

TEST(QuotaPeriods, OffsetsAreDaysOfThem) {
  EXPECT_EQ(check_quota({1, 1, QuotaPeriod::day}).error(),
            "Usage Plan quota offset must be zero in the DAY period");
  EXPECT_EQ(check_quota({1, 7, QuotaPeriod::week}).error(),
            "Usage Plan quota offset must be between 0 and 6 inclusive in the WEEK period");
  EXPECT_EQ(check_quota({1, -1, QuotaPeriod::month}).error(),
            "Usage Plan quota offset must be between 0 and 27 inclusive in the MONTH period");
  EXPECT_TRUE(check_quota({1, 27, QuotaPeriod::month}));
  EXPECT_EQ(parse_quota_period("WEEK"), QuotaPeriod::week);
  EXPECT_EQ(parse_quota_period("week"), std::nullopt);
}

// ---- Keys and plans ----------------------------------------------------------------------------

constexpr const char* kGold = "gold-gold-gold-gold-1";
constexpr const char* kOff = "off-off-off-off-off-1";
constexpr const char* kLoose = "loose-loose-loose-loose";

const std::vector<ApiKey> kKeys = {{"k1", kGold, true}, {"k2", kOff, false}, {"k3", kLoose, true}};

UsagePlan gold() {
  UsagePlan plan;
  plan.id = "p1";
  plan.api_stages = {{"api1", "prod", {}}, {"api1", "test", {}}};
  plan.key_ids = {"k1", "k2"};
  return plan;
}

UsagePlans build(const UsagePlan& plan, const UsagePlans* previous = nullptr) {
  auto plans = UsagePlans::build(kKeys, {plan}, previous);
  EXPECT_TRUE(plans) << plans.error();
  return std::move(plans).value();
}

UsageRequest request(std::string_view key = kGold, std::string_view stage = "prod") {
  return {true, "api1", stage, "/widgets/{id}", "GET", key, kStart, kStart};
}

Kind kind(const UsagePlans& plans, const UsageRequest& request) {
  return plans.check(request).kind;
}

TEST(UsagePlans, WhoIsLetThrough) {
  const UsagePlans plans = build(gold());
  UsageRequest open = request("nobody");
  open.api_key_required = false;
  EXPECT_EQ(kind(plans, open), Kind::not_needed);
  UsageRequest without = request();
  without.key.reset();
  EXPECT_EQ(kind(plans, without), Kind::invalid_key);
  EXPECT_EQ(kind(plans, request("nobody")), Kind::invalid_key);
  EXPECT_EQ(kind(plans, request(kOff)), Kind::invalid_key);
  EXPECT_EQ(kind(plans, request(kLoose)), Kind::invalid_key) << "a key without a plan";
  EXPECT_EQ(kind(plans, request(kGold, "dev")), Kind::invalid_key) << "another stage";
  EXPECT_EQ(kind(UsagePlans(), request()), Kind::invalid_key);
  const UsageAnswer answer = plans.check(request());
  EXPECT_EQ(answer.kind, Kind::allowed);
  EXPECT_EQ(answer.key_id, "k1");
  EXPECT_EQ(answer.plan_id, "p1");
}

TEST(UsagePlans, APlansRateCountsOverItsStages) {
  UsagePlan plan = gold();
  plan.throttle = ThrottleSettings{1, 2};
  const UsagePlans plans = build(plan);
  EXPECT_EQ(kind(plans, request(kGold, "prod")), Kind::allowed);
  EXPECT_EQ(kind(plans, request(kGold, "test")), Kind::allowed);
  EXPECT_EQ(kind(plans, request(kGold, "prod")), Kind::throttled);
  UsageRequest later = request();
  later.now += 1s;
  EXPECT_EQ(kind(plans, later), Kind::allowed);
}

TEST(UsagePlans, AMethodsRateIsOfItsStage) {
  UsagePlan plan = gold();
  plan.api_stages[0].throttle = {
      {"/widgets/{id}/GET", {1, 1}}, {"/GET", {1, 1}}, {"/a/ANY", {1, 1}}};
  const UsagePlans plans = build(plan);
  EXPECT_EQ(kind(plans, request()), Kind::allowed);
  EXPECT_EQ(kind(plans, request()), Kind::throttled);
  EXPECT_EQ(kind(plans, request(kGold, "test")), Kind::allowed);
  for (const char* path : {"/widgets", "/widgets/{id}/parts"}) {
    UsageRequest other = request();
    other.resource_path = path;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(kind(plans, other), Kind::allowed) << path;
  }
  for (const char* path : {"/", "/a"}) {
    UsageRequest limited = request();
    limited.resource_path = path;
    EXPECT_EQ(kind(plans, limited), Kind::allowed) << path;
    EXPECT_EQ(kind(plans, limited), Kind::throttled) << path;
  }
}

TEST(UsagePlans, AQuotaCountsWhatIsNotThrottled) {
  UsagePlan plan = gold();
  plan.throttle = ThrottleSettings{1, 1};
  plan.quota = Quota{2, 0, QuotaPeriod::day};
  const UsagePlans plans = build(plan);
  UsageRequest call = request();
  EXPECT_EQ(kind(plans, call), Kind::allowed);
  EXPECT_EQ(kind(plans, call), Kind::throttled);
  call.now += 1s;
  EXPECT_EQ(kind(plans, call), Kind::allowed);
  call.now += 1s;
  EXPECT_EQ(kind(plans, call), Kind::quota_exceeded);
  call.now += 1s;
  call.calendar = at("2026-12-02T00:00:00Z");
  EXPECT_EQ(kind(plans, call), Kind::allowed);
}

TEST(UsagePlans, WhatIsTheSameKeepsItsCountsInALaterConfiguration) {
  UsagePlan plan = gold();
  plan.throttle = ThrottleSettings{1, 1};
  plan.quota = Quota{2, 0, QuotaPeriod::day};
  plan.api_stages[0].throttle = {{"/widgets/{id}/GET", {1, 2}}};
  const UsagePlans first = build(plan);
  EXPECT_EQ(kind(first, request()), Kind::allowed);
  EXPECT_EQ(kind(build(plan, &first), request()), Kind::throttled) << "by the plan";
  plan.throttle = ThrottleSettings{1, 9};
  EXPECT_EQ(kind(build(plan, &first), request()), Kind::throttled) << "by the method";
  plan.api_stages[0].throttle.clear();
  EXPECT_EQ(kind(build(plan, &first), request()), Kind::allowed) << "the second of the quota";
  EXPECT_EQ(kind(build(plan, &first), request()), Kind::quota_exceeded);
  plan.quota->limit = 3;
  EXPECT_EQ(kind(build(plan, &first), request()), Kind::allowed);
  plan.quota = Quota{1, 0, QuotaPeriod::week};
  EXPECT_EQ(kind(build(plan, &first), request()), Kind::allowed) << "another period";
}

TEST(UsagePlans, ErrorsNameThePlanOrTheKey) {
  const auto error = [](const std::vector<ApiKey>& keys, const std::vector<UsagePlan>& plans) {
    return UsagePlans::build(keys, plans).error();
  };
  UsagePlan second = gold();
  second.id = "p2";
  EXPECT_EQ(error(kKeys, {gold(), second}),
            "API key k1 is in two usage plans of one stage: p1 and p2");
  EXPECT_EQ(error({}, {gold()}), "usage plan p1: there is no API key k1");
  EXPECT_EQ(error({{"k", "short", true}}, {}),
            "API key k: its value must have 20 to 128 characters");
  EXPECT_EQ(error({kKeys[0], kKeys[0]}, {}), "there are two API keys k1");
  second.quota = Quota{1, 7, QuotaPeriod::week};
  EXPECT_EQ(error(kKeys, {second}),
            "usage plan p2: Usage Plan quota offset must be between 0 and 6 inclusive in the WEEK "
            "period");
}

}  // namespace
}  // namespace hoplab::aws
