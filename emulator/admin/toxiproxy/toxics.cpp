#include "admin/toxiproxy/toxics.h"

#include <cmath>
#include <span>
#include <vector>

#include "model/text_rule.h"

namespace hoplab::admin::toxiproxy {

namespace {

using model::Fault;

/// A toxic's attribute: a number, in units of `unit` of what the fault has.
struct Attribute {
  std::string_view name;
  void (*set)(Fault& fault, std::int64_t value);
  std::int64_t (*get)(const Fault& fault);
};

constexpr std::int64_t kMillisecond = 1000;
constexpr std::int64_t kKilobyte = 1000;

std::int64_t microseconds(const std::optional<Duration>& time) {
  return time ? time->count() : 0;
}

/// Times in milliseconds, but for slices.
constexpr Attribute delay_named(std::string_view name) {
  return {name,
          [](Fault& fault, std::int64_t value) { fault.delay = Duration(value * kMillisecond); },
          [](const Fault& fault) { return microseconds(fault.delay) / kMillisecond; }};
}

constexpr Attribute kLatency[] = {
    delay_named("latency"),
    {"jitter",
     [](Fault& fault, std::int64_t value) { fault.jitter = Duration(value * kMillisecond); },
     [](const Fault& fault) { return microseconds(fault.jitter) / kMillisecond; }}};
constexpr Attribute kBandwidth[] = {
    {"rate",
     [](Fault& fault, std::int64_t value) {
       fault.bytes_per_second = static_cast<std::uint64_t>(value * kKilobyte);
     },
     [](const Fault& fault) {
       return static_cast<std::int64_t>(fault.bytes_per_second.value_or(0)) / kKilobyte;
     }}};
constexpr Attribute kSlowClose[] = {delay_named("delay")};
constexpr Attribute kTimeout[] = {delay_named("timeout")};
constexpr Attribute kSlicer[] = {
    {"average_size",
     [](Fault& fault, std::int64_t value) { fault.size = static_cast<std::uint32_t>(value); },
     [](const Fault& fault) { return std::int64_t{fault.size.value_or(0)}; }},
    {"size_variation",
     [](Fault& fault, std::int64_t value) { fault.variation = static_cast<std::uint32_t>(value); },
     [](const Fault& fault) { return std::int64_t{fault.variation.value_or(0)}; }},
    {"delay", [](Fault& fault, std::int64_t value) { fault.delay = Duration(value); },
     [](const Fault& fault) { return microseconds(fault.delay); }}};
constexpr Attribute kLimitData[] = {
    {"bytes",
     [](Fault& fault, std::int64_t value) {
       fault.after_bytes = static_cast<std::uint64_t>(value);
     },
     [](const Fault& fault) { return static_cast<std::int64_t>(fault.after_bytes.value_or(0)); }}};

struct Type {
  std::string_view name;
  FaultAction action;
  std::span<const Attribute> attributes;
};
constexpr Type kTypes[] = {{"latency", FaultAction::latency, kLatency},
                           {"bandwidth", FaultAction::bandwidth, kBandwidth},
                           {"slow_close", FaultAction::slow_close, kSlowClose},
                           {"timeout", FaultAction::blackhole, kTimeout},
                           {"reset_peer", FaultAction::reset, kTimeout},
                           {"slicer", FaultAction::slice, kSlicer},
                           {"limit_data", FaultAction::truncate, kLimitData}};

const Type* find_type(std::string_view name) {
  for (const Type& one : kTypes) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

const Type* find_type(FaultAction action) {
  for (const Type& one : kTypes) {
    if (one.action == action) return &one;
  }
  return nullptr;
}

/// As a part of a fault's name: a leg's sign may not stand there.
std::string written(const std::string& proxy) {
  const auto sign = proxy.find('>');
  if (sign == std::string::npos) return proxy;
  return proxy.substr(0, sign) + ".to." + proxy.substr(sign + 1);
}

std::string prefix(const std::string& proxy) {
  return "toxic." + written(proxy) + ".";
}

constexpr std::string_view kDisabled = "disabled.";

/// Every connection, or so many of a hundred.
Result<std::optional<std::uint32_t>> percent_of(double toxicity) {
  constexpr double kHundred = 100;
  constexpr double kClose = 1e-4;  // a client may have counted with 32 bits
  const double percent = std::round(toxicity * kHundred);
  if (!(toxicity >= 0 && toxicity <= 1) || std::abs(percent - toxicity * kHundred) > kClose) {
    return Error{"toxicity is 0 to 1, by whole hundredths here"};
  }
  if (percent == kHundred) return std::optional<std::uint32_t>();
  return std::optional(static_cast<std::uint32_t>(percent));
}

}  // namespace

Json to_json(const Toxic& toxic) {
  return {{"attributes", toxic.attributes},
          {"name", toxic.name},
          {"type", toxic.type},
          {"stream", toxic.stream},
          {"toxicity", toxic.toxicity}};
}

bool is_toxic_type(const std::string& type) {
  return find_type(type) != nullptr;
}

std::string fault_name(const std::string& proxy, const std::string& toxic) {
  return prefix(proxy) + toxic;
}

Result<model::Fault> fault_of(const std::string& proxy, const Toxic& toxic) {
  const Type& type = *find_type(toxic.type);
  Fault fault;
  fault.name = fault_name(proxy, toxic.name);
  if (!model::rules::kName.matches(fault.name)) {
    return Error{"name: with the proxy's " + std::string(model::rules::kName.says)};
  }
  fault.hop = proxy;
  fault.action = type.action;
  fault.direction =
      toxic.stream == "upstream" ? FaultDirection::from_client : FaultDirection::to_client;
  const auto percent = percent_of(toxic.toxicity);
  if (!percent) return percent.failure();
  fault.percent = percent.value();
  for (const Attribute& one : type.attributes) {
    constexpr std::int64_t kMost = 1'000'000'000;
    const auto given = toxic.attributes.find(one.name);
    std::int64_t value = 0;
    if (given != toxic.attributes.end() && !given->is_null()) {
      if (!given->is_number_integer()) {
        return Error{"attributes." + std::string(one.name) + " is a whole number"};
      }
      value = given->get<std::int64_t>();
    }
    if (value < 0 || value > kMost) {
      return Error{"attributes." + std::string(one.name) + " is 0 to " + std::to_string(kMost)};
    }
    one.set(fault, value);
  }
  return fault;
}

bool is_toxic_of(const std::string& proxy, const model::Fault& fault) {
  return fault.hop == proxy && fault.name.starts_with(prefix(proxy)) && find_type(fault.action);
}

Toxic toxic_of(const std::string& proxy, const model::Fault& fault) {
  const Type& type = *find_type(fault.action);
  constexpr double kHundred = 100;
  Toxic toxic;
  toxic.name = fault.name.substr(prefix(proxy).size());
  toxic.type = type.name;
  toxic.stream = fault.direction == FaultDirection::from_client ? "upstream" : "downstream";
  if (fault.percent) toxic.toxicity = *fault.percent / kHundred;
  for (const Attribute& one : type.attributes) {
    toxic.attributes[std::string(one.name)] = one.get(fault);
  }
  return toxic;
}

model::Fault disabling(const std::string& proxy) {
  Fault fault;
  fault.name = std::string(kDisabled) + written(proxy);
  fault.hop = proxy;
  fault.action = FaultAction::down;
  return fault;
}

bool is_disabling(const model::Fault& fault) {
  return fault.action == FaultAction::down && fault.name.starts_with(kDisabled);
}

}  // namespace hoplab::admin::toxiproxy
