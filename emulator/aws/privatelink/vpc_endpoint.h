// An interface VPC endpoint: the consumer's door to an endpoint service. It does not end the
// connection; it is a hop on it, and hands it to the service's NLB.
// https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
#pragma once

#include "model/topology.h"
#include "net/connection.h"
#include "net/fault_gate.h"

namespace hoplab::aws {

/// The state that the service gives an endpoint of `account` when it is created: available,
/// pendingAcceptance, or rejected when no allowed principal covers the account.
model::EndpointState state_of(const model::VpcEndpointService& service, const std::string& account);
std::string_view to_text(model::EndpointState state) noexcept;

class VpcEndpoint final : public net::ConnectionHandler {
 public:
  /// `service` is the NLB listener behind the endpoint service.
  VpcEndpoint(const Hop& hop, net::FaultGate& gate, net::ConnectionHandler& service)
      : hop_(hop), gate_(gate), service_(service) {}

  void serve(net::Connection connection) override;

 private:
  const Hop& hop_;
  net::FaultGate& gate_;
  net::ConnectionHandler& service_;
};

}  // namespace hoplab::aws
