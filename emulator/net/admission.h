// Admission: what a listening address answers to a SYN. A program cannot tell the kernel what to do
// with each SYN, so it is said beforehand, for everybody or by the client's address.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address_range.h"
#include "base/cause.h"

namespace hoplab::net {

/// Who does not let a SYN through, and why.
struct Barrier {
  const Hop* hop = nullptr;
  Reason reason = Reason::no_listener;
  bool operator==(const Barrier&) const = default;
};

/// "nlb, flow-table-full: the load balancer follows as many flows as it can".
std::string to_text(const Barrier& barrier);

struct Admission {
  enum class Answer : std::uint8_t {
    accept,
    refuse,  // RST to the SYN: what a client calls "connection refused"
    drop,    // silence: connecting hangs
  } answer = Answer::accept;
  Barrier barrier = {};  // with `refuse` and `drop`: for everybody

  /// With `accept`: by the client's address. A SYN that a rule does not let in is dropped.
  struct Rule {
    bool lets_in = true;  // those that are in `addresses`; otherwise those that are not
    AddressSet addresses;
    Barrier barrier;  // for the others
    bool operator==(const Rule&) const = default;
  };
  std::vector<Rule> rules = {};
  bool operator==(const Admission&) const = default;

  static Admission dropped(Barrier by = {}) { return {Answer::drop, by}; }
  static Admission refused(Barrier by = {}) { return {Answer::refuse, by}; }
  Admission& only(AddressSet addresses, Barrier otherwise);
  Admission& except(AddressSet addresses, Barrier otherwise);

  /// What keeps a SYN from `ip` out; nothing: it is accepted.
  [[nodiscard]] std::optional<Barrier> keeps_out(const std::string& ip) const;
  /// A SYN has to pass `next` as well.
  void narrow(const Admission& next);
};

}  // namespace hoplab::net
