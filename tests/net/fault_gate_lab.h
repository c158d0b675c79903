// Connections through one hop with a FaultGate, each with its client's end in memory.
#pragma once

#include <gtest/gtest.h>

#include "net/hop_stream.h"
#include "support/io.h"

namespace hoplab::testing {

using net::Direction;
using net::Fault;
using net::FaultAction;
using net::IoStatus;

class FaultTest : public ::testing::Test {
 protected:
  ~FaultTest() override {
    lines_.clear();
    gate_.stop(hop_);
    loop_.settle();
  }

  struct Line {
    std::shared_ptr<Journal> record = std::make_shared<Journal>();
    Journal& journal = *record;
    std::unique_ptr<net::Stream> client, hop;
  };

  Line& connect(const std::string& peer = "10.0.0.1:5000") {
    auto [near, far] = net::make_memory_pipe(loop_);
    return add(peer, std::move(near), std::move(far));
  }

  Line& add(const std::string& peer, std::unique_ptr<net::Stream> near,
            std::unique_ptr<net::Stream> far) {
    auto& line = lines_.emplace_back(std::make_unique<Line>());
    line->journal.id = lines_.size();
    line->journal.client = peer;
    line->client = std::move(far);
    line->hop = std::make_unique<net::HopStream>(std::move(near), hop_, gate_, line->record);
    return *line;
  }

  static std::vector<std::uint64_t> ids(std::span<const std::uint64_t> hits) {
    return {hits.begin(), hits.end()};
  }

  static Fault fault(FaultAction action, Direction direction = Direction::both,
                     Stage stage = Stage::accept) {
    Fault made;
    made.action = action;
    made.direction = direction;
    made.stage = stage;
    return made;
  }

  TestLoop loop_;
  const Hop hop_{"vpc-endpoint", "consumer-endpoint"};
  net::FaultGate gate_{loop_};
  std::vector<std::unique_ptr<Line>> lines_;
};

using Ids = std::vector<std::uint64_t>;

}  // namespace hoplab::testing
