#include "model/fault_members.h"

#include <array>

namespace hoplab::model {

namespace {

/// The members that are about how, and those of when and which that not every action has.
enum Member : unsigned {
  kDelay = 1,
  kJitter = 2,
  kBytesPerSecond = 4,
  kSize = 8,
  kVariation = 16,
  kStatus = 32,
  kCut = 64,
  kMissingBytes = 128,
  kAfterBytes = 256,
  kStage = 512,
  kDirection = 1024,
  kConnections = 2048,
  kLimit = 4096,
};

constexpr std::array kMembers{
    FaultMember{kDelay, "delay", [](const Fault& one) { return one.delay.has_value(); }},
    FaultMember{kJitter, "jitter", [](const Fault& one) { return one.jitter.has_value(); }},
    FaultMember{kBytesPerSecond, "bytesPerSecond",
                [](const Fault& one) { return one.bytes_per_second.has_value(); }},
    FaultMember{kSize, "size", [](const Fault& one) { return one.size.has_value(); }},
    FaultMember{kVariation, "variation",
                [](const Fault& one) { return one.variation.has_value(); }},
    FaultMember{kStatus, "status", [](const Fault& one) { return one.status.has_value(); }},
    FaultMember{kCut, "cut", [](const Fault& one) { return one.cut.has_value(); }},
    FaultMember{kMissingBytes, "missingBytes",
                [](const Fault& one) { return one.missing_bytes.has_value(); }},
    FaultMember{kAfterBytes, "afterBytes",
                [](const Fault& one) { return one.after_bytes.has_value(); }},
    FaultMember{kStage, "stage", [](const Fault& one) { return one.stage != Stage::accept; }},
    FaultMember{kDirection, "direction",
                [](const Fault& one) { return one.direction != FaultDirection::both; }},
    FaultMember{kConnections, "connections",
                [](const Fault& one) { return one.every || one.percent || !one.from.empty(); }},
    FaultMember{kLimit, "limit", [](const Fault& one) { return one.limit.has_value(); }},
};

/// Of faults that happen to a connection's bytes, and of those that happen to a request.
constexpr unsigned kWhenBytes = kAfterBytes | kStage | kDirection | kConnections | kLimit;
constexpr unsigned kWhenRequest = kConnections | kLimit;

}  // namespace

std::span<const FaultMember> fault_members() {
  return kMembers;
}

FaultMembers members_of(FaultAction action) {
  switch (action) {
    case FaultAction::reset:
    case FaultAction::fin:
    case FaultAction::blackhole: return {0, kDelay | kWhenBytes};
    case FaultAction::hold:
    case FaultAction::corrupt: return {0, kWhenBytes};
    case FaultAction::truncate: return {kAfterBytes, kWhenBytes};
    case FaultAction::down: return {0, 0};
    case FaultAction::latency: return {kDelay, kJitter | kWhenBytes};
    case FaultAction::bandwidth: return {kBytesPerSecond, kWhenBytes};
    case FaultAction::slice: return {kSize, kVariation | kDelay | kWhenBytes};
    case FaultAction::slow_close: return {kDelay, kWhenBytes};
    case FaultAction::slow_handshake: return {kDelay, 0};
    case FaultAction::answer: return {kStatus, kWhenRequest};
    case FaultAction::delay_head: return {kDelay, kWhenRequest};
    case FaultAction::cut_body: return {kAfterBytes, kCut | kWhenRequest};
    case FaultAction::wrong_length: return {kMissingBytes, kWhenRequest};
  }
  return {};
}

std::string_view main_member(FaultAction action) {
  const FaultMembers members = members_of(action);
  for (const FaultMember& one : kMembers) {
    if (members.needs & one.bit) return one.name;
  }
  return members.takes & kDelay ? "delay" : "";
}

}  // namespace hoplab::model
