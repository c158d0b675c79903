// An interface VPC endpoint: the consumer's door to an endpoint service. It does not end the
// connection; it is a hop on it, and hands it to the service's NLB.
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#pragma once

#include <optional>
#include <string>

#include "model/topology.h"
#include "net/admission.h"
#include "net/connection.h"
#include "net/fault_gate.h"

namespace hoplab::aws {

/// The state that the service gives an endpoint of `account` when it is created: available,
/// pendingAcceptance, or rejected when no allowed principal covers the account.
model::EndpointState state_of(const model::VpcEndpointService& service, const std::string& account);
/// The one that the topology gives it, or else the service.
model::EndpointState first_state_of(const model::VpcEndpoint& endpoint,
                                    const model::VpcEndpointService& service);
std::string_view to_text(model::EndpointState state) noexcept;

struct VpcEndpointParts {
  Loop& loop;
  const Hop& hop;
  std::string id;  // vpce-...
  net::FaultGate& gate;
  net::ConnectionHandler& service;  // the NLB listener behind the endpoint service
  JournalSink& sink;
  std::optional<AddressSet> security_group;  // who may connect; none: everybody
};

/// An endpoint's way to one port of its service.
class VpcEndpoint final : public net::ConnectionHandler {
 public:
  /// References outlive this.
  VpcEndpoint(VpcEndpointParts parts, model::EndpointState state)
      : parts_(std::move(parts)), state_(state), abandoned_(parts_.loop, parts_.hop, parts_.sink) {}

  void serve(net::Connection connection) override;

  /// What its network interfaces answer to a SYN, before the service is asked: nothing, unless it
  /// is available and its security groups let the client in.
  [[nodiscard]] net::Admission admission() const;
  /// An endpoint that has been rejected or deleted has no network interface any more: the packets
  /// of live connections vanish (nlb-privatelink.md 4.1).
  void become(model::EndpointState state);

  void stop() { abandoned_.stop(); }
  [[nodiscard]] std::size_t running() const noexcept { return abandoned_.running(); }

 private:
  VpcEndpointParts parts_;
  model::EndpointState state_;
  net::AbandonedClients abandoned_;
};

}  // namespace hoplab::aws
