// X-Amzn-Trace-Id: AWS "Request tracing for your Application Load Balancer" (alb.md 4.2).
#include "aws/alb/trace_id.h"

#include <gtest/gtest.h>

#include "target_lab.h"

namespace hoplab::aws {
namespace {

constexpr const char* kId = "1-69ecef9c-910a2dec89025cc1658eec67";  // of kNow and seed 1

TEST(TraceId, FollowsTheTable) {
  const std::string id = kId;
  const struct {
    const char* received;
    std::string expected;
  } rows[] = {
      {"", "Root=" + id},
      {"Root=1-a-b", "Self=" + id + ";Root=1-a-b"},
      {"Root=1-a-b;CalledFrom=app", "Self=" + id + ";Root=1-a-b;CalledFrom=app"},
      {"Self=1-c-d;Root=1-a-b", "Self=" + id + ";Root=1-a-b"},
      {"Root=1-a-b; Self=1-c-d;X=y", "Root=1-a-b; Self=" + id + ";X=y"},
      {"Root=1-a-b;Self=1-c-d", "Root=1-a-b;Self=" + id},
      {"Root=1-a-b;MySelf=x", "Self=" + id + ";Root=1-a-b;MySelf=x"},
      {"MySelf=x;Self=y", "MySelf=x;Self=" + id},
  };
  for (const auto& row : rows) {
    Rng rng(1);
    Arena arena;
    EXPECT_EQ(trace_id_for_target(row.received, lab::kNow, rng, arena), row.expected);
  }
}

TEST(TraceId, OfEveryRequestIsAnother) {
  Rng rng(1);
  Arena arena;
  const auto first = trace_id_for_target("", lab::kNow, rng, arena);
  const auto second = trace_id_for_target("", lab::kNow, rng, arena);
  EXPECT_NE(first, second);
  EXPECT_EQ(first.substr(0, 16), second.substr(0, 16)) << "the second is the same";
}

TEST(TraceId, IsANewRootWhenHeadersExceed7K) {
  // Host and trace lines, and X-Big's: name, ": ", value and CRLF each.
  constexpr std::size_t kOthers = (4 + 5 + 4) + (15 + 10 + 4) + (5 + 4);
  const std::string fits(7 * 1024 - kOthers, 'x');
  const std::string exceeds = fits + "x";
  const std::string kept = std::string("Self=") + kId + ";Root=1-a-b";
  const std::string fresh = std::string("Root=") + kId;
  for (const bool over : {false, true}) {
    lab::Prepared prepared;
    prepared.run(
        {{"Host", "a.com"}, {"X-Amzn-Trace-Id", "Root=1-a-b"}, {"X-Big", over ? exceeds : fits}});
    EXPECT_EQ(lab::all(prepared.headers(), "X-Amzn-Trace-Id"), over ? fresh : kept);
  }
}

TEST(TraceId, OfSeveralLinesTheFirstCounts) {
  lab::Prepared prepared;
  prepared.run(
      {{"Host", "a.com"}, {"x-amzn-trace-id", "Root=1-a-b"}, {"X-Amzn-Trace-Id", "Root=1-c-d"}});
  EXPECT_EQ(lab::any_case(prepared.headers(), "X-Amzn-Trace-Id"),
            std::string("Self=") + kId + ";Root=1-a-b");
}

}  // namespace
}  // namespace hoplab::aws
