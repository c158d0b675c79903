#include "aws/nlb/nlb_listener.h"

#include <functional>

#include "net/hop_stream.h"

namespace hoplab::aws {

namespace {

/// Protocol, addresses, ports and TCP sequence number on AWS (nlb-privatelink.md 1.3). The sequence
/// number is not visible to a program; the connection's id stands in for it.
std::uint64_t flow_hash(const net::Connection& connection) {
  const std::string flow = connection.source.text() + ">" + connection.destination.text() + "#" +
                           std::to_string(connection.journal->id);
  return std::hash<std::string>{}(flow);
}

bool routable(const NlbTarget& target) {
  const TargetState state = target.target->health.state;
  return state == TargetState::healthy || state == TargetState::unavailable;
}

}  // namespace

NlbListener::NlbListener(Loop& loop, const Hop& hop, const model::Listener& listener,
                         std::vector<NlbTargetGroup> groups,
                         std::vector<std::string> node_addresses, net::FaultGate& gate,
                         JournalSink& sink)
    : loop_(loop), hop_(hop), listener_(listener), groups_(std::move(groups)),
      node_addresses_(std::move(node_addresses)), sink_(sink), gate_(gate),
      forgotten_(loop, hop, sink) {}

void NlbListener::pass_on(net::Connection connection, bool through_private_link) {
  net::pass_hop(connection, hop_, gate_);
  const std::uint64_t hash = flow_hash(connection);
  NlbTargetGroup* group = choose_group(hash);
  const NlbTarget* target = group ? choose_target(*group, hash) : nullptr;
  if (!target) {
    connection.journal->end(hop_, Reason::no_target, EndKind::rst, Toward::client, loop_.now());
    connection.stream->reset(*connection.journal->cause);
    report(*connection.journal, sink_, loop_.now());
    return;
  }
  connection.stream = std::make_unique<FlowStream>(
      std::move(connection.stream), connection.journal, hop_,
      std::chrono::seconds(listener_.attributes.tcp_idle_timeout_s), forgotten_);
  if (through_private_link) {
    // Client address preservation has no effect on PrivateLink traffic: the source is the node.
    constexpr std::uint16_t kFirstPort = 1024;
    const std::size_t node = hash % node_addresses_.size();
    connection.source = net::Address{node_addresses_[node], next_source_port_};
    next_source_port_ = next_source_port_ == 65535 ? kFirstPort : next_source_port_ + 1;
  }
  connection.destination = target->address;
  target->handler->serve(std::move(connection));
}

NlbTargetGroup* NlbListener::choose_group(std::uint64_t hash) {
  std::uint64_t total = 0;
  for (const auto& group : groups_) total += static_cast<std::uint64_t>(group.weight);
  if (total == 0) return nullptr;
  std::uint64_t ticket = (hash >> 32) % total;
  for (auto& group : groups_) {
    const auto weight = static_cast<std::uint64_t>(group.weight);
    if (ticket < weight) return &group;
    ticket -= weight;
  }
  return nullptr;
}

const NlbTarget* NlbListener::choose_target(const NlbTargetGroup& group, std::uint64_t hash) const {
  if (group.targets.empty()) return nullptr;
  const bool all = group.group->fails_open();
  std::size_t at = hash % group.targets.size();
  for (std::size_t tried = 0; tried < group.targets.size(); ++tried) {
    const NlbTarget& target = group.targets[at];
    if (all || routable(target)) return &target;
    at = (at + 1) % group.targets.size();
  }
  return nullptr;
}

}  // namespace hoplab::aws
