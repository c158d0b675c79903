// A fault in the words of scenarios: what to do to which connections at one hop, and when. Ours: on
// AWS nobody can ask for one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/cause.h"
#include "base/clock.h"
#include "base/fault_words.h"

namespace hoplab::model {

using hoplab::FaultAction;
using hoplab::FaultDirection;

struct Fault {
  std::string name;
  std::string hop;  // a VPC endpoint, a load balancer, or a service that hoplab itself answers for
  FaultDirection direction = FaultDirection::both;
  Stage stage = Stage::accept;
  std::optional<std::uint64_t> after_bytes;  // in `direction`, after the stage
  FaultAction action = FaultAction::reset;
  // How; which of them an action takes, and which it needs: validate_faults.cpp.
  std::optional<Duration> delay;
  std::optional<Duration> jitter;
  std::optional<std::uint64_t> bytes_per_second;
  std::optional<std::uint32_t> size, variation;  // of a slice, in bytes
  std::optional<int> status;
  std::optional<CutBy> cut;
  std::optional<std::uint64_t> missing_bytes;  // that are announced and do not come
  // Which connections; at most one of the three, none means all.
  std::optional<std::uint32_t> every;    // the n-th, the 2n-th, ... that gets as far
  std::optional<std::uint32_t> percent;  // of them, drawn by the emulator's seed
  std::string from;                      // the client's IP address
  std::optional<std::uint64_t> limit;    // of hits; then it stays armed without effect
  bool armed = true;                     // from the start, before anything listens
  bool operator==(const Fault&) const = default;
};

}  // namespace hoplab::model
