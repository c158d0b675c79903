// What AWS fills in when somebody creates a resource: defaults, ids, zones.
//
// Readers know forms only and code may leave out what it likes: after complete() a topology that
// was built in code, read from a file or imported means the same.
#pragma once

#include "model/topology.h"

namespace hoplab::model {

/// Fills in what `topology` leaves open. What is given stays, and names that lead nowhere stay for
/// validate() to find. Doing it again changes nothing.
void complete(Topology& topology);

/// What AWS's health checks of such a group ask for by default.
std::string_view usual_health_check_path(const TargetGroup& group) noexcept;

/// The state that `service` gives an endpoint of `account` when it is created: available,
/// pendingAcceptance, or rejected when no allowed principal covers the account.
/// https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
EndpointState first_state(const VpcEndpointService& service, const std::string& account);

}  // namespace hoplab::model
