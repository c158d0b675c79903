// Fault: what to do to which connections at one hop, and when. A value; a FaultGate arms it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/cause.h"
#include "base/clock.h"
#include "base/fault_words.h"
#include "base/rng.h"

namespace hoplab::net {

using FaultId = std::uint64_t;

using Direction = FaultDirection;
using hoplab::FaultAction;

/// Which connections, among those that get as far as the fault's stage at its hop.
struct AllConnections {};
struct EveryNth {
  std::uint32_t n = 1;  // not zero; the n-th, the 2n-th, ...
};
struct WithProbability {
  double probability = 1;  // 0 to 1
  Rng rng;                 // its own sequence: the same seed hits the same connections
};
struct FromClient {
  std::string ip;  // of the TCP peer, without a port
};
using ConnectionChoice = std::variant<AllConnections, EveryNth, WithProbability, FromClient>;

struct Fault {
  FaultId id = 0;  // 0: the gate gives it one
  Direction direction = Direction::both;
  /// Fires at the first operation in `direction` once the journal has got this far. The stages of a
  /// request (request_headers to response_body) are reached anew by each request; `idle` means
  /// between requests, after the first.
  Stage stage = Stage::accept;
  /// That many more bytes pass in `direction` after the stage (TLS included below TLS), then it
  /// fires: exactly there, a longer write is cut.
  std::optional<std::uint64_t> after_bytes;
  FaultAction action = FaultAction::reset;
  /// Of the action; zero where it takes none. A reset, an end or a black hole's end comes so much
  /// after the stage and its bytes.
  Duration delay{};
  Duration jitter{};
  std::uint64_t bytes_per_second = 0;
  std::uint32_t size = 0, variation = 0;  // of a slice
  int status = 0;
  CutBy cut = CutBy::reset;
  std::uint64_t missing_bytes = 0;
  std::uint64_t seed = 0;  // of what is drawn for each connection
  ConnectionChoice connections;
  std::optional<std::uint64_t> limit;  // of hits; then it stays armed without effect
};

}  // namespace hoplab::net
