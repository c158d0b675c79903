// A TCP listener of a Network Load Balancer. It does not end the connection: it chooses a target by
// flow hash, is a hop on the stream, and hands it on.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
#pragma once

#include <vector>

#include "aws/nlb/flow_stream.h"
#include "aws/target_group/target_group.h"
#include "model/topology.h"
#include "net/connection.h"
#include "net/fault_gate.h"

namespace hoplab::aws {

/// A target as an NLB listener reaches it.
struct NlbTarget {
  Target* target = nullptr;                 // health and id
  net::ConnectionHandler* handler = nullptr;  // takes the connection
  net::Address address;                     // what it is connected to
};

struct NlbTargetGroup {
  TargetGroup* group = nullptr;
  std::vector<NlbTarget> targets;  // in the group's order
  int weight = 1;
};

class NlbListener final : public net::ConnectionHandler {
 public:
  /// `node_addresses`: the NLB's private addresses; behind PrivateLink, and towards an `alb` group,
  /// the target sees one of them as the source (nlb-privatelink.md 1.2). References outlive this.
  NlbListener(Loop& loop, const Hop& hop, const model::Listener& listener,
              std::vector<NlbTargetGroup> groups, std::vector<std::string> node_addresses,
              net::FaultGate& gate, JournalSink& sink);

  /// From inside the VPC: the client's address is preserved towards an `alb` group.
  void serve(net::Connection connection) override { pass_on(std::move(connection), false); }
  /// The way in for an endpoint service.
  [[nodiscard]] net::ConnectionHandler& private_link() noexcept { return private_link_; }

  /// Resets the clients of flows that were forgotten; the others are their targets'.
  void stop() { forgotten_.stop(); }
  /// Those that are not over yet.
  [[nodiscard]] std::size_t running() const noexcept { return forgotten_.running(); }
  [[nodiscard]] const std::vector<NlbTargetGroup>& groups() const noexcept { return groups_; }

 private:
  class PrivateLinkSide final : public net::ConnectionHandler {
   public:
    explicit PrivateLinkSide(NlbListener& owner) : owner_(owner) {}
    void serve(net::Connection connection) override {
      owner_.pass_on(std::move(connection), true);
    }

   private:
    NlbListener& owner_;
  };

  void pass_on(net::Connection connection, bool through_private_link);
  NlbTargetGroup* choose_group(std::uint64_t hash);
  const NlbTarget* choose_target(const NlbTargetGroup& group, std::uint64_t hash) const;

  Loop& loop_;
  const Hop& hop_;
  const model::Listener& listener_;
  std::vector<NlbTargetGroup> groups_;
  std::vector<std::string> node_addresses_;
  JournalSink& sink_;
  net::FaultGate& gate_;
  ForgottenFlows forgotten_;
  PrivateLinkSide private_link_{*this};
  std::uint16_t next_source_port_ = 1024;
};

}  // namespace hoplab::aws
