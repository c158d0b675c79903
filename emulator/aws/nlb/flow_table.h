// FlowTable: the flows that one listener of a Network Load Balancer follows, and how it ends them.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "aws/target_group/target.h"
#include "net/abandoned_clients.h"

namespace hoplab::aws {

class FlowStream;

class FlowTable {
 public:
  struct Limits {
    std::optional<std::size_t> flows;  // how many it follows; none: any number
    std::size_t source_ports = 55000;  // for translated flows to one destination, over all nodes
  };

  /// `full_or_free` is called when a limit is met, and when it is met no longer. References outlive
  /// this.
  FlowTable(const Hop& hop, net::AbandonedClients& abandoned, Limits limits,
            std::function<void()> full_or_free)
      : hop_(hop), limits_(limits), full_or_free_(std::move(full_or_free)), abandoned_(abandoned) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool full() const noexcept { return limits_.flows && size_ >= *limits_.flows; }
  [[nodiscard]] bool out_of_ports(const net::Address& destination) const noexcept;
  /// The flow to `destination` from that client's address and port, by which the target would take
  /// a new connection from there for the old one. Null: there is none.
  [[nodiscard]] FlowStream* find(const net::Address& destination, const net::Address& client) const;

  /// Forgets the flows to `target` of nodes in zones that are `meant`: whoever sends next gets an
  /// RST.
  void forget(const Target& target, Reason reason,
              const std::function<bool(const std::string& zone)>& meant);
  /// Resets both sides of every flow to `target`.
  void reset(const Target& target, Reason reason);
  /// Forgets every flow.
  void forget_all(Reason reason);
  /// From now on; flows that are there stay.
  void set_limits(Limits limits);

  /// Where the clients of flows go that it follows no longer.
  [[nodiscard]] net::AbandonedClients& abandoned() noexcept { return abandoned_; }
  [[nodiscard]] const Hop& hop() const noexcept { return hop_; }

 private:
  friend class FlowStream;
  void add(FlowStream& flow);
  void remove(FlowStream& flow);
  void count(const FlowStream& flow, std::ptrdiff_t by);
  template <class Work>
  void for_each_to(const Target& target, Work work);

  const Hop& hop_;
  Limits limits_;
  std::function<void()> full_or_free_;
  net::AbandonedClients& abandoned_;
  FlowStream* first_ = nullptr;
  std::size_t size_ = 0;
  std::map<net::Address, std::size_t> translated_;
  /// Flows whose targets see the client's own address and port, for those that ask for find().
  std::map<std::pair<net::Address, net::Address>, FlowStream*> preserved_;
};

}  // namespace hoplab::aws
