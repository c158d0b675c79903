// How the connection of a client ends whose certificate a load balancer refuses: a reset, as AWS
// was seen to do it, or what the listener's model::Refusal says.
#pragma once

#include "model/topology.h"
#include "net/close.h"
#include "tls/security_policy.h"

namespace hoplab::aws {

/// At once, or when it was held as long as the listener says. A client that goes meanwhile has
/// ended it itself. `refusal` outlives the call.
Task<void> end_refused(net::Connection& connection, const Hop& hop, const model::Refusal& refusal);

/// The same after a handshake that went on: when the client's first bytes have come, if the
/// listener says so.
Task<void> end_refused_later(net::Connection& connection, const Hop& hop,
                             const model::Refusal& refusal, tls::ProtocolVersion version);

}  // namespace hoplab::aws
