// FaultGate: which connections a fault hits, and how often.
#include "fault_gate_lab.h"

namespace hoplab::testing {

TEST_F(FaultTest, EveryNthCountsConnectionsThatComeThatFar) {
  Fault third = fault(FaultAction::reset, Direction::both, Stage::handshake_done);
  third.connections = net::EveryNth{3};
  const auto id = gate_.arm(third);
  for (int i = 0; i < 7; ++i) {
    auto& line = connect();
    read_status(*line.hop);
    if (i == 0) continue;  // never gets there
    line.journal.reached(Stage::handshake_done);
    read_status(*line.hop);
    read_status(*line.hop);
  }
  EXPECT_EQ(ids(gate_.hits(id)), (Ids{4, 7}));
}

TEST_F(FaultTest, ChanceIsReproducibleFromItsSeed) {
  Fault half = fault(FaultAction::reset);
  half.connections = net::WithProbability{0.5, Rng(99)};
  const auto first = gate_.arm(half);
  for (int i = 0; i < 100; ++i) read_status(*connect().hop);
  Ids hit = ids(gate_.hits(first));
  EXPECT_GT(hit.size(), 30u);
  EXPECT_LT(hit.size(), 70u);
  gate_.disarm(first);
  lines_.clear();
  const auto again = gate_.arm(half);
  for (int i = 0; i < 100; ++i) read_status(*connect().hop);
  EXPECT_EQ(ids(gate_.hits(again)), hit);
}

TEST_F(FaultTest, ProbabilityZeroNeverAndOneAlways) {
  Fault never = fault(FaultAction::reset);
  never.connections = net::WithProbability{0, Rng(1)};
  Fault always = never;
  always.connections = net::WithProbability{1, Rng(1)};
  const auto no = gate_.arm(never), yes = gate_.arm(always);
  for (int i = 0; i < 20; ++i) read_status(*connect().hop);
  EXPECT_EQ(gate_.hits(no).size(), 0u);
  EXPECT_EQ(gate_.hits(yes).size(), 20u);
}

TEST_F(FaultTest, OneClientAddressAndNotOneThatBeginsLikeIt) {
  Fault one = fault(FaultAction::reset);
  one.connections = net::FromClient{"10.0.0.1"};
  const auto id = gate_.arm(one);
  read_status(*connect("10.0.0.1:5000").hop);
  read_status(*connect("10.0.0.11:5000").hop);
  read_status(*connect("10.0.0.1").hop);
  EXPECT_EQ(ids(gate_.hits(id)), (Ids{1, 3}));
}

TEST_F(FaultTest, TheLimitEndsItsHits) {
  Fault twice = fault(FaultAction::reset);
  twice.limit = 2;
  const auto id = gate_.arm(twice);
  for (int i = 0; i < 5; ++i) read_status(*connect().hop);
  EXPECT_EQ(ids(gate_.hits(id)), (Ids{1, 2}));
  EXPECT_EQ(read_status(*lines_.back()->hop), IoStatus::would_block);
}

TEST_F(FaultTest, GivenIdsAreKeptAndUnknownOnesAreHarmless) {
  Fault named = fault(FaultAction::hold);
  named.id = 7;
  EXPECT_EQ(gate_.arm(named), 7u);
  EXPECT_EQ(gate_.arm(fault(FaultAction::hold)), 8u);
  EXPECT_FALSE(gate_.disarm(5));
  EXPECT_TRUE(gate_.disarm(7));
  EXPECT_FALSE(gate_.disarm(7));
  EXPECT_TRUE(gate_.active());
  EXPECT_TRUE(gate_.hits(5).empty());
}

TEST_F(FaultTest, WhatIsForgottenWorksNoMore) {
  const auto id = gate_.arm(fault(FaultAction::hold));
  auto& line = connect();
  EXPECT_EQ(read_status(*line.hop), IoStatus::would_block);
  EXPECT_TRUE(write_now(loop_, *line.client, "ping"));
  EXPECT_EQ(gate_.forget(id), Ids{1});
  EXPECT_EQ(read_now(*line.hop), "ping");
  EXPECT_TRUE(gate_.hits(id).empty());
  EXPECT_FALSE(gate_.active());
  EXPECT_TRUE(gate_.forget(id).empty());
}

TEST_F(FaultTest, SeveralFaultsOnOneConnectionActInOrderOfArming) {
  const auto held = gate_.arm(fault(FaultAction::hold));
  const auto reset = gate_.arm(fault(FaultAction::reset));
  auto& line = connect();
  EXPECT_EQ(read_status(*line.hop), IoStatus::would_block);
  EXPECT_TRUE(gate_.hits(reset).empty());
  gate_.disarm(held);
  EXPECT_EQ(read_status(*line.hop), IoStatus::failed);
}

TEST_F(FaultTest, ConnectionsMayGoInAnyOrder) {
  gate_.arm(fault(FaultAction::hold));
  for (int i = 0; i < 3; ++i) connect();
  lines_.erase(lines_.begin() + 1);
  lines_.erase(lines_.begin());
  gate_.arm(fault(FaultAction::hold));
  EXPECT_EQ(read_status(*lines_.front()->hop), IoStatus::would_block);
}

}  // namespace hoplab::testing
