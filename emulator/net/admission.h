// Admission: what a listening address answers to a SYN. A program cannot tell the kernel what to do
// with each SYN, so it is said beforehand, for everybody or by the client's address.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/address_range.h"

namespace hoplab::net {

struct Admission {
  enum class Answer : std::uint8_t {
    accept,
    refuse,  // RST to the SYN: what a client calls "connection refused"
    drop,    // silence: connecting hangs
  } answer = Answer::accept;
  /// With `accept`: the client must be in each of these, and not in `denied`; otherwise its SYN is
  /// dropped.
  std::vector<AddressSet> allowed;
  AddressSet denied;
  bool operator==(const Admission&) const = default;

  static Admission dropped() { return {Answer::drop, {}, {}}; }
  /// Whether a SYN from `ip` gets an answer, and it is to accept.
  [[nodiscard]] bool lets_in(const std::string& ip) const;
  /// A SYN has to pass `next` as well.
  void narrow(const Admission& next);
};

}  // namespace hoplab::net
