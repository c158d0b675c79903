// An interface VPC endpoint: the consumer's door to an endpoint service, or to one of AWS's own. It
// does not end the connection; it is a hop on it, and hands it to the service's NLB, or to the
// service itself.
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "model/topology.h"
#include "net/admission.h"
#include "net/connection.h"
#include "net/fault_gate.h"

namespace hoplab::aws {

std::string_view to_text(model::EndpointState state) noexcept;

/// What an endpoint stands in, for as long as it is there.
struct VpcEndpointParts {
  Loop& loop;
  const Hop& hop;
  net::FaultGate& gate;
  JournalSink& sink;
};

/// What it is set to; replaced as a whole.
struct VpcEndpointSettings {
  std::string id;                                   // vpce-...
  std::shared_ptr<net::ConnectionHandler> service;  // the NLB listener behind it, or AWS's service
  std::optional<AddressSet> security_group;         // who may connect; none: everybody
  model::EndpointState state = model::EndpointState::available;
};

/// An endpoint's way to one port of its service.
class VpcEndpoint final : public net::ConnectionHandler {
 public:
  VpcEndpoint(VpcEndpointParts parts, VpcEndpointSettings settings)
      : parts_(parts),
        settings_(std::move(settings)),
        abandoned_(parts_.loop, parts_.hop, parts_.sink) {}

  void serve(net::Connection connection) override;

  /// What its network interfaces answer to a SYN, before the service is asked: nothing, unless it
  /// is available and its security groups let the client in.
  [[nodiscard]] net::Admission admission() const;
  /// For connections from now on. An endpoint that has been rejected or deleted has no network
  /// interface any more: the packets of live connections vanish (nlb-privatelink.md 4.1).
  void update(VpcEndpointSettings settings);
  /// It is deleted, and so are its network interfaces.
  void vanish();
  /// No connection comes to this port any more. It is over when running() is zero.
  void drain() { settings_.state = model::EndpointState::deleted; }

  void stop() { abandoned_.stop(); }
  [[nodiscard]] std::size_t running() const noexcept { return abandoned_.running(); }

 private:
  VpcEndpointParts parts_;
  VpcEndpointSettings settings_;
  net::AbandonedClients abandoned_;
};

}  // namespace hoplab::aws
