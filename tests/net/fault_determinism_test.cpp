// Ten thousand runs under one seed: the same connections are hit, at the same byte.
#include <gtest/gtest.h>

#include <array>

#include "base/rng.h"
#include "net/hop_stream.h"
#include "net/memory_pipe.h"
#include "support/io.h"

namespace hoplab::testing {
namespace {

using net::Direction;
using net::FaultAction;

constexpr int kConnections = 24;

constexpr std::array kActions{FaultAction::reset,     FaultAction::fin,     FaultAction::hold,
                              FaultAction::truncate,  FaultAction::corrupt, FaultAction::blackhole,
                              FaultAction::latency,   FaultAction::slice,   FaultAction::bandwidth,
                              FaultAction::slow_close};

/// Faults of every kind of choice, drawn by `rng`.
std::vector<net::Fault> draw_faults(Rng& rng) {
  std::vector<net::Fault> all(6);
  for (std::size_t i = 0; i < all.size(); ++i) {
    net::Fault& fault = all[i];
    fault.direction = static_cast<Direction>(rng.below(3));
    fault.action = kActions[rng.below(kActions.size())];
    fault.delay = Duration(rng.below(3) * 500);
    fault.jitter = fault.delay / 2;
    fault.bytes_per_second = 1 + rng.below(10'000);
    fault.size = 2 + rng.below(8);
    fault.variation = fault.size / 2;
    fault.seed = rng.next();
    fault.after_bytes = rng.below(40);
    switch (i % 3) {
      case 0: fault.connections = net::WithProbability{0.3, Rng(rng.next())}; break;
      case 1: fault.connections = net::EveryNth{2 + rng.below(5)}; break;
      default: fault.connections = net::FromClient{"10.0.0." + std::to_string(rng.below(4))};
    }
    if (rng.below(2) == 0) fault.limit = 1 + rng.below(3);
  }
  return all;
}

/// Everything that a run shows: what each operation gave, and which connections each fault hit.
std::string run(std::uint64_t seed) {
  TestLoop loop;
  const Hop hop{"network-load-balancer", "nlb"};
  Rng rng(seed);
  std::string trace;
  net::FaultGate gate(loop);
  std::vector<net::FaultId> ids;
  for (net::Fault& fault : draw_faults(rng)) ids.push_back(gate.arm(std::move(fault)));
  for (std::uint64_t i = 1; i <= kConnections; ++i) {
    auto [near, far] = net::make_memory_pipe(loop);
    auto journal = std::make_shared<Journal>();
    journal->id = i;
    journal->client = "10.0.0." + std::to_string(rng.below(4)) + ":5000";
    net::HopStream stream(std::move(near), hop, gate, journal);
    for (int turn = 0; turn < 4; ++turn) {
      const std::string text(1 + rng.below(30), 'x');
      far->try_write(text);
      std::array<char, 64> into;
      const auto up = stream.try_read(into);
      const auto down = stream.try_write(text);
      trace += static_cast<char>('a' + static_cast<int>(up.status));
      trace += std::to_string(up.size) + static_cast<char>('a' + static_cast<int>(down.status)) +
               std::to_string(down.size);
      loop.advance(Duration(rng.below(1000)));
      // A corrupted byte is another; late ones come when they come.
      const auto got = far->try_read(into);
      trace += std::to_string(got.size);
      for (std::size_t k = 0; k < got.size; ++k) trace += into[k] == 'x' ? "" : "!";
    }
    trace += journal->cause ? std::string(to_text(journal->cause->how)) : "-";
  }
  for (const auto id : ids) {
    trace += ';';
    for (const auto hit : gate.hits(id)) trace += std::to_string(hit) + ',';
  }
  gate.stop(hop);
  loop.settle();
  return trace;
}

}  // namespace

TEST(FaultDeterminism, TenThousandRunsUnderOneSeedAreIdentical) {
  constexpr std::uint64_t kSeed = 20'260'801;
  const std::string first = run(kSeed);
  for (int i = 1; i < 10'000; ++i) ASSERT_EQ(run(kSeed), first) << "run " << i;
}

TEST(FaultDeterminism, AnotherSeedIsAnotherRun) {
  EXPECT_NE(run(1), run(2));
  EXPECT_NE(run(2), run(3));
}

}  // namespace hoplab::testing
